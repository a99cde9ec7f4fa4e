"""Amazon Aurora DSQL: clusters; no rows."""

from scanner.model.resource import Call, ResourceType

CLUSTER = ResourceType(
    "AWS::DSQL::Cluster",
    service="dsql",
    list=Call("ListClusters", out="clusters"),
    id="identifier",
    arn="arn",
    created="creationTime",
    each=(
        Call("GetCluster", {"identifier": "$identifier"}, absent=("ResourceNotFoundException",)),
    ),
    tags="tags",
)
