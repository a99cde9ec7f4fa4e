"""Amazon RDS: how databases and clusters are guarded; no data."""

from __future__ import annotations

from typing import Any

from scanner.catalog.setting import SWITCH, on, on_alone, switch
from scanner.model.change import Action, Found, Option, Risk, Write
from scanner.model.resource import Call

_DAYS = {"type": "integer", "minimum": 0, "maximum": 35}

INSTANCE, CLUSTER = "DBInstance", "DBCluster"

_GONE = {INSTANCE: ("DBInstanceNotFound",), CLUSTER: ("DBClusterNotFoundFault",)}

_SET = {
    INSTANCE: {
        "AutoMinorVersionUpgrade": SWITCH,
        "BackupRetentionPeriod": _DAYS,
        "CopyTagsToSnapshot": SWITCH,
        "DeletionProtection": SWITCH,
        "PubliclyAccessible": SWITCH,
    },
    CLUSTER: {
        "BackupRetentionPeriod": _DAYS,
        "CopyTagsToSnapshot": SWITCH,
        "DeletionProtection": SWITCH,
    },
}
"""What may be set, and is told again under the same names: nothing that needs a restart."""


_OF_A_CLUSTER = ("BackupRetentionPeriod", "CopyTagsToSnapshot", "DeletionProtection")
"""What a database that belongs to a cluster has from there."""


def _one(noun: str) -> dict[str, str]:
    return {f"{noun}Identifier": f"${noun}Identifier"}


def read(noun: str) -> Call:
    """Make the call that reads what may be set of a database, and whether it is there."""
    # A retention that was just asked for is pending for a while.
    members = ", ".join(
        f"{each}: PendingModifiedValues.{each} || {each}"
        if each == "BackupRetentionPeriod"
        else f"{each}: {each}"
        for each in _SET[noun]
    )
    state = f"Deleting: {_status(noun)} == 'deleting', Cluster: {_cluster(noun)}"
    out = f"{noun}s[0].{{{state}, {members}}}"
    return Call(f"Describe{noun}s", _one(noun), out=out, name=noun, absent=_GONE[noun])


def _status(noun: str) -> str:
    return "Status" if noun == CLUSTER else "DBInstanceStatus"


def _named(values: Any) -> dict[str, Any]:
    """Return what is to be set by name, however it was said."""
    if isinstance(values, dict):
        return values
    return {each["property"]: each["value"] for each in values}


def _cluster(noun: str) -> str:
    return "DBClusterIdentifier" if noun == INSTANCE else "`null`"


def modify(
    noun: str, name: str, does: str, risk: Risk, options: tuple[Option, ...], *, member: str = ""
) -> Action:
    """Make an action that sets members of a database: one by an option, or those that it names."""

    def changes(found: Found) -> dict[str, Any]:
        before = found.before[noun]
        if before is None or before["Deleting"]:
            return {}
        (value, *_) = found.options.values()
        wanted = {member: value} if member else _named(value)
        if before["Cluster"]:
            wanted = {key: each for key, each in wanted.items() if key not in _OF_A_CLUSTER}
        return {key: each for key, each in wanted.items() if before[key] not in (each, None)}

    def write(found: Found, values: dict[str, Any]) -> list[Write]:
        now = {"ApplyImmediately": True}
        return [Write("rds", f"Modify{noun}", on(found, _one(noun)) | values | now)]

    return Action(
        name,
        f"AWS::RDS::{noun}",
        "rds",
        does,
        risk,
        reads=(read(noun),),
        needed=lambda found: bool(changes(found)),
        writes=lambda found: write(found, changes(found)),
        undo=lambda found: write(
            found, {each: found.before[noun][each] for each in changes(found)}
        ),
        options=options,
        calls=(f"Modify{noun}",),
    )


_UPDATE = Option(
    "update",
    {
        "type": "array",
        "items": {
            "oneOf": [
                {
                    "properties": {"property": {"const": name}, "value": schema},
                    "required": ["property", "value"],
                    "additionalProperties": False,
                }
                for name, schema in _SET[INSTANCE].items()
            ]
        },
    },
    default=[{"property": "DeletionProtection", "value": True}],
)
_ATTRIBUTES = Option(
    "attributes",
    {"type": "object", "properties": _SET[CLUSTER], "additionalProperties": False},
    default={"DeletionProtection": True},
)


MODIFY = modify(
    INSTANCE,
    "modify-db",
    "protect a database from deletion, or set what else can be set at once",
    Risk.LOW,
    (_UPDATE, on_alone("immediate")),
)
PUBLIC_ACCESS = modify(
    INSTANCE,
    "set-public-access",
    "take the public address of a database away",
    Risk.HIGH,
    (switch(default=False),),
    member="PubliclyAccessible",
)
AUTO_PATCH = modify(
    INSTANCE,
    "auto-patch",
    "let AWS upgrade a database's minor versions",
    Risk.LOW,
    (switch("minor"),),
    member="AutoMinorVersionUpgrade",
)
RETENTION = modify(
    INSTANCE,
    "retention",
    "keep the automatic backups of a database for a number of days",
    # From zero days, the database is out for a moment.
    Risk.MEDIUM,
    (Option("days", _DAYS, required=True),),
    member="BackupRetentionPeriod",
)
COPY_TAGS = modify(
    INSTANCE,
    "set-snapshot-copy-tags",
    "give the snapshots of a database its tags",
    Risk.LOW,
    (switch("enable"),),
    member="CopyTagsToSnapshot",
)
MODIFY_CLUSTER = modify(
    CLUSTER,
    "modify-db-cluster",
    "protect a cluster from deletion, or set what else can be set at once",
    Risk.LOW,
    (_ATTRIBUTES,),
)
RETENTION_CLUSTER = modify(
    CLUSTER,
    "retention",
    "keep the automatic backups of a cluster for a number of days",
    Risk.LOW,
    (Option("days", {**_DAYS, "minimum": 1}, required=True),),
    member="BackupRetentionPeriod",
)
