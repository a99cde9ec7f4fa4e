"""Amazon RDS: stop and start databases, and delete them."""

from __future__ import annotations

from functools import partial
from typing import Any

from scanner.catalog.setting import on, switch
from scanner.model.change import Action, Found, Risk, Write
from scanner.model.resource import Call

_GONE = ("DBInstanceNotFound", "DBClusterNotFoundFault")
_STATE = {
    "DBInstance": "{Status: DBInstanceStatus, Cluster: DBClusterIdentifier, "
    "Replica: ReadReplicaSourceDBInstanceIdentifier || ReadReplicaDBInstanceIdentifiers[0], "
    "Protected: DeletionProtection}",
    "DBCluster": "{Status: Status, Protected: DeletionProtection}",
}
"""What can't be stopped: a member of a cluster, and what has a replica or is one."""


def _one(noun: str) -> dict[str, str]:
    return {f"{noun}Identifier": f"${noun}Identifier"}


def _read(noun: str) -> Call:
    gone = tuple(each for each in _GONE if each.startswith(noun))
    return Call(
        f"Describe{noun}s", _one(noun), out=f"{noun}s[0].{_STATE[noun]}", name="State", absent=gone
    )


def _is(found: Found, status: str) -> bool:
    state = found.before["State"] or {}
    return bool(
        state.get("Status") == status and not (state.get("Cluster") or state.get("Replica"))
    )


def _turn(verb: str, back: str, noun: str, while_: str, does: str) -> Action:
    """Declare what stops or starts a kind of databases that are in a state."""

    def write(word: str, found: Found) -> list[Write]:
        return [Write("rds", f"{word}{noun}", on(found, _one(noun)))]

    return Action(
        verb.lower(),
        f"AWS::RDS::{noun}",
        "rds",
        does,
        Risk.HIGH if verb == "Stop" else Risk.LOW,
        reads=(_read(noun),),
        needed=lambda found: _is(found, while_),
        writes=partial(write, verb),
        undo=partial(write, back),
        calls=(f"Start{noun}", f"Stop{noun}"),
    )


def _stop(noun: str, what: str) -> Action:
    does = f"stop {what}; AWS starts it again after seven days"
    return _turn("Stop", "Start", noun, "available", does)


def _start(noun: str, what: str) -> Action:
    return _turn("Start", "Stop", noun, "stopped", f"start {what} that is stopped")


STOP = _stop("DBInstance", "a database")
START = _start("DBInstance", "a database")
STOP_CLUSTER = _stop("DBCluster", "a cluster")
START_CLUSTER = _start("DBCluster", "a cluster")


def _delete(found: Found) -> list[Write]:
    day = f"{found.now:-%Y%m%d}" if found.now else ""
    name = f"final-{found.configuration['DBInstanceIdentifier']}{day}"
    last: dict[str, Any] = {"SkipFinalSnapshot": True}
    if not found.options["skip-snapshot"]:
        last = {"SkipFinalSnapshot": False, "FinalDBSnapshotIdentifier": name}
    return [Write("rds", "DeleteDBInstance", on(found, _one("DBInstance")) | last)]


DELETE = Action(
    "delete",
    "AWS::RDS::DBInstance",
    "rds",
    "delete a database that is not protected from it, after a last snapshot",
    Risk.HIGH,
    reads=(_read("DBInstance"),),
    needed=lambda found: (
        (_is(found, "available") or _is(found, "stopped"))
        and not found.before["State"]["Protected"]
    ),
    writes=_delete,
    options=(switch("skip-snapshot", default=False),),
    permissions=("rds:AddTagsToResource", "rds:CreateDBSnapshot"),
    calls=("DeleteDBInstance",),
)
