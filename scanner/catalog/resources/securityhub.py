"""AWS Security Hub: the hub and its standards; no findings."""

from scanner.model.resource import Call, ResourceType

_OFF = ("InvalidAccessException", "ResourceNotFoundException")

FINDING_AGGREGATOR = ResourceType(
    "AWS::SecurityHub::FindingAggregator",
    service="securityhub",
    list=Call("ListFindingAggregators", out="FindingAggregators"),
    id="FindingAggregatorArn",
    arn="FindingAggregatorArn",
    unsubscribed=_OFF,
)

HUB = ResourceType(
    "AWS::SecurityHub::Hub",
    service="securityhub",
    list=Call(
        "DescribeHub",
        out="[{HubArn: HubArn, SubscribedAt: SubscribedAt, AutoEnableControls: AutoEnableControls,"
        " ControlFindingGenerator: ControlFindingGenerator}]",
    ),
    id="HubArn",
    arn="HubArn",
    created="SubscribedAt",
    tags=Call(
        "ListTagsForResource",
        {"ResourceArn": "$HubArn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
    unsubscribed=_OFF,
)

STANDARD = ResourceType(
    "AWS::SecurityHub::Standard",
    service="securityhub",
    list=Call("GetEnabledStandards", out="StandardsSubscriptions"),
    id="StandardsSubscriptionArn",
    name="StandardsArn",
    arn="StandardsSubscriptionArn",
    unsubscribed=_OFF,
)
