"""Amazon Detective: behavior graphs; no investigations."""

from scanner.model.resource import Call, ResourceType

GRAPH = ResourceType(
    "AWS::Detective::Graph",
    service="detective",
    list=Call("ListGraphs", out="GraphList"),
    id="Arn",
    arn="Arn",
    created="CreatedTime",
    tags=Call(
        "ListTagsForResource",
        {"ResourceArn": "$Arn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
)
