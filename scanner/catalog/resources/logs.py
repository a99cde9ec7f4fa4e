"""Amazon CloudWatch Logs: log groups and where their events go; no events."""

from scanner.model.resource import BULK, Call, ResourceType

DESTINATION = ResourceType(
    "AWS::Logs::Destination",
    service="logs",
    list=Call("DescribeDestinations", out="destinations"),
    id="destinationName",
    name="destinationName",
    arn="arn",
    created="creationTime",
    tags=BULK,
)

LOG_GROUP = ResourceType(
    "AWS::Logs::LogGroup",
    service="logs",
    list=Call("DescribeLogGroups", out="logGroups"),
    id="logGroupName",
    name="logGroupName",
    arn="arn:{partition}:logs:{region}:{account}:log-group:{logGroupName}",
    created="creationTime",
    tags=BULK,
)

METRIC_FILTER = ResourceType(
    "AWS::Logs::MetricFilter",
    service="logs",
    list=Call("DescribeMetricFilters", out="metricFilters"),
    id="{logGroupName}/{filterName}",
    name="filterName",
    created="creationTime",
)

QUERY_DEFINITION = ResourceType(
    "AWS::Logs::QueryDefinition",
    service="logs",
    list=Call("DescribeQueryDefinitions", out="queryDefinitions"),
    id="queryDefinitionId",
    name="name",
)

RESOURCE_POLICY = ResourceType(
    "AWS::Logs::ResourcePolicy",
    service="logs",
    list=Call("DescribeResourcePolicies", out="resourcePolicies"),
    id="policyName",
    name="policyName",
)
