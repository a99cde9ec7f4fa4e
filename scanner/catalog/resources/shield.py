"""AWS Shield Advanced: what is protected; no attacks."""

from scanner.model.resource import Call, ResourceType

_OFF = ("ResourceNotFoundException",)

PROTECTION = ResourceType(
    "AWS::Shield::Protection",
    service="shield",
    scope="global",
    list=Call("ListProtections", out="Protections"),
    id="Id",
    name="Name",
    arn="ProtectionArn",
    tags=Call(
        "ListTagsForResource",
        {"ResourceARN": "$ProtectionArn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
    unsubscribed=_OFF,
)

PROTECTION_GROUP = ResourceType(
    "AWS::Shield::ProtectionGroup",
    service="shield",
    scope="global",
    list=Call("ListProtectionGroups", out="ProtectionGroups"),
    id="ProtectionGroupId",
    name="ProtectionGroupId",
    arn="ProtectionGroupArn",
    unsubscribed=_OFF,
    tags=Call(
        "ListTagsForResource",
        {"ResourceARN": "$arn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
)
