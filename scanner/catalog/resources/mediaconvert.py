"""AWS Elemental MediaConvert: queues; no jobs."""

from scanner.model.resource import Call, ResourceType

QUEUE = ResourceType(
    "AWS::MediaConvert::Queue",
    service="mediaconvert",
    list=Call("ListQueues", out="Queues"),
    id="Arn",
    name="Name",
    arn="Arn",
    created="CreatedAt",
    tags=Call(
        "ListTagsForResource",
        {"Arn": "$arn"},
        out="ResourceTags.Tags",
        absent=("NotFoundException",),
    ),
)
