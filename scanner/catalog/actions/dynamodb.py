"""Amazon DynamoDB: what guards a table; no items."""

from __future__ import annotations

from scanner.catalog.setting import KEY_ARN, Setting, on, option, switch
from scanner.model.change import Action, Found, Option, Risk, Write
from scanner.model.resource import Call

_TYPE = "AWS::DynamoDB::Table"
_ONE = {"TableName": "$TableName"}
_GONE = ("ResourceNotFoundException",)

CONTINUOUS_BACKUP = Setting(
    Call(
        "DescribeContinuousBackups",
        _ONE,
        out="ContinuousBackupsDescription.PointInTimeRecoveryDescription"
        ".PointInTimeRecoveryStatus == 'ENABLED'",
        name="ContinuousBackup",
        absent=("TableNotFoundException",),
    ),
    option("state"),
    lambda found, state: Write(
        "dynamodb",
        "UpdateContinuousBackups",
        on(found, _ONE)
        | {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": state}},
    ),
).action(
    name="set-continuous-backup",
    type=_TYPE,
    service="dynamodb",
    does="keep a table so that any moment of the last weeks can be restored",
    risk=Risk.LOW,
    options=(switch(),),
    calls=("UpdateContinuousBackups",),
)

UPDATE = Setting(
    Call(
        "DescribeTable",
        _ONE,
        out="Table.DeletionProtectionEnabled == `true`",
        name="DeletionProtection",
        absent=_GONE,
    ),
    option("DeletionProtectionEnabled"),
    lambda found, state: Write(
        "dynamodb", "UpdateTable", on(found, _ONE) | {"DeletionProtectionEnabled": state}
    ),
).action(
    name="update",
    type=_TYPE,
    service="dynamodb",
    does="protect a table from deletion",
    risk=Risk.LOW,
    options=(switch("DeletionProtectionEnabled"),),
    calls=("UpdateTable",),
)


def _encrypt(found: Found, key: str | None) -> Write:
    specification = (
        {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key} if key else {"Enabled": False}
    )
    return Write("dynamodb", "UpdateTable", on(found, _ONE) | {"SSESpecification": specification})


ENCRYPTION = Action(
    "set-encryption",
    _TYPE,
    "dynamodb",
    "encrypt a table with a KMS key in place of DynamoDB's own",
    # Who uses the table must be let use the key.
    Risk.MEDIUM,
    reads=(
        Call(
            "DescribeTable",
            _ONE,
            out="Table.{Status: TableStatus, Key: SSEDescription.KMSMasterKeyArn}",
            name="Encryption",
            absent=_GONE,
        ),
    ),
    needed=lambda found: (
        found.before["Encryption"] is not None
        and found.before["Encryption"]["Key"] != found.options["key"]
    ),
    writes=lambda found: [_encrypt(found, found.options["key"])],
    undo=lambda found: [_encrypt(found, found.before["Encryption"]["Key"])],
    options=(Option("key", KEY_ARN, required=True),),
    permissions=("kms:CreateGrant", "kms:DescribeKey"),
    calls=("UpdateTable",),
)
