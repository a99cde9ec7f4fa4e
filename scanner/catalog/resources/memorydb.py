"""Amazon MemoryDB: clusters, users and snapshots; no entries."""

from scanner.model.resource import Call, ResourceType

ACL = ResourceType(
    "AWS::MemoryDB::ACL",
    service="memorydb",
    list=Call("DescribeACLs", out="ACLs"),
    id="Name",
    name="Name",
    arn="ARN",
    tags=Call("ListTags", {"ResourceArn": "$ARN"}, out="TagList", absent=("ACLNotFoundFault",)),
)

CLUSTER = ResourceType(
    "AWS::MemoryDB::Cluster",
    service="memorydb",
    list=Call("DescribeClusters", out="Clusters"),
    id="Name",
    name="Name",
    arn="ARN",
    tags=Call("ListTags", {"ResourceArn": "$ARN"}, out="TagList", absent=("ClusterNotFoundFault",)),
)

PARAMETER_GROUP = ResourceType(
    "AWS::MemoryDB::ParameterGroup",
    service="memorydb",
    list=Call("DescribeParameterGroups", out="ParameterGroups"),
    id="Name",
    name="Name",
    arn="ARN",
)

SNAPSHOT = ResourceType(
    "AWS::MemoryDB::Snapshot",
    service="memorydb",
    list=Call("DescribeSnapshots", out="Snapshots"),
    id="Name",
    name="Name",
    arn="ARN",
    tags=Call(
        "ListTags", {"ResourceArn": "$ARN"}, out="TagList", absent=("SnapshotNotFoundFault",)
    ),
)

SUBNET_GROUP = ResourceType(
    "AWS::MemoryDB::SubnetGroup",
    service="memorydb",
    list=Call("DescribeSubnetGroups", out="SubnetGroups"),
    id="Name",
    name="Name",
    arn="ARN",
    tags=Call(
        "ListTags", {"ResourceArn": "$ARN"}, out="TagList", absent=("SubnetGroupNotFoundFault",)
    ),
)

USER = ResourceType(
    "AWS::MemoryDB::User",
    service="memorydb",
    list=Call("DescribeUsers", out="Users"),
    id="Name",
    name="Name",
    arn="ARN",
    tags=Call("ListTags", {"ResourceArn": "$ARN"}, out="TagList", absent=("UserNotFoundFault",)),
)
