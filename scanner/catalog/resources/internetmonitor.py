"""Amazon CloudWatch Internet Monitor: monitors; no health events."""

from scanner.model.resource import Call, ResourceType

MONITOR = ResourceType(
    "AWS::InternetMonitor::Monitor",
    service="internetmonitor",
    list=Call("ListMonitors", out="Monitors"),
    id="MonitorName",
    name="MonitorName",
    arn="MonitorArn",
    tags=Call(
        "ListTagsForResource", {"ResourceArn": "$arn"}, out="Tags", absent=("NotFoundException",)
    ),
)
