"""Compile Custodian's value filter, in both its forms: `{key: value}` and `type: value`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from scanner.model.errors import SettingsError, TaskError
from scanner.model.record import REDACTED
from scanner.policies.dates import moment_of
from scanner.policies.filter import Filter, each
from scanner.policies.operators import OPERATORS, PATTERNS, holds
from scanner.policies.paths import TRANSFORMS, finder, search
from scanner.policies.reads import NOTHING, reads_of
from scanner.policies.syntax import check_members, one_of
from scanner.policies.values import CONVERSIONS, DAYS
from scanner.policies.versions import LooseVersion

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from scanner.policies.filter import Resource
    from scanner.policies.operators import Operator
    from scanner.policies.reads import Reads
    from scanner.policies.syntax import Scope

MEMBERS = (
    "type", "key", "value", "op", "value_type", "value_from", "value_path", "value_regex",
    "default", "tag_key_transforms",
)  # fmt: skip
TYPES = (*CONVERSIONS, "expr", "resource_count")


def short_value(key: str, given: Any) -> Filter:
    """Compile `{key: value}`: equal, or what a keyword such as `absent` says."""
    find = finder(key)
    return each(lambda resource: _matches(find(resource), given, None), reads_of(key))


def value_filter(data: Mapping[str, Any], scope: Scope) -> Filter:
    """Compile `type: value`; raises SettingsError where it can't be meant so."""
    check_members(data, MEMBERS, "a value filter")
    kind, name = data.get("value_type"), data.get("op")
    if kind is not None:
        one_of(kind, TYPES, "value_type")
    if name is not None:
        one_of(name, OPERATORS, "op")
    if kind == "resource_count":
        return _resource_count(data)
    if not isinstance(data.get("key"), str):
        raise SettingsError("a value filter needs a key")
    given = _given(data, scope)
    if name in PATTERNS:
        _check_pattern(data.get("value"))
    find = finder(data["key"], data.get("value_regex"), _transforms(data))
    return each(_judge(data, find, given, scope.now), _reads(data))


def _judge(
    data: Mapping[str, Any],
    find: Callable[[Resource], Any],
    given: Callable[[Resource], Any],
    now: datetime,
) -> Callable[[Resource], bool]:
    name, kind = data.get("op"), data.get("value_type")
    compare = OPERATORS[name] if name else None
    convert = CONVERSIONS.get(kind) if kind else None
    nothing = () if name in ("in", "not-in") else None

    def judge(resource: Resource) -> bool:
        found = find(resource)
        if found is None:
            found = nothing
        wanted = given(resource)
        if convert is not None:
            try:
                wanted, found = convert(wanted, found, now)
            except (TypeError, ValueError, OverflowError) as exc:
                raise TaskError(f"{data['key']} as {kind}: {exc}") from exc
        return _matches(found, wanted, compare)

    return judge


def _matches(found: Any, wanted: Any, compare: Operator | None) -> bool:
    """Compare; a keyword that does not hold is compared as the text it is."""
    if isinstance(wanted, str | LooseVersion) and _keyword_holds(found, wanted):
        return True
    if isinstance(found, str) and found.startswith(REDACTED):
        raise TaskError("what is compared was redacted")
    return holds(compare, found, wanted) if compare else bool(found == wanted)


def _keyword_holds(found: Any, word: str | LooseVersion) -> bool:
    if word == "absent":
        return found is None
    if word == "present":
        return found is not None
    return bool(found) if word == "not-null" else word == "empty" and not found


def _given(data: Mapping[str, Any], scope: Scope) -> Callable[[Resource], Any]:
    if "value_from" in data:
        values = scope.values(data["value_from"])
        return lambda _: values
    if "value_path" in data:
        return search(data["value_path"])
    if "value" not in data:
        raise SettingsError("a value filter needs a value, a value_from or a value_path")
    given, kind = data["value"], data.get("value_type")
    if kind == "expr":
        return finder(given, data.get("value_regex"), _transforms(data))
    if kind == "date" and moment_of(given, scope.now) is None:
        raise SettingsError(f"{given!r} is no date")
    if kind in DAYS and (isinstance(given, bool) or not isinstance(given, int | float)):
        raise SettingsError(f"value_type {kind} needs a number of days, not {given!r}")
    return lambda _: given


def _reads(data: Mapping[str, Any]) -> Reads:
    others = [data["value_path"]] if "value_path" in data else []
    if data.get("value_type") == "expr":
        others.append(data["value"])
    return reads_of(data["key"], *others)


def _transforms(data: Mapping[str, Any]) -> Sequence[str]:
    names: Sequence[str] = data.get("tag_key_transforms") or ()
    for name in names:
        one_of(name, TRANSFORMS, "tag_key_transforms")
    return names


def _check_pattern(pattern: Any) -> None:
    try:
        re.compile(pattern)
    except (re.error, TypeError) as exc:
        raise SettingsError(f"{pattern!r} is no regular expression: {exc}") from exc


def _resource_count(data: Mapping[str, Any]) -> Filter:
    name, given = data.get("op"), data.get("value")
    if name is None or name in PATTERNS or not isinstance(given, int | list):
        raise SettingsError("resource_count needs an op other than a pattern and a number")
    compare = OPERATORS[name]

    def select(resources: Sequence[Resource]) -> list[Resource]:
        return list(resources) if holds(compare, len(resources), given) else []

    return Filter(select, reads=NOTHING)
