"""EC2 Image Builder: pipelines, recipes and infrastructure; no images."""

from scanner.model.resource import Call, ResourceType

COMPONENT = ResourceType(
    "AWS::ImageBuilder::Component",
    service="imagebuilder",
    list=Call("ListComponents", {"owner": "Self"}, out="componentVersionList"),
    id="arn",
    name="name",
    arn="arn",
    created="dateCreated",
)

CONTAINER_RECIPE = ResourceType(
    "AWS::ImageBuilder::ContainerRecipe",
    service="imagebuilder",
    list=Call("ListContainerRecipes", {"owner": "Self"}, out="containerRecipeSummaryList"),
    id="arn",
    name="name",
    arn="arn",
    created="dateCreated",
    tags="tags",
)

DISTRIBUTION_CONFIGURATION = ResourceType(
    "AWS::ImageBuilder::DistributionConfiguration",
    service="imagebuilder",
    list=Call("ListDistributionConfigurations", out="distributionConfigurationSummaryList"),
    id="arn",
    name="name",
    arn="arn",
    created="dateCreated",
    tags="tags",
)

IMAGE_PIPELINE = ResourceType(
    "AWS::ImageBuilder::ImagePipeline",
    service="imagebuilder",
    list=Call("ListImagePipelines", out="imagePipelineList"),
    id="arn",
    name="name",
    arn="arn",
    created="dateCreated",
    tags="tags",
)

IMAGE_RECIPE = ResourceType(
    "AWS::ImageBuilder::ImageRecipe",
    service="imagebuilder",
    list=Call("ListImageRecipes", {"owner": "Self"}, out="imageRecipeSummaryList"),
    id="arn",
    name="name",
    arn="arn",
    created="dateCreated",
    tags="tags",
)

INFRASTRUCTURE_CONFIGURATION = ResourceType(
    "AWS::ImageBuilder::InfrastructureConfiguration",
    service="imagebuilder",
    list=Call("ListInfrastructureConfigurations", out="infrastructureConfigurationSummaryList"),
    id="arn",
    name="name",
    arn="arn",
    created="dateCreated",
    tags="tags",
)
