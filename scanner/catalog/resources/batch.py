"""AWS Batch: compute environments, queues and job definitions; no jobs."""

from scanner.model.resource import BULK, Call, ResourceType

_CONTAINERS = "ecsProperties.taskProperties[].containers[].environment[].value"
_NODES = "nodeProperties.nodeRangeProperties[]"
_POD = "eksProperties.podProperties"

COMPUTE_ENVIRONMENT = ResourceType(
    "AWS::Batch::ComputeEnvironment",
    service="batch",
    list=Call("DescribeComputeEnvironments", out="computeEnvironments", page_size=100),
    id="computeEnvironmentArn",
    name="computeEnvironmentName",
    arn="computeEnvironmentArn",
    tags="tags",
)

JOB_DEFINITION = ResourceType(
    "AWS::Batch::JobDefinition",
    service="batch",
    list=Call("DescribeJobDefinitions", {"status": "ACTIVE"}, out="jobDefinitions", page_size=100),
    id="jobDefinitionArn",
    name="jobDefinitionName",
    arn="jobDefinitionArn",
    tags="tags",
    redact=(
        "containerProperties.environment[].value",
        _CONTAINERS,
        f"{_NODES}.{_CONTAINERS}",
        f"{_NODES}.container.environment[].value",
        f"{_NODES}.{_POD}.containers[].env[].value",
        f"{_NODES}.{_POD}.initContainers[].env[].value",
        f"{_POD}.containers[].env[].value",
        f"{_POD}.initContainers[].env[].value",
    ),
)

JOB_QUEUE = ResourceType(
    "AWS::Batch::JobQueue",
    service="batch",
    list=Call("DescribeJobQueues", out="jobQueues", page_size=100),
    id="jobQueueArn",
    name="jobQueueName",
    arn="jobQueueArn",
    tags="tags",
)

SCHEDULING_POLICY = ResourceType(
    "AWS::Batch::SchedulingPolicy",
    service="batch",
    list=Call("ListSchedulingPolicies", out="schedulingPolicies", page_size=100),
    id="arn",
    arn="arn",
    tags=BULK,
)
