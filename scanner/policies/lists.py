"""Compile the filters that look at many things at once: `list-item`, `reduce`."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from scanner.model.errors import SettingsError, TaskError
from scanner.policies.dates import moment_of
from scanner.policies.filter import Filter, each
from scanner.policies.operators import OPERATORS, holds
from scanner.policies.paths import finder, search
from scanner.policies.reads import reads_of
from scanner.policies.syntax import check_members, one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from scanner.policies.filter import Resource
    from scanner.policies.syntax import Scope

ORDERS = ("asc", "desc", "reverse", "randomize")
SORT_TYPES = ("string", "number", "date")
_LAST = "\uffff"


def list_item(data: Mapping[str, Any], attributes: Filter) -> Filter:
    """Compile `list-item`: some item of a list, or `count` of them, has these attributes."""
    check_members(data, ("type", "key", "attrs", "count", "count_op"), "list-item")
    if not isinstance(data.get("key"), str):
        raise SettingsError("list-item needs a key")
    find, counts = search(data["key"]), _counter(data)

    def judge(resource: Resource) -> bool:
        items = find(resource) or []
        if not isinstance(items, list):
            raise TaskError(f"list-item: {data['key']} is no list")
        return counts(len(attributes.select(items)) if items else 0)

    return each(judge, reads_of(data["key"]))


def _counter(data: Mapping[str, Any]) -> Callable[[int], bool]:
    if "count" not in data:
        return lambda found: found > 0
    name = data.get("count_op", "eq")
    one_of(name, OPERATORS, "count_op")
    return lambda found: holds(OPERATORS[name], found, data["count"])


def reduce_filter(data: Mapping[str, Any], scope: Scope) -> Filter:
    """Compile `reduce`: group, sort, and keep a part of each group."""
    known = (
        "type", "group-by", "sort-by", "order", "null-order", "limit", "limit-percent", "discard",
        "discard-percent",
    )  # fmt: skip
    check_members(data, known, "reduce")
    one_of(data.get("order", "asc"), ORDERS, "order")
    group_key, sort_key = (_sorter(data, name, scope.now) for name in ("group-by", "sort-by"))
    keys_read = [_config(data, name).get("key") for name in ("group-by", "sort-by")]
    sorts = "sort-by" in data or "order" in data

    def select(resources: Sequence[Resource]) -> list[Resource]:
        groups: dict[str, list[Resource]] = {}
        keys: dict[str, Any] = {}
        for resource in resources:
            key = group_key(resource)
            keys.setdefault(str(key), key)
            groups.setdefault(str(key), []).append(resource)
        names = list(groups)
        if "group-by" in data or "order" in data:
            names = _ordered(names, data, keys.__getitem__)
        kept = []
        for name in names:
            members = _ordered(groups[name], data, sort_key) if sorts else groups[name]
            kept += _share(members, data)
        return kept

    return Filter(select, reads=reads_of(*filter(None, keys_read)))


def _sorter(data: Mapping[str, Any], name: str, now: datetime) -> Callable[[Resource], Any]:
    """Make a key of sorting; what is not there comes first or last, as `null-order` says."""
    config = _config(data, name)
    check_members(config, ("key", "value_type", "value_regex"), name)
    kind = config.get("value_type", "string")
    one_of(kind, SORT_TYPES, "value_type")
    first = (data.get("null-order", "last") == "last") is (data.get("order") == "desc")
    nothing = _extreme(kind, first=first)
    if not config.get("key"):
        return lambda _: nothing
    find = finder(config["key"], config.get("value_regex"))

    def key(resource: Resource) -> Any:
        found = _typed(find(resource), kind, now)
        return nothing if found is None else found

    return key


def _config(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    given: Mapping[str, Any] | str = data.get(name) or {}
    return {"key": given} if isinstance(given, str) else given


def _typed(found: Any, kind: str, now: datetime) -> Any:
    if found is None or kind == "string":
        return None if found is None else str(found)
    if kind == "date":
        moment = moment_of(found, now)
        return None if moment is None else moment.timestamp()
    try:
        return float(found)
    except (TypeError, ValueError):
        return None


def _extreme(kind: str, *, first: bool) -> Any:
    if kind == "string":
        return "" if first else _LAST
    return float("-inf") if first else float("inf")


def _ordered(items: list[Any], data: Mapping[str, Any], key: Callable[[Any], Any]) -> list[Any]:
    order = data.get("order", "asc")
    if order == "randomize":
        return random.sample(items, k=len(items))
    if order == "reverse":
        return items[::-1]
    return sorted(items, key=key, reverse=order == "desc")


def _share(members: list[Resource], data: Mapping[str, Any]) -> list[Resource]:
    """Drop what `discard` says, then keep what `limit` says."""
    dropped = int(data.get("discard-percent", 0) / 100 * len(members))
    left = members[max(data.get("discard", 0), dropped) :]
    share, most = data.get("limit-percent", 0), data.get("limit", 0)
    kept = int(share / 100 * len(left)) if share > 0 else len(left)
    return left[: min(kept, most) if most > 0 else kept]
