"""Amazon EC2: the ways between virtual networks and the world outside."""

from scanner.model.resource import Call, ResourceType

CARRIER_GATEWAY = ResourceType(
    "AWS::EC2::CarrierGateway",
    service="ec2",
    list=Call("DescribeCarrierGateways", out="CarrierGateways"),
    id="CarrierGatewayId",
    arn="arn:{partition}:ec2:{region}:{OwnerId}:carrier-gateway/{CarrierGatewayId}",
    tags="Tags",
)

CLIENT_VPN_ENDPOINT = ResourceType(
    "AWS::EC2::ClientVpnEndpoint",
    service="ec2",
    list=Call("DescribeClientVpnEndpoints", out="ClientVpnEndpoints"),
    id="ClientVpnEndpointId",
    arn="arn:{partition}:ec2:{region}:{account}:client-vpn-endpoint/{ClientVpnEndpointId}",
    created="CreationTime",
    tags="Tags",
)

CUSTOMER_GATEWAY = ResourceType(
    "AWS::EC2::CustomerGateway",
    service="ec2",
    list=Call("DescribeCustomerGateways", out="CustomerGateways"),
    id="CustomerGatewayId",
    name="DeviceName",
    arn="arn:{partition}:ec2:{region}:{account}:customer-gateway/{CustomerGatewayId}",
    tags="Tags",
)

EGRESS_ONLY_INTERNET_GATEWAY = ResourceType(
    "AWS::EC2::EgressOnlyInternetGateway",
    service="ec2",
    list=Call("DescribeEgressOnlyInternetGateways", out="EgressOnlyInternetGateways"),
    id="EgressOnlyInternetGatewayId",
    arn="arn:{partition}:ec2:{region}:{account}:egress-only-internet-gateway/{EgressOnlyInternetGatewayId}",
    tags="Tags",
)

INSTANCE_CONNECT_ENDPOINT = ResourceType(
    "AWS::EC2::InstanceConnectEndpoint",
    service="ec2",
    list=Call("DescribeInstanceConnectEndpoints", out="InstanceConnectEndpoints"),
    id="InstanceConnectEndpointId",
    arn="InstanceConnectEndpointArn",
    created="CreatedAt",
    tags="Tags",
)

INTERNET_GATEWAY = ResourceType(
    "AWS::EC2::InternetGateway",
    service="ec2",
    list=Call("DescribeInternetGateways", out="InternetGateways"),
    id="InternetGatewayId",
    arn="arn:{partition}:ec2:{region}:{OwnerId}:internet-gateway/{InternetGatewayId}",
    tags="Tags",
)

NAT_GATEWAY = ResourceType(
    "AWS::EC2::NatGateway",
    service="ec2",
    list=Call("DescribeNatGateways", out="NatGateways"),
    id="NatGatewayId",
    arn="arn:{partition}:ec2:{region}:{account}:natgateway/{NatGatewayId}",
    created="CreateTime",
    tags="Tags",
)

ROUTE_SERVER = ResourceType(
    "AWS::EC2::RouteServer",
    service="ec2",
    list=Call("DescribeRouteServers", out="RouteServers"),
    id="RouteServerId",
    arn="arn:{partition}:ec2:{region}:{account}:route-server/{RouteServerId}",
    tags="Tags",
)

TRANSIT_GATEWAY = ResourceType(
    "AWS::EC2::TransitGateway",
    service="ec2",
    list=Call("DescribeTransitGateways", out="TransitGateways"),
    id="TransitGatewayId",
    arn="TransitGatewayArn",
    created="CreationTime",
    tags="Tags",
)

TRANSIT_GATEWAY_ATTACHMENT = ResourceType(
    "AWS::EC2::TransitGatewayAttachment",
    service="ec2",
    list=Call("DescribeTransitGatewayAttachments", out="TransitGatewayAttachments"),
    id="TransitGatewayAttachmentId",
    arn="arn:{partition}:ec2:{region}:{ResourceOwnerId}:transit-gateway-attachment/{TransitGatewayAttachmentId}",
    created="CreationTime",
    tags="Tags",
)

TRANSIT_GATEWAY_CONNECT = ResourceType(
    "AWS::EC2::TransitGatewayConnect",
    service="ec2",
    list=Call("DescribeTransitGatewayConnects", out="TransitGatewayConnects"),
    id="TransitGatewayAttachmentId",
    arn="arn:{partition}:ec2:{region}:{account}:transit-gateway-attachment/{TransitGatewayAttachmentId}",
    created="CreationTime",
    tags="Tags",
)

TRANSIT_GATEWAY_MULTICAST_DOMAIN = ResourceType(
    "AWS::EC2::TransitGatewayMulticastDomain",
    service="ec2",
    list=Call("DescribeTransitGatewayMulticastDomains", out="TransitGatewayMulticastDomains"),
    id="TransitGatewayMulticastDomainId",
    arn="TransitGatewayMulticastDomainArn",
    created="CreationTime",
    tags="Tags",
)

TRANSIT_GATEWAY_PEERING_ATTACHMENT = ResourceType(
    "AWS::EC2::TransitGatewayPeeringAttachment",
    service="ec2",
    list=Call("DescribeTransitGatewayPeeringAttachments", out="TransitGatewayPeeringAttachments"),
    id="TransitGatewayAttachmentId",
    arn="arn:{partition}:ec2:{region}:{account}:transit-gateway-attachment/{TransitGatewayAttachmentId}",
    created="CreationTime",
    tags="Tags",
)

TRANSIT_GATEWAY_ROUTE_TABLE = ResourceType(
    "AWS::EC2::TransitGatewayRouteTable",
    service="ec2",
    list=Call("DescribeTransitGatewayRouteTables", out="TransitGatewayRouteTables"),
    id="TransitGatewayRouteTableId",
    arn="arn:{partition}:ec2:{region}:{account}:transit-gateway-route-table/{TransitGatewayRouteTableId}",
    created="CreationTime",
    tags="Tags",
)

TRANSIT_GATEWAY_VPC_ATTACHMENT = ResourceType(
    "AWS::EC2::TransitGatewayVpcAttachment",
    service="ec2",
    list=Call("DescribeTransitGatewayVpcAttachments", out="TransitGatewayVpcAttachments"),
    id="TransitGatewayAttachmentId",
    arn="arn:{partition}:ec2:{region}:{VpcOwnerId}:transit-gateway-attachment/{TransitGatewayAttachmentId}",
    created="CreationTime",
    tags="Tags",
)

VERIFIED_ACCESS_ENDPOINT = ResourceType(
    "AWS::EC2::VerifiedAccessEndpoint",
    service="ec2",
    list=Call("DescribeVerifiedAccessEndpoints", out="VerifiedAccessEndpoints"),
    id="VerifiedAccessEndpointId",
    arn="arn:{partition}:ec2:{region}:{account}:verified-access-endpoint/{VerifiedAccessEndpointId}",
    created="CreationTime",
    tags="Tags",
)

VERIFIED_ACCESS_GROUP = ResourceType(
    "AWS::EC2::VerifiedAccessGroup",
    service="ec2",
    list=Call("DescribeVerifiedAccessGroups", out="VerifiedAccessGroups"),
    id="VerifiedAccessGroupId",
    arn="VerifiedAccessGroupArn",
    created="CreationTime",
    tags="Tags",
)

VERIFIED_ACCESS_INSTANCE = ResourceType(
    "AWS::EC2::VerifiedAccessInstance",
    service="ec2",
    list=Call("DescribeVerifiedAccessInstances", out="VerifiedAccessInstances"),
    id="VerifiedAccessInstanceId",
    arn="arn:{partition}:ec2:{region}:{account}:verified-access-instance/{VerifiedAccessInstanceId}",
    created="CreationTime",
    tags="Tags",
)

VERIFIED_ACCESS_TRUST_PROVIDER = ResourceType(
    "AWS::EC2::VerifiedAccessTrustProvider",
    service="ec2",
    list=Call("DescribeVerifiedAccessTrustProviders", out="VerifiedAccessTrustProviders"),
    id="VerifiedAccessTrustProviderId",
    arn="arn:{partition}:ec2:{region}:{account}:verified-access-trust-provider/{VerifiedAccessTrustProviderId}",
    created="CreationTime",
    tags="Tags",
    redact=("OidcOptions.ClientSecret",),
)

VPC_ENDPOINT = ResourceType(
    "AWS::EC2::VPCEndpoint",
    service="ec2",
    list=Call("DescribeVpcEndpoints", out="VpcEndpoints", page_size=1000),
    id="VpcEndpointId",
    arn="arn:{partition}:ec2:{region}:{OwnerId}:vpc-endpoint/{VpcEndpointId}",
    created="CreationTimestamp",
    tags="Tags",
)

VPC_ENDPOINT_SERVICE = ResourceType(
    "AWS::EC2::VPCEndpointService",
    service="ec2",
    list=Call("DescribeVpcEndpointServiceConfigurations", out="ServiceConfigurations"),
    id="ServiceId",
    name="ServiceName",
    arn="arn:{partition}:ec2:{region}:{account}:vpc-endpoint-service/{ServiceId}",
    tags="Tags",
)

VPC_PEERING_CONNECTION = ResourceType(
    "AWS::EC2::VPCPeeringConnection",
    service="ec2",
    list=Call("DescribeVpcPeeringConnections", out="VpcPeeringConnections"),
    id="VpcPeeringConnectionId",
    arn="arn:{partition}:ec2:{region}:{account}:vpc-peering-connection/{VpcPeeringConnectionId}",
    tags="Tags",
)

VPN_CONNECTION = ResourceType(
    "AWS::EC2::VPNConnection",
    service="ec2",
    list=Call("DescribeVpnConnections", out="VpnConnections"),
    id="VpnConnectionId",
    arn="arn:{partition}:ec2:{region}:{account}:vpn-connection/{VpnConnectionId}",
    tags="Tags",
    redact=("CustomerGatewayConfiguration", "Options.TunnelOptions[].PreSharedKey"),
)

VPN_GATEWAY = ResourceType(
    "AWS::EC2::VPNGateway",
    service="ec2",
    list=Call("DescribeVpnGateways", out="VpnGateways"),
    id="VpnGatewayId",
    arn="arn:{partition}:ec2:{region}:{account}:vpn-gateway/{VpnGatewayId}",
    tags="Tags",
)
