"""AWS Direct Connect: connections, interfaces and gateways; no BGP keys."""

from scanner.model.resource import Call, ResourceType

CONNECTION = ResourceType(
    "AWS::DirectConnect::Connection",
    service="directconnect",
    list=Call("DescribeConnections", out="connections"),
    id="connectionId",
    name="connectionName",
    arn="arn:{partition}:directconnect:{region}:{account}:dxcon/{connectionId}",
    tags="tags",
)

DIRECT_CONNECT_GATEWAY = ResourceType(
    "AWS::DirectConnect::DirectConnectGateway",
    service="directconnect",
    scope="global",
    list=Call("DescribeDirectConnectGateways", out="directConnectGateways"),
    id="directConnectGatewayId",
    name="directConnectGatewayName",
    arn="arn:{partition}:directconnect::{account}:dx-gateway/{directConnectGatewayId}",
    tags="tags",
)

LAG = ResourceType(
    "AWS::DirectConnect::Lag",
    service="directconnect",
    list=Call("DescribeLags", out="lags"),
    id="lagId",
    name="lagName",
    arn="arn:{partition}:directconnect:{region}:{account}:dxlag/{lagId}",
    tags="tags",
)

VIRTUAL_INTERFACE = ResourceType(
    "directconnect:virtual-interface",
    service="directconnect",
    list=Call("DescribeVirtualInterfaces", out="virtualInterfaces"),
    id="virtualInterfaceId",
    name="virtualInterfaceName",
    arn="arn:{partition}:directconnect:{region}:{account}:dxvif/{virtualInterfaceId}",
    tags="tags",
    redact=("authKey", "bgpPeers[].authKey", "customerRouterConfig"),
)
