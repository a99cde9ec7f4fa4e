"""Amazon Redshift: how clusters are reached and kept; no data."""

from __future__ import annotations

from typing import Any

from scanner.catalog.setting import SWITCH, Setting, on, option, switch
from scanner.model.change import Action, Found, Option, Risk, Write
from scanner.model.resource import Call

_TYPE = "AWS::Redshift::Cluster"
_ONE = {"ClusterIdentifier": "$ClusterIdentifier"}
_DAYS = {"type": "integer", "minimum": 0, "maximum": 35}
_GONE = ("ClusterNotFound",)

_SET = {
    "AllowVersionUpgrade": SWITCH,
    "AutomatedSnapshotRetentionPeriod": _DAYS,
    "EnhancedVpcRouting": SWITCH,
    "PubliclyAccessible": SWITCH,
}
"""What may be set, and is told again under the same names."""


def _described(out: str, name: str) -> Call:
    return Call("DescribeClusters", _ONE, out=f"Clusters[0].{out}", name=name, absent=_GONE)


def _modify(found: Found, **values: Any) -> Write:
    return Write("redshift", "ModifyCluster", on(found, _ONE) | values)


PUBLIC_ACCESS = Setting(
    _described("PubliclyAccessible", "PubliclyAccessible"),
    option("state"),
    lambda found, state: _modify(found, PubliclyAccessible=state),
).action(
    name="set-public-access",
    type=_TYPE,
    service="redshift",
    does="take the public address of a cluster away",
    risk=Risk.HIGH,
    options=(switch(default=False),),
    calls=("ModifyCluster",),
)

VPC_ROUTING = Setting(
    _described("EnhancedVpcRouting", "EnhancedVpcRouting"),
    option("value"),
    lambda found, state: _modify(found, EnhancedVpcRouting=state),
).action(
    name="enable-vpc-routing",
    type=_TYPE,
    service="redshift",
    does="send a cluster's traffic through its network, where it is seen; it restarts",
    risk=Risk.HIGH,
    options=(switch("value"),),
    calls=("ModifyCluster",),
)

RETENTION = Setting(
    _described("AutomatedSnapshotRetentionPeriod", "Retention"),
    option("days"),
    lambda found, days: _modify(found, AutomatedSnapshotRetentionPeriod=days),
).action(
    name="retention",
    type=_TYPE,
    service="redshift",
    does="keep the automatic snapshots of a cluster for a number of days",
    risk=Risk.LOW,
    options=(Option("days", _DAYS, required=True),),
    calls=("ModifyCluster",),
)


def _changes(found: Found) -> dict[str, Any]:
    now = found.before["Cluster"] or {}
    return {
        name: value
        for name, value in found.options["attributes"].items()
        if now.get(name, value) != value
    }


ATTRIBUTES = Action(
    "set-attributes",
    _TYPE,
    "redshift",
    "set what can be set of a cluster at once",
    Risk.MEDIUM,
    reads=(_described("{" + ", ".join(f"{each}: {each}" for each in _SET) + "}", "Cluster"),),
    needed=lambda found: bool(_changes(found)),
    writes=lambda found: [_modify(found, **_changes(found))],
    undo=lambda found: [
        _modify(found, **{name: found.before["Cluster"][name] for name in _changes(found)})
    ],
    options=(
        Option(
            "attributes",
            {"type": "object", "properties": _SET, "additionalProperties": False},
            default={"AllowVersionUpgrade": True},
        ),
    ),
    calls=("ModifyCluster",),
)
