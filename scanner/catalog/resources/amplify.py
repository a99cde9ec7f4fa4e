"""AWS Amplify: apps and branches; no secrets of theirs."""

from scanner.model.resource import Call, ResourceType

APP = ResourceType(
    "AWS::Amplify::App",
    service="amplify",
    list=Call("ListApps", out="apps"),
    id="appId",
    name="name",
    arn="appArn",
    created="createTime",
    tags="tags",
    redact=(
        "environmentVariables.*",
        "basicAuthCredentials",
        "buildSpec",
        "autoBranchCreationConfig.environmentVariables.*",
        "autoBranchCreationConfig.basicAuthCredentials",
        "autoBranchCreationConfig.buildSpec",
    ),
)

BRANCH = ResourceType(
    "AWS::Amplify::Branch",
    service="amplify",
    parent="AWS::Amplify::App",
    list=Call("ListBranches", {"appId": "$appId"}, out="branches"),
    id="branchArn",
    name="branchName",
    arn="branchArn",
    created="createTime",
    tags="tags",
    redact=("environmentVariables.*", "basicAuthCredentials", "buildSpec"),
)
