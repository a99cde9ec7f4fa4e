"""Compile the filters on tags that Custodian writes itself: `marked-for-op`, `tag-count`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scanner.policies.dates import moment_in
from scanner.policies.filter import Filter, each
from scanner.policies.operators import OPERATORS, holds
from scanner.policies.syntax import check_members, one_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from scanner.policies.filter import Resource
    from scanner.policies.syntax import Scope

_TAGS = frozenset({"Tags"})
DEFAULT_TAG = "maid_status"
"""Where Custodian marks, unless told otherwise: `message: operation@date`."""


def tag_count(data: Mapping[str, Any], _: Scope) -> Filter:
    """Compile `tag-count`: how many tags there are that are not AWS's own."""
    check_members(data, ("type", "count", "op"), "tag-count")
    name, count = data.get("op", "gte"), data.get("count", 10)
    one_of(name, OPERATORS, "op")
    compare = OPERATORS[name]

    def judge(resource: Resource) -> bool:
        keys = [tag["Key"] for tag in resource.get("Tags") or ()]
        return holds(compare, sum(not key.startswith("aws:") for key in keys), count)

    return each(judge, _TAGS)


def marked_for_op(data: Mapping[str, Any], scope: Scope) -> Filter:
    """Compile `marked-for-op`: the mark names this operation, and its day has come.

    `tz` is taken and changes nothing: a date with a zone is a moment, one without is UTC.
    """
    check_members(data, ("type", "tag", "op", "skew", "skew_hours", "tz"), "marked-for-op")
    key, operation = data.get("tag", DEFAULT_TAG), data.get("op", "stop")
    early = timedelta(days=data.get("skew", 0), hours=data.get("skew_hours", 0))

    def judge(resource: Resource) -> bool:
        values = (tag["Value"] for tag in resource.get("Tags") or () if tag["Key"] == key)
        marked, due = _read(next(values, None), scope.now)
        return marked == operation and due is not None and due - early <= scope.now

    return each(judge, _TAGS)


def _read(mark: str | None, now: datetime) -> tuple[str | None, datetime | None]:
    """Return the operation of a mark and when it is due, as far as they can be read."""
    if mark is None or ":" not in mark:
        return None, None
    operation, at, date = mark.rpartition(":")[2].strip().partition("@")
    return (operation, moment_in(date, now)) if at else (None, None)
