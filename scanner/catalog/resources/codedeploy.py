"""AWS CodeDeploy: applications and deployment groups; no deployments."""

from scanner.model.resource import BULK, Call, ResourceType

APPLICATION = ResourceType(
    "AWS::CodeDeploy::Application",
    service="codedeploy",
    list=Call("ListApplications", out="applications[].{applicationName: @}"),
    id="applicationName",
    name="applicationName",
    arn="arn:{partition}:codedeploy:{region}:{account}:application:{applicationName}",
    created="createTime",
    each=(
        Call(
            "BatchGetApplications",
            {"applicationNames": ["$applicationName"]},
            out="applicationsInfo",
            batch=100,
            match="applicationName=applicationName",
        ),
    ),
    tags=BULK,
)

DEPLOYMENT_CONFIG = ResourceType(
    "AWS::CodeDeploy::DeploymentConfig",
    service="codedeploy",
    list=Call(
        "ListDeploymentConfigs",
        out="deploymentConfigsList[?!starts_with(@, 'CodeDeployDefault.')]"
        ".{deploymentConfigName: @}",
    ),
    id="deploymentConfigName",
    name="deploymentConfigName",
    arn="arn:{partition}:codedeploy:{region}:{account}:deploymentconfig:{deploymentConfigName}",
    created="createTime",
    each=(
        Call(
            "GetDeploymentConfig",
            {"deploymentConfigName": "$deploymentConfigName"},
            out="deploymentConfigInfo",
            absent=("DeploymentConfigDoesNotExistException",),
        ),
    ),
)

DEPLOYMENT_GROUP = ResourceType(
    "AWS::CodeDeploy::DeploymentGroup",
    service="codedeploy",
    parent="AWS::CodeDeploy::Application",
    list=Call(
        "ListDeploymentGroups",
        {"applicationName": "$applicationName"},
        out="deploymentGroups[].{deploymentGroupName: @}",
    ),
    id="{parent.applicationName}/{deploymentGroupName}",
    name="deploymentGroupName",
    arn="arn:{partition}:codedeploy:{region}:{account}:deploymentgroup:{parent.applicationName}/{deploymentGroupName}",
    each=(
        Call(
            "BatchGetDeploymentGroups",
            {
                "applicationName": "$parent.applicationName",
                "deploymentGroupNames": ["$deploymentGroupName"],
            },
            out="deploymentGroupsInfo",
            batch=100,
            match="deploymentGroupName=deploymentGroupName",
        ),
    ),
    tags=BULK,
)
