"""Amazon EventBridge: buses, rules and targets; no events."""

from scanner.model.resource import BULK, Call, ResourceType

API_DESTINATION = ResourceType(
    "AWS::Events::ApiDestination",
    service="events",
    list=Call("ListApiDestinations", out="ApiDestinations"),
    id="Name",
    name="Name",
    arn="ApiDestinationArn",
    created="CreationTime",
)

ARCHIVE = ResourceType(
    "AWS::Events::Archive",
    service="events",
    list=Call("ListArchives", out="Archives"),
    id="ArchiveName",
    name="ArchiveName",
    arn="arn:{partition}:events:{region}:{account}:archive/{ArchiveName}",
    created="CreationTime",
)

CONNECTION = ResourceType(
    "AWS::Events::Connection",
    service="events",
    list=Call("ListConnections", out="Connections"),
    id="Name",
    name="Name",
    arn="ConnectionArn",
    created="CreationTime",
)

EVENT_BUS = ResourceType(
    "AWS::Events::EventBus",
    service="events",
    list=Call("ListEventBuses", out="EventBuses"),
    id="Name",
    name="Name",
    arn="Arn",
    created="CreationTime",
    tags=BULK,
)

RULE = ResourceType(
    "AWS::Events::Rule",
    service="events",
    parent="AWS::Events::EventBus",
    list=Call("ListRules", {"EventBusName": "$Name"}, out="Rules"),
    id="Arn",
    name="Name",
    arn="Arn",
    tags=BULK,
)

TARGET = ResourceType(
    "events:target",
    service="events",
    parent="AWS::Events::Rule",
    list=Call(
        "ListTargetsByRule", {"Rule": "$Name", "EventBusName": "$EventBusName"}, out="Targets"
    ),
    id="{parent.Arn}/{Id}",
    redact=(
        "Input",
        "InputTransformer.InputTemplate",
        "HttpParameters.HeaderParameters.*",
        "HttpParameters.QueryStringParameters.*",
    ),
)
