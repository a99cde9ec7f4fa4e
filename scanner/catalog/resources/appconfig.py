"""AWS AppConfig: applications, environments and profiles; no configuration."""

from scanner.model.resource import Call, ResourceType

APPLICATION = ResourceType(
    "AWS::AppConfig::Application",
    service="appconfig",
    list=Call("ListApplications", out="Items"),
    id="Id",
    name="Name",
    arn="arn:{partition}:appconfig:{region}:{account}:application/{Id}",
    tags=Call(
        "ListTagsForResource",
        {"ResourceArn": "$arn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
)

CONFIGURATION_PROFILE = ResourceType(
    "AWS::AppConfig::ConfigurationProfile",
    service="appconfig",
    parent="AWS::AppConfig::Application",
    list=Call("ListConfigurationProfiles", {"ApplicationId": "$Id"}, out="Items"),
    id="{ApplicationId}/{Id}",
    name="Name",
    arn="arn:{partition}:appconfig:{region}:{account}:application/{ApplicationId}/configurationprofile/{Id}",
    tags=Call(
        "ListTagsForResource",
        {"ResourceArn": "$arn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
)

ENVIRONMENT = ResourceType(
    "AWS::AppConfig::Environment",
    service="appconfig",
    parent="AWS::AppConfig::Application",
    list=Call("ListEnvironments", {"ApplicationId": "$Id"}, out="Items"),
    id="{ApplicationId}/{Id}",
    name="Name",
    arn="arn:{partition}:appconfig:{region}:{account}:application/{ApplicationId}/environment/{Id}",
    tags=Call(
        "ListTagsForResource",
        {"ResourceArn": "$arn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
)
