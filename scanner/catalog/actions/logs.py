"""Amazon CloudWatch Logs: what keeps log groups small, private and, in the end, gone."""

from scanner.catalog.setting import KEY_ARN, on_alone
from scanner.model.change import Action, Found, Option, Risk, Write
from scanner.model.resource import Call

_TYPE = "AWS::Logs::LogGroup"

# AWS sorts log groups by name: the first that begins with a whole name is the one.
_GROUP = {"logGroupNamePrefix": "$logGroupName", "limit": 1}

DAYS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
)  # fmt: skip
"""What PutRetentionPolicy takes, by botocore's documentation of the operation."""


def _exists(found: Found) -> bool:
    group = found.before["LogGroup"]
    return group is not None and group["Name"] == found.configuration["logGroupName"]


def _name(found: Found) -> dict[str, str]:
    return {"logGroupName": found.configuration["logGroupName"]}


def _retention(found: Found, days: int | None) -> Write:
    if days is None:
        return Write("logs", "DeleteRetentionPolicy", _name(found))
    return Write("logs", "PutRetentionPolicy", {**_name(found), "retentionInDays": days})


RETENTION = Action(
    "retention",
    _TYPE,
    "logs",
    "keep the events of a log group for a number of days",
    # Events that are older are gone for good soon after, whatever an undo says.
    Risk.MEDIUM,
    reads=(
        Call(
            "DescribeLogGroups",
            _GROUP,
            out="logGroups[0].{Name: logGroupName, Days: retentionInDays}",
            name="LogGroup",
        ),
    ),
    needed=lambda found: (
        _exists(found) and found.before["LogGroup"]["Days"] != found.options["days"]
    ),
    writes=lambda found: [_retention(found, found.options["days"])],
    undo=lambda found: [_retention(found, found.before["LogGroup"]["Days"])],
    options=(Option("days", {"enum": list(DAYS)}, required=True),),
    calls=("DeleteRetentionPolicy", "PutRetentionPolicy"),
)

_KEY = Call(
    "DescribeLogGroups",
    _GROUP,
    out="logGroups[0].{Name: logGroupName, Key: kmsKeyId}",
    name="LogGroup",
)


def _key(found: Found, key: str | None) -> Write:
    if key is None:
        return Write("logs", "DisassociateKmsKey", _name(found))
    return Write("logs", "AssociateKmsKey", {**_name(found), "kmsKeyId": key})


ENCRYPTION = Action(
    "set-encryption",
    _TYPE,
    "logs",
    "encrypt what a log group takes in from now on with a KMS key",
    # Who reads the group, and CloudWatch Logs itself, must be let use the key.
    Risk.MEDIUM,
    reads=(_KEY,),
    needed=lambda found: (
        _exists(found) and found.before["LogGroup"]["Key"] != found.options["kms-key"]
    ),
    writes=lambda found: [_key(found, found.options["kms-key"])],
    undo=lambda found: [_key(found, found.before["LogGroup"]["Key"])],
    options=(Option("kms-key", KEY_ARN, required=True), on_alone("state")),
    calls=("AssociateKmsKey", "DisassociateKmsKey"),
)

DELETE = Action(
    "delete",
    _TYPE,
    "logs",
    "delete a log group and all its events",
    Risk.HIGH,
    reads=(
        Call(
            "DescribeLogGroups",
            _GROUP,
            out="logGroups[0].{Name: logGroupName, Created: creationTime}",
            name="LogGroup",
        ),
    ),
    needed=_exists,
    writes=lambda found: [Write("logs", "DeleteLogGroup", _name(found))],
    calls=("DeleteLogGroup",),
)
