"""Amazon S3 Glacier: vaults of the older kind; no archives."""

from scanner.model.resource import BULK, Call, ResourceType

VAULT = ResourceType(
    "glacier:vault",
    service="glacier",
    list=Call("ListVaults", {"accountId": "$account"}, out="VaultList"),
    id="VaultName",
    name="VaultName",
    arn="VaultARN",
    created="CreationDate",
    each=(
        Call(
            "GetVaultAccessPolicy",
            {"accountId": "$account", "vaultName": "$VaultName"},
            out="policy.Policy",
            name="Policy",
            absent=("ResourceNotFoundException",),
        ),
    ),
    tags=BULK,
)
