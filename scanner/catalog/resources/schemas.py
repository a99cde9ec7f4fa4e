"""Amazon EventBridge schema registries; no schemas."""

from scanner.model.resource import Call, ResourceType

DISCOVERER = ResourceType(
    "AWS::EventSchemas::Discoverer",
    service="schemas",
    list=Call("ListDiscoverers", out="Discoverers"),
    id="DiscovererId",
    arn="DiscovererArn",
    tags="Tags",
)

REGISTRY = ResourceType(
    "AWS::EventSchemas::Registry",
    service="schemas",
    list=Call("ListRegistries", {"Scope": "LOCAL"}, out="Registries"),
    id="RegistryArn",
    name="RegistryName",
    arn="RegistryArn",
    tags="Tags",
)
