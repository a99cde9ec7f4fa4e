"""AWS Resource Explorer: indexes and views; no search results."""

from scanner.model.resource import Call, ResourceType

INDEX = ResourceType(
    "AWS::ResourceExplorer2::Index",
    service="resource-explorer-2",
    list=Call("ListIndexes", {"Regions": ["$region"]}, out="Indexes"),
    id="Arn",
    arn="Arn",
    tags=Call(
        "ListTagsForResource",
        {"resourceArn": "$arn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
)

VIEW = ResourceType(
    "AWS::ResourceExplorer2::View",
    service="resource-explorer-2",
    list=Call("ListViews", out="Views[].{ViewArn: @}"),
    id="ViewArn",
    arn="ViewArn",
    each=(
        Call(
            "BatchGetView",
            {"ViewArns": ["$ViewArn"]},
            out="Views",
            batch=20,
            match="ViewArn=ViewArn",
        ),
    ),
    tags=Call(
        "ListTagsForResource",
        {"resourceArn": "$arn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
)
