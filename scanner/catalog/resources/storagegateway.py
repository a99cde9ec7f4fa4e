"""AWS Storage Gateway: gateways, shares and volumes; no data."""

from scanner.model.resource import BULK, Call, ResourceType

GATEWAY = ResourceType(
    "storagegateway:gateway",
    service="storagegateway",
    list=Call("ListGateways", out="Gateways"),
    id="GatewayId",
    name="GatewayName",
    arn="GatewayARN",
    tags=BULK,
)

TAPE_POOL = ResourceType(
    "AWS::StorageGateway::TapePool",
    service="storagegateway",
    list=Call("ListTapePools", out="PoolInfos"),
    id="PoolARN",
    name="PoolName",
    arn="PoolARN",
    tags=BULK,
)

VOLUME = ResourceType(
    "AWS::StorageGateway::Volume",
    service="storagegateway",
    list=Call("ListVolumes", out="VolumeInfos"),
    id="VolumeARN",
    name="VolumeId",
    arn="VolumeARN",
    tags=BULK,
)
