"""Amazon CloudWatch RUM: app monitors; no events."""

from scanner.model.resource import Call, ResourceType

APP_MONITOR = ResourceType(
    "AWS::RUM::AppMonitor",
    service="rum",
    list=Call("ListAppMonitors", out="AppMonitorSummaries"),
    id="Id",
    name="Name",
    arn="arn:{partition}:rum:{region}:{account}:appmonitor/{Name}",
    created="Created",
    each=(
        Call(
            "GetAppMonitor",
            {"Name": "$Name"},
            out="AppMonitor",
            absent=("ResourceNotFoundException",),
        ),
    ),
    tags="Tags",
)
