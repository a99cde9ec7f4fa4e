"""Amazon EC2: virtual networks and what lives inside them."""

from scanner.model.resource import Call, ResourceType

DHCP_OPTIONS = ResourceType(
    "AWS::EC2::DHCPOptions",
    service="ec2",
    list=Call("DescribeDhcpOptions", out="DhcpOptions"),
    id="DhcpOptionsId",
    arn="arn:{partition}:ec2:{region}:{OwnerId}:dhcp-options/{DhcpOptionsId}",
    tags="Tags",
)

EIP = ResourceType(
    "AWS::EC2::EIP",
    service="ec2",
    list=Call("DescribeAddresses", out="Addresses"),
    id="AllocationId",
    name="PublicIp",
    arn="arn:{partition}:ec2:{region}:{account}:elastic-ip/{AllocationId}",
    tags="Tags",
)

FLOW_LOG = ResourceType(
    "AWS::EC2::FlowLog",
    service="ec2",
    list=Call("DescribeFlowLogs", out="FlowLogs", page_size=1000),
    id="FlowLogId",
    arn="arn:{partition}:ec2:{region}:{account}:vpc-flow-log/{FlowLogId}",
    created="CreationTime",
    tags="Tags",
)

IPAM = ResourceType(
    "AWS::EC2::IPAM",
    service="ec2",
    list=Call("DescribeIpams", out="Ipams"),
    id="IpamId",
    arn="IpamArn",
    tags="Tags",
)

IPAM_POOL = ResourceType(
    "AWS::EC2::IPAMPool",
    service="ec2",
    list=Call("DescribeIpamPools", out="IpamPools"),
    id="IpamPoolId",
    arn="IpamPoolArn",
    tags="Tags",
)

IPAM_RESOURCE_DISCOVERY = ResourceType(
    "AWS::EC2::IPAMResourceDiscovery",
    service="ec2",
    list=Call("DescribeIpamResourceDiscoveries", out="IpamResourceDiscoveries"),
    id="IpamResourceDiscoveryId",
    arn="IpamResourceDiscoveryArn",
    tags="Tags",
)

IPAM_SCOPE = ResourceType(
    "AWS::EC2::IPAMScope",
    service="ec2",
    list=Call("DescribeIpamScopes", out="IpamScopes"),
    id="IpamScopeId",
    arn="IpamScopeArn",
    tags="Tags",
)

NETWORK_ACL = ResourceType(
    "AWS::EC2::NetworkAcl",
    service="ec2",
    list=Call("DescribeNetworkAcls", out="NetworkAcls"),
    id="NetworkAclId",
    arn="arn:{partition}:ec2:{region}:{OwnerId}:network-acl/{NetworkAclId}",
    tags="Tags",
)

NETWORK_INSIGHTS_ACCESS_SCOPE = ResourceType(
    "AWS::EC2::NetworkInsightsAccessScope",
    service="ec2",
    list=Call("DescribeNetworkInsightsAccessScopes", out="NetworkInsightsAccessScopes"),
    id="NetworkInsightsAccessScopeId",
    arn="NetworkInsightsAccessScopeArn",
    created="CreatedDate",
    tags="Tags",
)

NETWORK_INSIGHTS_PATH = ResourceType(
    "AWS::EC2::NetworkInsightsPath",
    service="ec2",
    list=Call("DescribeNetworkInsightsPaths", out="NetworkInsightsPaths"),
    id="NetworkInsightsPathId",
    arn="NetworkInsightsPathArn",
    created="CreatedDate",
    tags="Tags",
)

NETWORK_INTERFACE = ResourceType(
    "AWS::EC2::NetworkInterface",
    service="ec2",
    list=Call("DescribeNetworkInterfaces", out="NetworkInterfaces"),
    id="NetworkInterfaceId",
    arn="arn:{partition}:ec2:{region}:{OwnerId}:network-interface/{NetworkInterfaceId}",
    tags="TagSet",
)

PREFIX_LIST = ResourceType(
    "AWS::EC2::PrefixList",
    service="ec2",
    list=Call("DescribeManagedPrefixLists", out="PrefixLists"),
    id="PrefixListId",
    name="PrefixListName",
    arn="PrefixListArn",
    tags="Tags",
)

PUBLIC_IPV4_POOL = ResourceType(
    "ec2:public-ipv4-pool",
    service="ec2",
    list=Call("DescribePublicIpv4Pools", out="PublicIpv4Pools"),
    id="PoolId",
    arn="arn:{partition}:ec2:{region}:{account}:ipv4pool-ec2/{PoolId}",
    tags="Tags",
)

ROUTE_TABLE = ResourceType(
    "AWS::EC2::RouteTable",
    service="ec2",
    list=Call("DescribeRouteTables", out="RouteTables"),
    id="RouteTableId",
    arn="arn:{partition}:ec2:{region}:{OwnerId}:route-table/{RouteTableId}",
    tags="Tags",
)

SECURITY_GROUP = ResourceType(
    "AWS::EC2::SecurityGroup",
    service="ec2",
    list=Call("DescribeSecurityGroups", out="SecurityGroups"),
    id="GroupId",
    name="GroupName",
    arn="arn:{partition}:ec2:{region}:{OwnerId}:security-group/{GroupId}",
    tags="Tags",
)

SUBNET = ResourceType(
    "AWS::EC2::Subnet",
    service="ec2",
    list=Call("DescribeSubnets", out="Subnets"),
    id="SubnetId",
    arn="SubnetArn",
    tags="Tags",
)

TRAFFIC_MIRROR_FILTER = ResourceType(
    "AWS::EC2::TrafficMirrorFilter",
    service="ec2",
    list=Call("DescribeTrafficMirrorFilters", out="TrafficMirrorFilters"),
    id="TrafficMirrorFilterId",
    arn="arn:{partition}:ec2:{region}:{account}:traffic-mirror-filter/{TrafficMirrorFilterId}",
    tags="Tags",
)

TRAFFIC_MIRROR_SESSION = ResourceType(
    "AWS::EC2::TrafficMirrorSession",
    service="ec2",
    list=Call("DescribeTrafficMirrorSessions", out="TrafficMirrorSessions"),
    id="TrafficMirrorSessionId",
    arn="arn:{partition}:ec2:{region}:{OwnerId}:traffic-mirror-session/{TrafficMirrorSessionId}",
    tags="Tags",
)

TRAFFIC_MIRROR_TARGET = ResourceType(
    "AWS::EC2::TrafficMirrorTarget",
    service="ec2",
    list=Call("DescribeTrafficMirrorTargets", out="TrafficMirrorTargets"),
    id="TrafficMirrorTargetId",
    arn="arn:{partition}:ec2:{region}:{OwnerId}:traffic-mirror-target/{TrafficMirrorTargetId}",
    tags="Tags",
)

VPC = ResourceType(
    "AWS::EC2::VPC",
    service="ec2",
    list=Call("DescribeVpcs", out="Vpcs"),
    id="VpcId",
    arn="arn:{partition}:ec2:{region}:{OwnerId}:vpc/{VpcId}",
    tags="Tags",
)
