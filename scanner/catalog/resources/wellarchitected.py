"""AWS Well-Architected Tool: workloads; no answers."""

from scanner.model.resource import Call, ResourceType

WORKLOAD = ResourceType(
    "wellarchitected:workload",
    service="wellarchitected",
    list=Call("ListWorkloads", out="WorkloadSummaries"),
    id="WorkloadId",
    name="WorkloadName",
    arn="WorkloadArn",
    tags=Call(
        "ListTagsForResource",
        {"WorkloadArn": "$arn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
)
