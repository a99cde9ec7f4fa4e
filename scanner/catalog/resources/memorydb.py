"""Amazon MemoryDB: clusters, users and snapshots; no entries."""

from scanner.model.resource import BULK, Call, ResourceType

ACL = ResourceType(
    "AWS::MemoryDB::ACL",
    service="memorydb",
    list=Call("DescribeACLs", out="ACLs"),
    id="Name",
    name="Name",
    arn="ARN",
    tags=BULK,
)

CLUSTER = ResourceType(
    "AWS::MemoryDB::Cluster",
    service="memorydb",
    list=Call("DescribeClusters", out="Clusters"),
    id="Name",
    name="Name",
    arn="ARN",
    tags=BULK,
)

PARAMETER_GROUP = ResourceType(
    "AWS::MemoryDB::ParameterGroup",
    service="memorydb",
    list=Call("DescribeParameterGroups", out="ParameterGroups"),
    id="Name",
    name="Name",
    arn="ARN",
    tags=BULK,
)

SNAPSHOT = ResourceType(
    "AWS::MemoryDB::Snapshot",
    service="memorydb",
    list=Call("DescribeSnapshots", out="Snapshots"),
    id="Name",
    name="Name",
    arn="ARN",
    tags=BULK,
)

SUBNET_GROUP = ResourceType(
    "AWS::MemoryDB::SubnetGroup",
    service="memorydb",
    list=Call("DescribeSubnetGroups", out="SubnetGroups"),
    id="Name",
    name="Name",
    arn="ARN",
    tags=BULK,
)

USER = ResourceType(
    "AWS::MemoryDB::User",
    service="memorydb",
    list=Call("DescribeUsers", out="Users"),
    id="Name",
    name="Name",
    arn="ARN",
    tags=BULK,
)
