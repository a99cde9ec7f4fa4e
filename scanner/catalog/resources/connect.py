"""Amazon Connect: instances; no contacts, no users."""

from scanner.model.resource import Call, ResourceType

INSTANCE = ResourceType(
    "AWS::Connect::Instance",
    service="connect",
    list=Call("ListInstances", out="InstanceSummaryList"),
    id="Id",
    name="InstanceAlias",
    arn="Arn",
    created="CreatedTime",
    tags=Call(
        "ListTagsForResource",
        {"resourceArn": "$arn"},
        out="tags",
        absent=("ResourceNotFoundException",),
    ),
)
