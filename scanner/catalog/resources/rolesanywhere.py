"""IAM Roles Anywhere: trust anchors and profiles."""

from scanner.model.resource import Call, ResourceType

PROFILE = ResourceType(
    "AWS::RolesAnywhere::Profile",
    service="rolesanywhere",
    list=Call("ListProfiles", out="profiles"),
    id="profileId",
    name="name",
    arn="profileArn",
    created="createdAt",
    tags=Call(
        "ListTagsForResource",
        {"resourceArn": "$profileArn"},
        out="tags",
        absent=("ResourceNotFoundException",),
    ),
)

TRUST_ANCHOR = ResourceType(
    "AWS::RolesAnywhere::TrustAnchor",
    service="rolesanywhere",
    list=Call("ListTrustAnchors", out="trustAnchors"),
    id="trustAnchorId",
    name="name",
    arn="trustAnchorArn",
    created="createdAt",
    tags=Call(
        "ListTagsForResource",
        {"resourceArn": "$trustAnchorArn"},
        out="tags",
        absent=("ResourceNotFoundException",),
    ),
)
