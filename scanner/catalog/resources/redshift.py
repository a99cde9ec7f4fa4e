"""Amazon Redshift: clusters and snapshots; no rows, no credentials."""

from scanner.model.resource import Call, ResourceType

CLUSTER = ResourceType(
    "AWS::Redshift::Cluster",
    service="redshift",
    list=Call("DescribeClusters", out="Clusters"),
    id="ClusterIdentifier",
    name="ClusterIdentifier",
    arn="arn:{partition}:redshift:{region}:{account}:cluster:{ClusterIdentifier}",
    created="ClusterCreateTime",
    each=(
        Call(
            "DescribeLoggingStatus",
            {"ClusterIdentifier": "$ClusterIdentifier"},
            name="Logging",
            absent=("ClusterNotFound",),
        ),
    ),
    tags="Tags",
    redact=("PendingModifiedValues.MasterUserPassword",),
)

CLUSTER_PARAMETER_GROUP = ResourceType(
    "AWS::Redshift::ClusterParameterGroup",
    service="redshift",
    list=Call("DescribeClusterParameterGroups", out="ParameterGroups"),
    id="ParameterGroupName",
    name="ParameterGroupName",
    arn="arn:{partition}:redshift:{region}:{account}:parametergroup:{ParameterGroupName}",
    tags="Tags",
)

CLUSTER_SUBNET_GROUP = ResourceType(
    "AWS::Redshift::ClusterSubnetGroup",
    service="redshift",
    list=Call("DescribeClusterSubnetGroups", out="ClusterSubnetGroups"),
    id="ClusterSubnetGroupName",
    name="ClusterSubnetGroupName",
    arn="arn:{partition}:redshift:{region}:{account}:subnetgroup:{ClusterSubnetGroupName}",
    tags="Tags",
)

EVENT_SUBSCRIPTION = ResourceType(
    "AWS::Redshift::EventSubscription",
    service="redshift",
    list=Call("DescribeEventSubscriptions", out="EventSubscriptionsList"),
    id="CustSubscriptionId",
    name="CustSubscriptionId",
    arn="arn:{partition}:redshift:{region}:{account}:eventsubscription:{CustSubscriptionId}",
    created="SubscriptionCreationTime",
    tags="Tags",
)

RESERVED_NODE = ResourceType(
    "redshift:reserved-node",
    service="redshift",
    list=Call("DescribeReservedNodes", out="ReservedNodes"),
    id="ReservedNodeId",
    created="StartTime",
)

SCHEDULED_ACTION = ResourceType(
    "AWS::Redshift::ScheduledAction",
    service="redshift",
    list=Call("DescribeScheduledActions", out="ScheduledActions"),
    id="ScheduledActionName",
    name="ScheduledActionName",
)

SNAPSHOT = ResourceType(
    "AWS::Redshift::Snapshot",
    service="redshift",
    list=Call("DescribeClusterSnapshots", out="Snapshots"),
    id="SnapshotIdentifier",
    name="SnapshotIdentifier",
    arn="SnapshotArn",
    created="SnapshotCreateTime",
    tags="Tags",
)
