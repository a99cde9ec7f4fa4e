"""AWS Resource Groups: groups; not their members."""

from scanner.model.resource import Call, ResourceType

GROUP = ResourceType(
    "AWS::ResourceGroups::Group",
    service="resource-groups",
    list=Call("ListGroups", out="Groups"),
    id="GroupArn",
    name="Name",
    arn="GroupArn",
    tags=Call("GetTags", {"Arn": "$GroupArn"}, out="Tags", absent=("NotFoundException",)),
)
