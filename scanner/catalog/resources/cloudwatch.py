"""Amazon CloudWatch: alarms, dashboards and streams; no metrics."""

from scanner.model.resource import Call, ResourceType

_TAGS = Call(
    "ListTagsForResource",
    {"ResourceARN": "$AlarmArn"},
    out="Tags",
    absent=("ResourceNotFoundException",),
)

ALARM = ResourceType(
    "AWS::CloudWatch::Alarm",
    service="cloudwatch",
    list=Call("DescribeAlarms", {"AlarmTypes": ["MetricAlarm"]}, out="MetricAlarms"),
    id="AlarmName",
    name="AlarmName",
    arn="AlarmArn",
    tags=_TAGS,
)

COMPOSITE_ALARM = ResourceType(
    "AWS::CloudWatch::CompositeAlarm",
    service="cloudwatch",
    list=Call("DescribeAlarms", {"AlarmTypes": ["CompositeAlarm"]}, out="CompositeAlarms"),
    id="AlarmName",
    name="AlarmName",
    arn="AlarmArn",
    tags=_TAGS,
)

DASHBOARD = ResourceType(
    "AWS::CloudWatch::Dashboard",
    service="cloudwatch",
    scope="global",
    list=Call("ListDashboards", out="DashboardEntries"),
    id="DashboardName",
    name="DashboardName",
    arn="DashboardArn",
)

INSIGHT_RULE = ResourceType(
    "AWS::CloudWatch::InsightRule",
    service="cloudwatch",
    list=Call("DescribeInsightRules", out="InsightRules"),
    id="Name",
    name="Name",
    arn="arn:{partition}:cloudwatch:{region}:{account}:insight-rule/{Name}",
)

METRIC_STREAM = ResourceType(
    "AWS::CloudWatch::MetricStream",
    service="cloudwatch",
    list=Call("ListMetricStreams", out="Entries"),
    id="Arn",
    name="Name",
    arn="Arn",
    created="CreationDate",
    tags=Call(
        "ListTagsForResource",
        {"ResourceARN": "$Arn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
)
