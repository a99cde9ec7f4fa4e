"""Amazon RDS, and Neptune and DocumentDB, which answer here too: databases, no rows."""

from scanner.model.resource import BULK, Call, ResourceType

_PASSWORD = ("PendingModifiedValues.MasterUserPassword",)

CLUSTER_SNAPSHOT = ResourceType(
    "AWS::RDS::ClusterSnapshot",
    service="rds",
    list=Call("DescribeDBClusterSnapshots", out="DBClusterSnapshots"),
    id="DBClusterSnapshotIdentifier",
    name="DBClusterSnapshotIdentifier",
    arn="DBClusterSnapshotArn",
    created="SnapshotCreateTime",
    each=(
        Call(
            "DescribeDBClusterSnapshotAttributes",
            {"DBClusterSnapshotIdentifier": "$DBClusterSnapshotIdentifier"},
            out="DBClusterSnapshotAttributesResult.DBClusterSnapshotAttributes",
            name="Attributes",
            absent=("DBClusterSnapshotNotFoundFault",),
        ),
    ),
    tags="TagList",
)

DB_CLUSTER = ResourceType(
    "AWS::RDS::DBCluster",
    service="rds",
    list=Call("DescribeDBClusters", out="DBClusters"),
    id="DBClusterIdentifier",
    name="DBClusterIdentifier",
    arn="DBClusterArn",
    created="ClusterCreateTime",
    tags="TagList",
    redact=_PASSWORD,
)

DB_CLUSTER_PARAMETER_GROUP = ResourceType(
    "AWS::RDS::DBClusterParameterGroup",
    service="rds",
    list=Call("DescribeDBClusterParameterGroups", out="DBClusterParameterGroups"),
    id="DBClusterParameterGroupName",
    name="DBClusterParameterGroupName",
    arn="DBClusterParameterGroupArn",
    tags=BULK,
)

DB_INSTANCE = ResourceType(
    "AWS::RDS::DBInstance",
    service="rds",
    list=Call("DescribeDBInstances", out="DBInstances"),
    id="DBInstanceIdentifier",
    name="DBInstanceIdentifier",
    arn="DBInstanceArn",
    created="InstanceCreateTime",
    tags="TagList",
    redact=_PASSWORD,
)

DB_PARAMETER_GROUP = ResourceType(
    "AWS::RDS::DBParameterGroup",
    service="rds",
    list=Call("DescribeDBParameterGroups", out="DBParameterGroups"),
    id="DBParameterGroupName",
    name="DBParameterGroupName",
    arn="DBParameterGroupArn",
    tags=BULK,
)

DB_PROXY = ResourceType(
    "AWS::RDS::DBProxy",
    service="rds",
    list=Call("DescribeDBProxies", out="DBProxies"),
    id="DBProxyName",
    name="DBProxyName",
    arn="DBProxyArn",
    created="CreatedDate",
    tags=BULK,
)

DB_SNAPSHOT = ResourceType(
    "AWS::RDS::DBSnapshot",
    service="rds",
    list=Call("DescribeDBSnapshots", out="DBSnapshots"),
    id="DBSnapshotIdentifier",
    name="DBSnapshotIdentifier",
    arn="DBSnapshotArn",
    created="SnapshotCreateTime",
    each=(
        Call(
            "DescribeDBSnapshotAttributes",
            {"DBSnapshotIdentifier": "$DBSnapshotIdentifier"},
            out="DBSnapshotAttributesResult.DBSnapshotAttributes",
            name="Attributes",
            absent=("DBSnapshotNotFound",),
        ),
    ),
    tags="TagList",
)

DB_SUBNET_GROUP = ResourceType(
    "AWS::RDS::DBSubnetGroup",
    service="rds",
    list=Call("DescribeDBSubnetGroups", out="DBSubnetGroups"),
    id="DBSubnetGroupName",
    name="DBSubnetGroupName",
    arn="DBSubnetGroupArn",
    tags=BULK,
)

EVENT_SUBSCRIPTION = ResourceType(
    "AWS::RDS::EventSubscription",
    service="rds",
    list=Call("DescribeEventSubscriptions", out="EventSubscriptionsList"),
    id="CustSubscriptionId",
    name="CustSubscriptionId",
    arn="EventSubscriptionArn",
    created="SubscriptionCreationTime",
    tags=BULK,
)

GLOBAL_CLUSTER = ResourceType(
    "AWS::RDS::GlobalCluster",
    service="rds",
    scope="global",
    list=Call("DescribeGlobalClusters", out="GlobalClusters"),
    id="GlobalClusterIdentifier",
    name="GlobalClusterIdentifier",
    arn="GlobalClusterArn",
    tags="TagList",
)

OPTION_GROUP = ResourceType(
    "AWS::RDS::OptionGroup",
    service="rds",
    list=Call("DescribeOptionGroups", out="OptionGroupsList"),
    id="OptionGroupName",
    name="OptionGroupName",
    arn="OptionGroupArn",
    tags=BULK,
)

RESERVED_DB_INSTANCE = ResourceType(
    "rds:reserved-db-instance",
    service="rds",
    list=Call("DescribeReservedDBInstances", out="ReservedDBInstances"),
    id="ReservedDBInstanceId",
    arn="ReservedDBInstanceArn",
    created="StartTime",
)
