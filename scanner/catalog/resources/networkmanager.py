"""AWS Network Manager: global and core networks."""

from scanner.model.resource import Call, ResourceType

CORE_NETWORK = ResourceType(
    "AWS::NetworkManager::CoreNetwork",
    service="networkmanager",
    scope="global",
    home="us-west-2",
    list=Call("ListCoreNetworks", out="CoreNetworks"),
    id="CoreNetworkId",
    arn="CoreNetworkArn",
    tags="Tags",
)

GLOBAL_NETWORK = ResourceType(
    "AWS::NetworkManager::GlobalNetwork",
    service="networkmanager",
    scope="global",
    home="us-west-2",
    list=Call("DescribeGlobalNetworks", out="GlobalNetworks"),
    id="GlobalNetworkId",
    arn="GlobalNetworkArn",
    created="CreatedAt",
    tags="Tags",
)
