"""Amazon Data Lifecycle Manager: policies."""

from scanner.model.resource import Call, ResourceType

LIFECYCLE_POLICY = ResourceType(
    "AWS::DLM::LifecyclePolicy",
    service="dlm",
    list=Call("GetLifecyclePolicies", out="Policies"),
    id="PolicyId",
    arn="PolicyArn",
    each=(
        Call(
            "GetLifecyclePolicy",
            {"PolicyId": "$PolicyId"},
            out="Policy",
            absent=("ResourceNotFoundException",),
        ),
    ),
    tags="Tags",
)
