"""AWS CloudTrail: trails and event data stores; no events."""

from scanner.model.resource import BULK, Call, ResourceType

EVENT_DATA_STORE = ResourceType(
    "AWS::CloudTrail::EventDataStore",
    service="cloudtrail",
    list=Call("ListEventDataStores", out="EventDataStores"),
    id="EventDataStoreArn",
    name="Name",
    arn="EventDataStoreArn",
    created="CreatedTimestamp",
    each=(
        Call(
            "GetEventDataStore",
            {"EventDataStore": "$EventDataStoreArn"},
            absent=("EventDataStoreNotFoundException",),
        ),
    ),
    tags=BULK,
)

TRAIL = ResourceType(
    "AWS::CloudTrail::Trail",
    service="cloudtrail",
    list=Call("DescribeTrails", {"includeShadowTrails": False}, out="trailList"),
    id="TrailARN",
    name="Name",
    arn="TrailARN",
    each=(
        Call(
            "GetEventSelectors",
            {"TrailName": "$TrailARN"},
            name="EventSelectors",
            absent=("TrailNotFoundException",),
        ),
        Call(
            "GetTrailStatus",
            {"Name": "$TrailARN"},
            name="Status",
            absent=("TrailNotFoundException",),
        ),
    ),
    tags=BULK,
)
