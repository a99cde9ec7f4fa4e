"""Amazon Inspector: whether it is switched on; no findings."""

from scanner.model.resource import Call, ResourceType

ACCOUNT = ResourceType(
    "inspector2:account",
    service="inspector2",
    list=Call("BatchGetAccountStatus", out="accounts"),
    id="accountId",
)
