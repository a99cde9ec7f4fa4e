"""Amazon GameLift Servers: builds and fleets; no game sessions."""

from scanner.model.resource import Call, ResourceType

BUILD = ResourceType(
    "AWS::GameLift::Build",
    service="gamelift",
    list=Call("ListBuilds", out="Builds"),
    id="BuildId",
    name="Name",
    arn="BuildArn",
    created="CreationTime",
    tags=Call(
        "ListTagsForResource", {"ResourceARN": "$arn"}, out="Tags", absent=("NotFoundException",)
    ),
)

FLEET = ResourceType(
    "AWS::GameLift::Fleet",
    service="gamelift",
    list=Call("DescribeFleetAttributes", out="FleetAttributes"),
    id="FleetId",
    name="Name",
    arn="FleetArn",
    created="CreationTime",
    tags=Call(
        "ListTagsForResource", {"ResourceARN": "$arn"}, out="Tags", absent=("NotFoundException",)
    ),
    redact=("ServerLaunchParameters",),
)
