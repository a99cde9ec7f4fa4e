"""Amazon Verified Permissions: policy stores; no policies."""

from scanner.model.resource import Call, ResourceType

POLICY_STORE = ResourceType(
    "AWS::VerifiedPermissions::PolicyStore",
    service="verifiedpermissions",
    list=Call("ListPolicyStores", out="policyStores"),
    id="policyStoreId",
    arn="arn",
    created="createdDate",
    each=(
        Call(
            "GetPolicyStore",
            {"policyStoreId": "$policyStoreId", "tags": True},
            absent=("ResourceNotFoundException",),
        ),
    ),
    tags="tags",
)
