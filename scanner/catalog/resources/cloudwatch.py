"""Amazon CloudWatch: alarms, dashboards and streams; no metrics."""

from scanner.model.resource import BULK, Call, ResourceType

ALARM = ResourceType(
    "AWS::CloudWatch::Alarm",
    service="cloudwatch",
    list=Call("DescribeAlarms", {"AlarmTypes": ["MetricAlarm"]}, out="MetricAlarms"),
    id="AlarmName",
    name="AlarmName",
    arn="AlarmArn",
    tags=BULK,
)

COMPOSITE_ALARM = ResourceType(
    "AWS::CloudWatch::CompositeAlarm",
    service="cloudwatch",
    list=Call("DescribeAlarms", {"AlarmTypes": ["CompositeAlarm"]}, out="CompositeAlarms"),
    id="AlarmName",
    name="AlarmName",
    arn="AlarmArn",
    tags=BULK,
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
    tags=BULK,
)

METRIC_STREAM = ResourceType(
    "AWS::CloudWatch::MetricStream",
    service="cloudwatch",
    list=Call("ListMetricStreams", out="Entries"),
    id="Arn",
    name="Name",
    arn="Arn",
    created="CreationDate",
    tags=BULK,
)
