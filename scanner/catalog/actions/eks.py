"""Amazon EKS: what a cluster logs, and who reaches its API server."""

from __future__ import annotations

from typing import Any

from scanner.catalog.setting import SWITCH, on
from scanner.model.change import Action, Found, Option, Risk, Write
from scanner.model.resource import Call

_ONE = {"name": "$name"}
LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")
_LOGGING = {
    "type": "object",
    "properties": {
        "clusterLogging": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "types": {"type": "array", "items": {"enum": [*LOGS]}},
                    "enabled": {"const": True},
                },
                "required": ["types", "enabled"],
            },
        }
    },
    "required": ["clusterLogging"],
}
_ALL_LOGS = {"clusterLogging": [{"types": [*LOGS], "enabled": True}]}
_ACCESS = ("endpointPrivateAccess", "endpointPublicAccess")


def _logging(found: Found) -> list[str]:
    """List the kinds of logs that are wanted and not there."""
    now = found.before["Cluster"]["Logs"] or ()
    wanted = {kind for each in found.options["logging"]["clusterLogging"] for kind in each["types"]}
    return sorted(wanted - {*now})


def _access(found: Found) -> dict[str, bool]:
    wanted = found.options["resourcesVpcConfig"] or {}
    now = found.before["Cluster"]
    return {name: value for name, value in wanted.items() if now[name] != value}


def _is_needed(found: Found) -> bool:
    cluster = found.before["Cluster"]
    return bool(cluster and cluster["Status"] == "ACTIVE" and (_logging(found) or _access(found)))


def _update(found: Found, *, logs: bool, access: dict[str, bool]) -> list[Write]:
    """Make the updates: EKS takes one kind at a time, and no other while it works on one."""
    changes: list[dict[str, Any]] = []
    if _logging(found):
        setup = [{"types": _logging(found), "enabled": logs}]
        changes.append({"logging": {"clusterLogging": setup}})
    if access:
        changes.append({"resourcesVpcConfig": access})
    one = on(found, _ONE)
    return [
        Write("eks", "UpdateClusterConfig", one | each, wait="cluster_active", wait_params=one)
        for each in changes
    ]


CONFIG = Action(
    "update-config",
    "AWS::EKS::Cluster",
    "eks",
    "log what a cluster does, or choose from where its API server is reached",
    Risk.MEDIUM,
    reads=(
        Call(
            "DescribeCluster",
            _ONE,
            out="cluster.{Status: status, "
            "Logs: sort(logging.clusterLogging[?enabled].types[] || `[]`), "
            + ", ".join(f"{each}: resourcesVpcConfig.{each}" for each in _ACCESS)
            + "}",
            name="Cluster",
            absent=("ResourceNotFoundException",),
        ),
    ),
    needed=_is_needed,
    writes=lambda found: _update(found, logs=True, access=_access(found)),
    undo=lambda found: _update(
        found,
        logs=False,
        access={name: found.before["Cluster"][name] for name in _access(found)},
    ),
    options=(
        Option("logging", _LOGGING, default=_ALL_LOGS),
        Option(
            "resourcesVpcConfig",
            {
                "type": "object",
                "properties": dict.fromkeys(_ACCESS, SWITCH),
                "additionalProperties": False,
            },
        ),
    ),
    calls=("UpdateClusterConfig",),
)
