"""Amazon SageMaker: models, endpoints, notebooks and domains; no jobs."""

from scanner.model.resource import BULK, Call, ResourceType

CODE_REPOSITORY = ResourceType(
    "AWS::SageMaker::CodeRepository",
    service="sagemaker",
    list=Call("ListCodeRepositories", out="CodeRepositorySummaryList"),
    id="CodeRepositoryName",
    name="CodeRepositoryName",
    arn="CodeRepositoryArn",
    created="CreationTime",
    tags=BULK,
)

DOMAIN = ResourceType(
    "AWS::SageMaker::Domain",
    service="sagemaker",
    list=Call("ListDomains", out="Domains"),
    id="DomainId",
    name="DomainName",
    arn="DomainArn",
    created="CreationTime",
    each=(Call("DescribeDomain", {"DomainId": "$DomainId"}, absent=("ResourceNotFound",)),),
    tags=BULK,
)

ENDPOINT = ResourceType(
    "AWS::SageMaker::Endpoint",
    service="sagemaker",
    list=Call("ListEndpoints", out="Endpoints"),
    id="EndpointName",
    name="EndpointName",
    arn="EndpointArn",
    created="CreationTime",
    each=(Call("DescribeEndpoint", {"EndpointName": "$EndpointName"}),),
    tags=BULK,
)

ENDPOINT_CONFIG = ResourceType(
    "AWS::SageMaker::EndpointConfig",
    service="sagemaker",
    list=Call("ListEndpointConfigs", out="EndpointConfigs"),
    id="EndpointConfigName",
    name="EndpointConfigName",
    arn="EndpointConfigArn",
    created="CreationTime",
    each=(Call("DescribeEndpointConfig", {"EndpointConfigName": "$EndpointConfigName"}),),
    tags=BULK,
)

FEATURE_GROUP = ResourceType(
    "AWS::SageMaker::FeatureGroup",
    service="sagemaker",
    list=Call("ListFeatureGroups", out="FeatureGroupSummaries"),
    id="FeatureGroupName",
    name="FeatureGroupName",
    arn="FeatureGroupArn",
    created="CreationTime",
    tags=BULK,
)

IMAGE = ResourceType(
    "AWS::SageMaker::Image",
    service="sagemaker",
    list=Call("ListImages", out="Images"),
    id="ImageArn",
    name="ImageName",
    arn="ImageArn",
    created="CreationTime",
    tags=BULK,
)

MODEL = ResourceType(
    "AWS::SageMaker::Model",
    service="sagemaker",
    list=Call("ListModels", out="Models"),
    id="ModelName",
    name="ModelName",
    arn="ModelArn",
    created="CreationTime",
    each=(Call("DescribeModel", {"ModelName": "$ModelName"}),),
    tags=BULK,
    redact=(
        "PrimaryContainer.Environment.*",
        "DeploymentRecommendation.RealTimeInferenceRecommendations[].Environment.*",
        "Containers[].Environment.*",
    ),
)

MODEL_PACKAGE_GROUP = ResourceType(
    "AWS::SageMaker::ModelPackageGroup",
    service="sagemaker",
    list=Call("ListModelPackageGroups", out="ModelPackageGroupSummaryList"),
    id="ModelPackageGroupName",
    name="ModelPackageGroupName",
    arn="ModelPackageGroupArn",
    created="CreationTime",
    tags=BULK,
)

NOTEBOOK_INSTANCE = ResourceType(
    "AWS::SageMaker::NotebookInstance",
    service="sagemaker",
    list=Call("ListNotebookInstances", out="NotebookInstances"),
    id="NotebookInstanceName",
    name="NotebookInstanceName",
    arn="NotebookInstanceArn",
    created="CreationTime",
    each=(Call("DescribeNotebookInstance", {"NotebookInstanceName": "$NotebookInstanceName"}),),
    tags=BULK,
)

NOTEBOOK_INSTANCE_LIFECYCLE_CONFIG = ResourceType(
    "AWS::SageMaker::NotebookInstanceLifecycleConfig",
    service="sagemaker",
    list=Call("ListNotebookInstanceLifecycleConfigs", out="NotebookInstanceLifecycleConfigs"),
    id="NotebookInstanceLifecycleConfigName",
    name="NotebookInstanceLifecycleConfigName",
    arn="NotebookInstanceLifecycleConfigArn",
    created="CreationTime",
    tags=BULK,
)

PIPELINE = ResourceType(
    "AWS::SageMaker::Pipeline",
    service="sagemaker",
    list=Call("ListPipelines", out="PipelineSummaries"),
    id="PipelineName",
    name="PipelineName",
    arn="PipelineArn",
    created="CreationTime",
    tags=BULK,
)

USER_PROFILE = ResourceType(
    "AWS::SageMaker::UserProfile",
    service="sagemaker",
    list=Call("ListUserProfiles", out="UserProfiles"),
    id="{DomainId}/{UserProfileName}",
    name="UserProfileName",
    arn="arn:{partition}:sagemaker:{region}:{account}:user-profile/{DomainId}/{UserProfileName}",
    created="CreationTime",
    tags=BULK,
)
