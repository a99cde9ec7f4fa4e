"""AWS KMS: keys, their policies and aliases; no cryptography."""

from scanner.model.resource import Call, ResourceType

ALIAS = ResourceType(
    "AWS::KMS::Alias",
    service="kms",
    list=Call("ListAliases", out="Aliases"),
    id="AliasName",
    name="AliasName",
    arn="AliasArn",
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
    tags=Call(
        "ListResourceTags",
        {"KeyId": "$KeyId"},
        out="Tags[].{Key: TagKey, Value: TagValue}",
        page_size=50,  # the model says 1,000, KMS refuses more than 50
        absent=("NotFoundException",),
    ),
)
