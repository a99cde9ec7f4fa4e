"""Compile Custodian's age filters: each is a moment of its type, and how long ago it is."""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from scanner.model.errors import SettingsError
from scanner.policies.dates import moment_of
from scanner.policies.filter import Filter, each
from scanner.policies.operators import OPERATORS, holds
from scanner.policies.paths import finder
from scanner.policies.reads import reads_of
from scanner.policies.syntax import check_members, one_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.policies.filter import Resource
    from scanner.policies.syntax import Scope

_INSTANCE = "AWS::EC2::Instance"
_ATTACHED = "min(not_null(BlockDeviceMappings[].Ebs.AttachTime, `[]`)) || LaunchTime"

MOMENTS: Mapping[tuple[str, str], tuple[str, str | None]] = MappingProxyType({
    ("instance-age", _INSTANCE): (_ATTACHED, None),
    ("instance-uptime", _INSTANCE): ("LaunchTime", None),
    ("state-age", _INSTANCE): ("StateTransitionReason", r"[^(]*\((.*?)\)"),
    ("image-age", "ec2:image"): ("CreationDate", None),
    ("age", "ec2:snapshot"): ("StartTime", None),
    ("age", "AWS::RDS::DBSnapshot"): ("SnapshotCreateTime", None),
    ("age", "AWS::RDS::ClusterSnapshot"): ("SnapshotCreateTime", None),
    ("age", "AWS::Redshift::Snapshot"): ("SnapshotCreateTime", None),
    ("age", "AWS::ElastiCache::Snapshot"): ("min(NodeSnapshots[].SnapshotCreateTime)", None),
    ("age", "AWS::AutoScaling::LaunchConfiguration"): ("CreatedTime", None),
})  # fmt: skip
"""By filter and type: the moment's path, and the pattern that finds it in a text."""

NAMES = frozenset(name for name, _ in MOMENTS)
UNITS = ("days", "hours", "minutes")


def age_filter(data: Mapping[str, Any], scope: Scope) -> Filter:
    """Compile an age filter; a resource without the moment is not selected."""
    name = data["type"]
    check_members(data, ("type", "op", *UNITS), name)
    if (name, scope.type) not in MOMENTS:
        types = sorted(each for kind, each in MOMENTS if kind == name)
        raise SettingsError(f"filter {name!r} is of {', '.join(types)} only")
    compare = data.get("op", "greater-than")
    one_of(compare, OPERATORS, "op")
    age = {unit: data.get(unit, 0) for unit in UNITS}
    if not all(isinstance(number, int | float) for number in age.values()):
        raise SettingsError(f"{name} takes days, hours and minutes as numbers")
    threshold = scope.now - timedelta(**age)
    moment_path, pattern = MOMENTS[name, scope.type]
    find = finder(moment_path, pattern)

    def judge(resource: Resource) -> bool:
        moment = moment_of(find(resource), scope.now)
        return moment is not None and holds(OPERATORS[compare], threshold, moment)

    return each(judge, reads_of(moment_path))
