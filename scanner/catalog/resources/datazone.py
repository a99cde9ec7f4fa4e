"""Amazon DataZone: domains; no assets."""

from scanner.model.resource import Call, ResourceType

DOMAIN = ResourceType(
    "AWS::DataZone::Domain",
    service="datazone",
    list=Call("ListDomains", out="items"),
    id="id",
    name="name",
    arn="arn",
    created="createdAt",
    tags=Call(
        "ListTagsForResource",
        {"resourceArn": "$arn"},
        out="tags",
        absent=("ResourceNotFoundException",),
    ),
)
