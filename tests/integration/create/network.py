"""Recipes for EC2's networks, with what a scan must find of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.integration.create.place import Place

IMAGE = "ami-0abcdef1234567890"


def noted(place: Place, type: str, id: str, resource: str) -> str:
    """Note a tagged resource of EC2, whose ARN ends in its id; gives the id."""
    place.made(type, id, place.arn("ec2", f"{resource}/{id}"), place.tags)
    return id


def defaults(place: Place) -> None:
    """Note the default network that moto gives every region."""
    ec2 = place("ec2")
    for noun, operation, items, key in (
        ("VPC", "describe_vpcs", "Vpcs", "VpcId"),
        ("Subnet", "describe_subnets", "Subnets", "SubnetId"),
        ("InternetGateway", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
        ("RouteTable", "describe_route_tables", "RouteTables", "RouteTableId"),
        ("NetworkAcl", "describe_network_acls", "NetworkAcls", "NetworkAclId"),
        ("SecurityGroup", "describe_security_groups", "SecurityGroups", "GroupId"),
        ("PrefixList", "describe_managed_prefix_lists", "PrefixLists", "PrefixListId"),
    ):
        found = getattr(ec2, operation)()[items]
        place.known(f"AWS::EC2::{noun}", *(each[key] for each in found))


def vpc(place: Place) -> None:
    """Make a network: VPC, subnets, routes, rules, an interface."""
    ec2 = place("ec2")
    made = ec2.create_vpc(CidrBlock="10.7.0.0/16", TagSpecifications=place.specification("vpc"))
    vpc = noted(place, "AWS::EC2::VPC", made["Vpc"]["VpcId"], "vpc")
    inside = {"VpcId": vpc}
    place.kept["vpc"] = vpc
    place.kept["subnets"] = [
        noted(
            place, "AWS::EC2::Subnet",
            ec2.create_subnet(
                **inside, CidrBlock=f"10.7.{number}.0/24", AvailabilityZone=f"{place.region}{zone}",
                TagSpecifications=place.specification("subnet"),
            )["Subnet"]["SubnetId"], "subnet",
        )
        for number, zone in enumerate("ab")
    ]  # fmt: skip
    for noun, operation, item, key, kind in (
        ("RouteTable", "create_route_table", "RouteTable", "RouteTableId", "route-table"),
        ("NetworkAcl", "create_network_acl", "NetworkAcl", "NetworkAclId", "network-acl"),
    ):
        made = getattr(ec2, operation)(**inside, TagSpecifications=place.specification(kind))
        noted(place, f"AWS::EC2::{noun}", made[item][key], kind)
    group = ec2.create_security_group(
        **inside, GroupName="web", Description="web",
        TagSpecifications=place.specification("security-group"),
    )["GroupId"]  # fmt: skip
    place.kept["group"] = noted(place, "AWS::EC2::SecurityGroup", group, "security-group")
    made = ec2.create_network_interface(
        SubnetId=place.kept["subnets"][0], Groups=[group],
        TagSpecifications=place.specification("network-interface"),
    )["NetworkInterface"]["NetworkInterfaceId"]  # fmt: skip
    place.kept["interface"] = noted(place, "AWS::EC2::NetworkInterface", made, "network-interface")
    beside_vpc(place, ec2)


def beside_vpc(place: Place, ec2) -> None:
    """Note what AWS too gives every new VPC: a main route table, a network ACL, a group."""
    inside = [{"Name": "vpc-id", "Values": [place.kept["vpc"]]}]
    main = ec2.describe_route_tables(
        Filters=[*inside, {"Name": "association.main", "Values": ["true"]}]
    )["RouteTables"]  # fmt: skip
    place.known("AWS::EC2::RouteTable", *(each["RouteTableId"] for each in main))
    acls = ec2.describe_network_acls(Filters=[*inside, {"Name": "default", "Values": ["true"]}])
    place.known("AWS::EC2::NetworkAcl", *(each["NetworkAclId"] for each in acls["NetworkAcls"]))
    groups = ec2.describe_security_groups(
        Filters=[*inside, {"Name": "group-name", "Values": ["default"]}]
    )["SecurityGroups"]
    place.known("AWS::EC2::SecurityGroup", *(each["GroupId"] for each in groups))


def gateways(place: Place) -> None:
    """Make gateways of every kind, an address and a prefix list."""
    ec2, vpc, tagged = place("ec2"), place.kept["vpc"], place.specification
    address = ec2.allocate_address(Domain="vpc", TagSpecifications=tagged("elastic-ip"))
    noted(place, "AWS::EC2::EIP", address["AllocationId"], "elastic-ip")
    made = ec2.create_internet_gateway(TagSpecifications=tagged("internet-gateway"))
    gateway = made["InternetGateway"]["InternetGatewayId"]
    noted(place, "AWS::EC2::InternetGateway", gateway, "internet-gateway")
    made = ec2.create_nat_gateway(
        SubnetId=place.kept["subnets"][0], AllocationId=address["AllocationId"],
        TagSpecifications=tagged("natgateway"),
    )["NatGateway"]  # fmt: skip
    noted(place, "AWS::EC2::NatGateway", made["NatGatewayId"], "natgateway")
    for each in made.get("NatGatewayAddresses", ()):
        place.known("AWS::EC2::NetworkInterface", each["NetworkInterfaceId"])
    kind = "egress-only-internet-gateway"
    made = ec2.create_egress_only_internet_gateway(VpcId=vpc, TagSpecifications=tagged(kind))
    gateway = made["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"]
    noted(place, "AWS::EC2::EgressOnlyInternetGateway", gateway, kind)
    made = ec2.create_carrier_gateway(VpcId=vpc, TagSpecifications=tagged("carrier-gateway"))
    gateway = made["CarrierGateway"]["CarrierGatewayId"]
    noted(place, "AWS::EC2::CarrierGateway", gateway, "carrier-gateway")
    customer = ec2.create_customer_gateway(
        Type="ipsec.1", PublicIp="203.0.113.9", BgpAsn=65001,
        TagSpecifications=tagged("customer-gateway"),
    )["CustomerGateway"]["CustomerGatewayId"]  # fmt: skip
    noted(place, "AWS::EC2::CustomerGateway", customer, "customer-gateway")
    made = ec2.create_vpn_gateway(Type="ipsec.1", TagSpecifications=tagged("vpn-gateway"))
    vpn = noted(place, "AWS::EC2::VPNGateway", made["VpnGateway"]["VpnGatewayId"], "vpn-gateway")
    made = ec2.create_vpn_connection(
        Type="ipsec.1", CustomerGatewayId=customer, VpnGatewayId=vpn,
        TagSpecifications=tagged("vpn-connection"),
    )["VpnConnection"]["VpnConnectionId"]  # fmt: skip
    noted(place, "AWS::EC2::VPNConnection", made, "vpn-connection")
    made = ec2.create_managed_prefix_list(
        PrefixListName="offices", MaxEntries=1, AddressFamily="IPv4",
        TagSpecifications=tagged("prefix-list"),
    )["PrefixList"]["PrefixListId"]  # fmt: skip
    noted(place, "AWS::EC2::PrefixList", made, "prefix-list")


def transit(place: Place) -> None:
    """Make a transit gateway with an attachment, a peering, an endpoint and a flow log."""
    ec2, vpc, tagged = place("ec2"), place.kept["vpc"], place.specification
    made = ec2.create_transit_gateway(TagSpecifications=tagged("transit-gateway"))
    gateway = made["TransitGateway"]["TransitGatewayId"]
    noted(place, "AWS::EC2::TransitGateway", gateway, "transit-gateway")
    routes = made["TransitGateway"]["Options"]["AssociationDefaultRouteTableId"]
    place.known("AWS::EC2::TransitGatewayRouteTable", routes)
    kind = "transit-gateway-route-table"
    made = ec2.create_transit_gateway_route_table(
        TransitGatewayId=gateway, TagSpecifications=tagged(kind)
    )["TransitGatewayRouteTable"]["TransitGatewayRouteTableId"]
    noted(place, "AWS::EC2::TransitGatewayRouteTable", made, kind)
    kind = "transit-gateway-attachment"
    made = ec2.create_transit_gateway_vpc_attachment(
        TransitGatewayId=gateway, VpcId=vpc, SubnetIds=place.kept["subnets"][:1]
    )["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]
    ec2.create_tags(Resources=[made], Tags=place.pairs)
    noted(place, "AWS::EC2::TransitGatewayVpcAttachment", made, kind)
    noted(place, "AWS::EC2::TransitGatewayAttachment", made, kind)
    kind = "vpc-peering-connection"
    made = ec2.create_vpc_peering_connection(
        VpcId=vpc, PeerVpcId=vpc, TagSpecifications=tagged(kind)
    )["VpcPeeringConnection"]["VpcPeeringConnectionId"]  # fmt: skip
    noted(place, "AWS::EC2::VPCPeeringConnection", made, kind)
    made = ec2.create_vpc_endpoint(
        VpcId=vpc, ServiceName=f"com.amazonaws.{place.region}.s3", VpcEndpointType="Gateway",
        TagSpecifications=tagged("vpc-endpoint"),
    )["VpcEndpoint"]["VpcEndpointId"]  # fmt: skip
    noted(place, "AWS::EC2::VPCEndpoint", made, "vpc-endpoint")
    (made,) = ec2.create_flow_logs(
        ResourceIds=[vpc], ResourceType="VPC", TrafficType="ALL", LogGroupName="flows",
        DeliverLogsPermissionArn=place.role(),
        TagSpecifications=tagged("vpc-flow-log"),
    )["FlowLogIds"]  # fmt: skip
    noted(place, "AWS::EC2::FlowLog", made, "vpc-flow-log")


def mirrors(place: Place) -> None:
    """Make a traffic mirror with its parts, each of its own kind."""
    ec2, tagged, interface = place("ec2"), place.specification, place.kept["interface"]
    kind = "traffic-mirror-filter"
    made = ec2.create_traffic_mirror_filter(TagSpecifications=tagged(kind))["TrafficMirrorFilter"]
    chosen = noted(place, "AWS::EC2::TrafficMirrorFilter", made["TrafficMirrorFilterId"], kind)
    kind = "traffic-mirror-target"
    made = ec2.create_traffic_mirror_target(
        NetworkInterfaceId=interface, TagSpecifications=tagged(kind)
    )["TrafficMirrorTarget"]["TrafficMirrorTargetId"]
    target = noted(place, "AWS::EC2::TrafficMirrorTarget", made, kind)
    kind = "traffic-mirror-session"
    made = ec2.create_traffic_mirror_session(
        NetworkInterfaceId=interface, TrafficMirrorTargetId=target, TrafficMirrorFilterId=chosen,
        SessionNumber=1, TagSpecifications=tagged(kind),
    )["TrafficMirrorSession"]["TrafficMirrorSessionId"]  # fmt: skip
    noted(place, "AWS::EC2::TrafficMirrorSession", made, kind)


def ec2(place: Place) -> None:
    """Make networks."""
    for step in (defaults, vpc, gateways, transit, mirrors):
        step(place)


REGIONAL = {"ec2": ec2}
AT_HOME = {}
ONCE = {}
