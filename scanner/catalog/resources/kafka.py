"""Amazon MSK: clusters, configurations and replicators; no messages."""

from scanner.model.resource import BULK, Call, ResourceType

CLUSTER = ResourceType(
    "AWS::MSK::Cluster",
    service="kafka",
    list=Call("ListClustersV2", out="ClusterInfoList"),
    id="ClusterArn",
    name="ClusterName",
    arn="ClusterArn",
    created="CreationTime",
    tags="Tags",
)

CONFIGURATION = ResourceType(
    "AWS::MSK::Configuration",
    service="kafka",
    list=Call("ListConfigurations", out="Configurations"),
    id="Arn",
    name="Name",
    arn="Arn",
    created="CreationTime",
)

REPLICATOR = ResourceType(
    "AWS::MSK::Replicator",
    service="kafka",
    list=Call("ListReplicators", out="Replicators"),
    id="ReplicatorArn",
    name="ReplicatorName",
    arn="ReplicatorArn",
    created="CreationTime",
    tags=BULK,
)

VPC_CONNECTION = ResourceType(
    "AWS::MSK::VpcConnection",
    service="kafka",
    list=Call("ListVpcConnections", out="VpcConnections"),
    id="VpcConnectionArn",
    arn="VpcConnectionArn",
    created="CreationTime",
    tags=BULK,
)
