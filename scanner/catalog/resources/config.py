"""AWS Config: rules, recorders and packs; no configuration items."""

from scanner.model.resource import BULK, Call, ResourceType

AGGREGATION_AUTHORIZATION = ResourceType(
    "AWS::Config::AggregationAuthorization",
    service="config",
    list=Call("DescribeAggregationAuthorizations", out="AggregationAuthorizations", page_size=100),
    id="AggregationAuthorizationArn",
    arn="AggregationAuthorizationArn",
    created="CreationTime",
    tags=BULK,
)

CONFIG_RULE = ResourceType(
    "AWS::Config::ConfigRule",
    service="config",
    list=Call("DescribeConfigRules", out="ConfigRules"),
    id="ConfigRuleName",
    name="ConfigRuleName",
    arn="ConfigRuleArn",
    tags=BULK,
)

CONFIGURATION_AGGREGATOR = ResourceType(
    "AWS::Config::ConfigurationAggregator",
    service="config",
    list=Call("DescribeConfigurationAggregators", out="ConfigurationAggregators"),
    id="ConfigurationAggregatorName",
    name="ConfigurationAggregatorName",
    arn="ConfigurationAggregatorArn",
    created="CreationTime",
    tags=BULK,
)

CONFIGURATION_RECORDER = ResourceType(
    "AWS::Config::ConfigurationRecorder",
    service="config",
    list=Call("DescribeConfigurationRecorders", out="ConfigurationRecorders"),
    id="name",
    name="name",
    arn="arn",
    each=(
        Call(
            "DescribeConfigurationRecorderStatus",
            {"ConfigurationRecorderNames": ["$name"]},
            out="ConfigurationRecordersStatus[0]",
            name="Status",
            absent=("NoSuchConfigurationRecorderException",),
        ),
    ),
)

CONFORMANCE_PACK = ResourceType(
    "AWS::Config::ConformancePack",
    service="config",
    list=Call("DescribeConformancePacks", out="ConformancePackDetails"),
    id="ConformancePackName",
    name="ConformancePackName",
    arn="ConformancePackArn",
)

DELIVERY_CHANNEL = ResourceType(
    "AWS::Config::DeliveryChannel",
    service="config",
    list=Call("DescribeDeliveryChannels", out="DeliveryChannels"),
    id="name",
    name="name",
    each=(
        Call(
            "DescribeDeliveryChannelStatus",
            {"DeliveryChannelNames": ["$name"]},
            out="DeliveryChannelsStatus[0]",
            name="Status",
            absent=("NoSuchDeliveryChannelException",),
        ),
    ),
)
