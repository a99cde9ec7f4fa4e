"""Amazon CloudWatch Synthetics: canaries; no runs."""

from scanner.model.resource import Call, ResourceType

CANARY = ResourceType(
    "AWS::Synthetics::Canary",
    service="synthetics",
    list=Call("DescribeCanaries", out="Canaries"),
    id="Id",
    name="Name",
    arn="arn:{partition}:synthetics:{region}:{account}:canary:{Name}",
    created="Timeline.Created",
    tags="Tags",
)

GROUP = ResourceType(
    "AWS::Synthetics::Group",
    service="synthetics",
    list=Call("ListGroups", out="Groups"),
    id="Id",
    name="Name",
    arn="Arn",
    tags=Call(
        "ListTagsForResource", {"ResourceArn": "$arn"}, out="Tags", absent=("NotFoundException",)
    ),
)
