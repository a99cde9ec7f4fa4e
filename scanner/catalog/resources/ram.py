"""AWS Resource Access Manager: what the account shares; not what is shared with it."""

from scanner.model.resource import Call, ResourceType

RESOURCE_SHARE = ResourceType(
    "AWS::RAM::ResourceShare",
    service="ram",
    list=Call(
        "GetResourceShares",
        {"resourceOwner": "SELF", "resourceShareStatus": "ACTIVE"},
        out="resourceShares",
    ),
    id="resourceShareArn",
    name="name",
    arn="resourceShareArn",
    created="creationTime",
    tags="tags",
)
