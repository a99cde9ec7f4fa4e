"""Amazon CloudWatch Observability Access Manager: links and sinks."""

from scanner.model.resource import Call, ResourceType

LINK = ResourceType(
    "AWS::Oam::Link",
    service="oam",
    list=Call("ListLinks", out="Items"),
    id="Id",
    name="Label",
    arn="Arn",
    tags=Call(
        "ListTagsForResource",
        {"ResourceArn": "$arn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
)

SINK = ResourceType(
    "AWS::Oam::Sink",
    service="oam",
    list=Call("ListSinks", out="Items"),
    id="Id",
    name="Name",
    arn="Arn",
    each=(
        Call(
            "GetSinkPolicy",
            {"SinkIdentifier": "$Arn"},
            out="Policy",
            name="Policy",
            absent=("ResourceNotFoundException",),
        ),
    ),
    tags=Call(
        "ListTagsForResource",
        {"ResourceArn": "$arn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
)
