"""Amazon DynamoDB Accelerator: clusters and their groups."""

from scanner.model.resource import Call, ResourceType

CLUSTER = ResourceType(
    "AWS::DAX::Cluster",
    service="dax",
    list=Call("DescribeClusters", out="Clusters"),
    id="ClusterName",
    name="ClusterName",
    arn="ClusterArn",
    tags=Call(
        "ListTags", {"ResourceName": "$ClusterArn"}, out="Tags", absent=("ClusterNotFoundFault",)
    ),
)

PARAMETER_GROUP = ResourceType(
    "AWS::DAX::ParameterGroup",
    service="dax",
    list=Call("DescribeParameterGroups", out="ParameterGroups"),
    id="ParameterGroupName",
    name="ParameterGroupName",
)

SUBNET_GROUP = ResourceType(
    "AWS::DAX::SubnetGroup",
    service="dax",
    list=Call("DescribeSubnetGroups", out="SubnetGroups"),
    id="SubnetGroupName",
    name="SubnetGroupName",
)
