"""AWS Storage Gateway: gateways, shares and volumes; no data."""

from scanner.model.resource import Call, ResourceType

GATEWAY = ResourceType(
    "storagegateway:gateway",
    service="storagegateway",
    list=Call("ListGateways", out="Gateways"),
    id="GatewayId",
    name="GatewayName",
    arn="GatewayARN",
    tags=Call("ListTagsForResource", {"ResourceARN": "$GatewayARN"}, out="Tags"),
)

TAPE_POOL = ResourceType(
    "AWS::StorageGateway::TapePool",
    service="storagegateway",
    list=Call("ListTapePools", out="PoolInfos"),
    id="PoolARN",
    name="PoolName",
    arn="PoolARN",
)

VOLUME = ResourceType(
    "AWS::StorageGateway::Volume",
    service="storagegateway",
    list=Call("ListVolumes", out="VolumeInfos"),
    id="VolumeARN",
    name="VolumeId",
    arn="VolumeARN",
    tags=Call("ListTagsForResource", {"ResourceARN": "$VolumeARN"}, out="Tags"),
)
