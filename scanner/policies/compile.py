"""Compile a policy's list of filters, once, into one choice; what is unknown is refused here."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from scanner.model.errors import SettingsError
from scanner.policies.ages import NAMES as AGES
from scanner.policies.ages import age_filter
from scanner.policies.cross_account import cross_account
from scanner.policies.filter import Filter, all_of, any_of, none_of
from scanner.policies.lines import within
from scanner.policies.lists import list_item, reduce_filter
from scanner.policies.marks import marked_for_op, tag_count
from scanner.policies.names import refusal
from scanner.policies.permissions import permission_filter
from scanner.policies.syntax import Scope, one_of
from scanner.policies.value import short_value, value_filter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime


_GROUPS = MappingProxyType({"and": all_of, "or": any_of, "not": none_of})
_FILTERS: Mapping[str, Callable[[Mapping[str, Any], Scope], Filter]] = MappingProxyType(
    {
        "value": value_filter,
        "reduce": reduce_filter,
        "marked-for-op": marked_for_op,
        "tag-count": tag_count,
        "cross-account": cross_account,
        "ingress": permission_filter,
        "egress": permission_filter,
        **dict.fromkeys(AGES, age_filter),
    }
)


def match(filters: list[Any], resource: dict[str, Any], *, now: datetime) -> bool:
    """Say whether a policy's filters select a described resource, in AWS's own member names.

    Raises SettingsError for filters that can't be meant so, TaskError where they fail on this
    resource. To judge many, compile the filters once: `compile_filters`.
    """
    chosen = compile_filters(filters, Scope(now))
    return chosen.match(resource) if chosen.match else bool(chosen.select([resource]))


def compile_filters(filters: Sequence[Any], scope: Scope) -> Filter:
    """Compile filters that must all select a resource; raises SettingsError, one line."""
    if not isinstance(filters, list | tuple):
        raise SettingsError(f"filters must be a list, not {type(filters).__name__}")
    return all_of([_compile(each, scope) for each in filters])


def known_filters() -> frozenset[str]:
    """Name the filters that can be compiled."""
    return frozenset({*_FILTERS, *_GROUPS, "list-item"})


def _compile(data: Any, scope: Scope) -> Filter:
    """Compile one filter; of an error in a document the innermost line is told."""
    with within(data):
        return _compiled(data, scope)


def _compiled(data: Any, scope: Scope) -> Filter:
    if isinstance(data, str):
        data = {"type": data}
    if not isinstance(data, dict) or not data:
        raise SettingsError(f"{data!r} is no filter")
    if "type" in data:
        return _typed(data, scope)
    if len(data) > 1:
        raise SettingsError(f"a filter of several members needs a type: {', '.join(data)}")
    [(name, inner)] = data.items()
    if name in _GROUPS:
        return _group(name, inner, scope)
    return short_value(str(name), inner)


def _group(name: str, inner: Any, scope: Scope) -> Filter:
    if not isinstance(inner, list):
        raise SettingsError(f"{name} takes a list of filters")
    return _GROUPS[name]([_compile(each, scope) for each in inner])


def _typed(data: Mapping[str, Any], scope: Scope) -> Filter:
    name = data["type"]
    if isinstance(name, str) and name not in known_filters() and (why := refusal(name)):
        raise SettingsError(f"filter {name!r} can't be decided by what is described: {why}")
    one_of(name, known_filters(), "filter")
    if name in _GROUPS:
        raise SettingsError(f"write {name} as a member with a list of filters: `{name}: […]`")
    if name == "list-item":
        return list_item(data, compile_filters(data.get("attrs", []), scope))
    return _FILTERS[name](data, scope)
