"""Amazon EFS: how a file system is kept; no files."""

from __future__ import annotations

from scanner.catalog.setting import Setting, on, switch
from scanner.model.change import Option, Risk, Write
from scanner.model.resource import Call

_TYPE = "AWS::EFS::FileSystem"
_ONE = {"FileSystemId": "$FileSystemId"}

LIFECYCLE = Setting(
    Call(
        "DescribeLifecycleConfiguration",
        _ONE,
        out="LifecyclePolicies",
        name="Lifecycle",
        absent=("FileSystemNotFound",),
    ),
    lambda found: found.options["rules"] if found.options["state"] == "enable" else [],
    lambda found, rules: Write(
        "efs", "PutLifecycleConfiguration", on(found, _ONE) | {"LifecyclePolicies": rules}
    ),
).action(
    name="configure-lifecycle-policy",
    type=_TYPE,
    service="efs",
    does="move files that nobody reads to cheaper storage",
    risk=Risk.MEDIUM,
    options=(
        Option("state", {"enum": ["enable", "disable"]}, default="enable"),
        Option(
            "rules",
            {"type": "array", "items": {"type": "object", "minProperties": 1, "maxProperties": 1}},
            default=[{"TransitionToIA": "AFTER_30_DAYS"}],
        ),
    ),
    calls=("PutLifecycleConfiguration",),
)

BACKUP = Setting(
    Call(
        "DescribeBackupPolicy",
        _ONE,
        # It is enabling, or disabling, for a while.
        out="starts_with(BackupPolicy.Status || '', 'ENABL')",
        name="Backup",
        absent=("PolicyNotFound",),
    ),
    lambda found: found.options["state"],
    lambda found, state: Write(
        "efs",
        "PutBackupPolicy",
        on(found, _ONE) | {"BackupPolicy": {"Status": "ENABLED" if state else "DISABLED"}},
    ),
    absent=False,
).action(
    name="set-backup-policy",
    type=_TYPE,
    service="efs",
    does="back a file system up every day",
    risk=Risk.LOW,
    options=(switch(),),
    permissions=("iam:CreateServiceLinkedRole",),
    calls=("PutBackupPolicy",),
)
