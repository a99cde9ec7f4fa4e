"""Amazon DocumentDB elastic clusters; instance-based ones are in rds."""

from scanner.model.resource import Call, ResourceType

CLUSTER = ResourceType(
    "AWS::DocDBElastic::Cluster",
    service="docdb-elastic",
    list=Call("ListClusters", out="clusters"),
    id="clusterArn",
    name="clusterName",
    arn="clusterArn",
    created="createTime",
    each=(
        Call(
            "GetCluster",
            {"clusterArn": "$clusterArn"},
            out="cluster",
            absent=("ResourceNotFoundException",),
        ),
    ),
    tags=Call(
        "ListTagsForResource",
        {"resourceArn": "$arn"},
        out="tags",
        absent=("ResourceNotFoundException",),
    ),
)
