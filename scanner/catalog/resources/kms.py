"""AWS KMS: keys, their policies, grants and aliases; no cryptography."""

from scanner.model.resource import BULK, Call, ResourceType

ALIAS = ResourceType(
    "AWS::KMS::Alias",
    service="kms",
    list=Call("ListAliases", out="Aliases"),
    id="AliasName",
    name="AliasName",
    arn="AliasArn",
    created="CreationDate",
)

GRANT = ResourceType(
    "kms:grant",
    service="kms",
    parent="AWS::KMS::Key",
    list=Call("ListGrants", {"KeyId": "$KeyId"}, out="Grants"),
    id="{parent.KeyId}/{GrantId}",
    name="Name",
    created="CreationDate",
)

KEY = ResourceType(
    "AWS::KMS::Key",
    service="kms",
    list=Call("ListKeys", out="Keys"),
    id="KeyId",
    arn="KeyArn",
    created="CreationDate",
    each=(
        Call("DescribeKey", {"KeyId": "$KeyId"}, out="KeyMetadata", absent=("NotFoundException",)),
        Call(
            "GetKeyPolicy",
            {"KeyId": "$KeyId", "PolicyName": "default"},
            out="Policy",
            name="Policy",
            absent=("NotFoundException",),
        ),
        Call(
            "GetKeyRotationStatus",
            {"KeyId": "$KeyId"},
            name="Rotation",
            absent=("UnsupportedOperationException", "NotFoundException"),
        ),
    ),
    tags=BULK,
)
