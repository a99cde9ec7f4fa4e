"""Amazon Route 53 Profiles: profiles and the networks that use them."""

from scanner.model.resource import Call, ResourceType

PROFILE = ResourceType(
    "AWS::Route53Profiles::Profile",
    service="route53profiles",
    list=Call("ListProfiles", out="ProfileSummaries"),
    id="Id",
    name="Name",
    arn="Arn",
    tags=Call(
        "ListTagsForResource",
        {"ResourceArn": "$arn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
)

PROFILE_ASSOCIATION = ResourceType(
    "AWS::Route53Profiles::ProfileAssociation",
    service="route53profiles",
    list=Call("ListProfileAssociations", out="ProfileAssociations"),
    id="Id",
    name="Name",
    created="CreationTime",
)
