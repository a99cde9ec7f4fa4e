"""Amazon EventBridge Pipes: pipes; no events."""

from scanner.model.resource import Call, ResourceType

PIPE = ResourceType(
    "AWS::Pipes::Pipe",
    service="pipes",
    list=Call("ListPipes", out="Pipes"),
    id="Arn",
    name="Name",
    arn="Arn",
    created="CreationTime",
    tags=Call(
        "ListTagsForResource", {"resourceArn": "$Arn"}, out="tags", absent=("NotFoundException",)
    ),
)
