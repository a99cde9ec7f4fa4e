"""Merge the tag policies of an organization into an account's effective one, as AWS does.

The rules, and the examples that the tests repeat, are those of
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_inheritance_mgmt.html.
What it leaves open: of policies at one level, assignments go first (the first attached wins),
then what is appended, then what is removed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ASSIGN, APPEND, REMOVE = "@@assign", "@@append", "@@remove"
ALL, NOBODY = "@@all", "@@none"
CONTROL = "@@operators_allowed_for_child_policies"
SETTERS = frozenset({ASSIGN, APPEND, REMOVE})

TAG_KEY, TAG_VALUE = "tag_key", "tag_value"
ENFORCED, REPORTED = "enforced_for", "report_required_tag_for"
SETTINGS = (TAG_KEY, TAG_VALUE, ENFORCED, REPORTED)

_NONE: Mapping[str, Any] = MappingProxyType({})


@dataclass(slots=True)
class _Node:
    """A place in the tree of settings: what it is so far, and what children may still do to it."""

    value: Any = None
    allowed: frozenset[str] = SETTERS
    below: dict[str, _Node] = field(default_factory=dict)
    name: str = ""


def effective(levels: Iterable[Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """Return an account's effective policy, in the shape of `DescribeEffectivePolicy`.

    `levels` are the policies attached to the root, to each unit on the way and to the account,
    those of one level in the order in which they were attached.
    """
    root = _Node()
    for policies in levels:
        _merge_container(root, [policy.get("tags", _NONE) for policy in policies], _merge_key)
    keys = {node.name: _shown(node) for node in root.below.values()}
    return {"tags": {name: shown for name, shown in keys.items() if shown is not None}}


def disputed(policies: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether policies at one level assign differently: the order of attachment decides."""
    seen: dict[tuple[str, str], Any] = {}
    for policy in policies:
        for key, settings in _members(policy.get("tags", _NONE)).items():
            for name, operators in _members(settings).items():
                if ASSIGN in operators:
                    place = (key.casefold(), name)
                    if seen.setdefault(place, operators[ASSIGN]) != operators[ASSIGN]:
                        return True
    return False


def _merge_container(node: _Node, given: Sequence[Mapping[str, Any]], merge: Any) -> None:
    """Merge what policies of one level say of a mapping's members.

    Members that parents did not set are added only where the parents let children assign.
    """
    may_add = ASSIGN in node.allowed
    members: dict[str, list[Mapping[str, Any]]] = {}
    for each in given:
        for name, inner in _members(each).items():
            known = name.casefold()
            if known in node.below or may_add:
                node.below.setdefault(known, _Node(name=name))
                members.setdefault(known, []).append(inner)
    for known, inners in members.items():
        merge(node.below[known], inners)
    node.allowed &= _control(given)


def _merge_key(node: _Node, given: Sequence[Mapping[str, Any]]) -> None:
    _merge_container(node, given, _merge_setting)


def _merge_setting(node: _Node, given: Sequence[Mapping[str, Any]]) -> None:
    if ASSIGN in node.allowed:
        assigned = next((each[ASSIGN] for each in given if ASSIGN in each), None)
        node.value = node.value if assigned is None else assigned
    if APPEND in node.allowed:
        appended = [value for each in given for value in each.get(APPEND, ())]
        if appended:
            node.value = list(dict.fromkeys([*(node.value or ()), *appended]))
    if REMOVE in node.allowed and isinstance(node.value, list):
        removed = {value for each in given for value in each.get(REMOVE, ())}
        node.value = [value for value in node.value if value not in removed]
    node.allowed &= _control(given)


def _control(given: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Return what policies of one level let children do: what all of them allow."""
    allowed = SETTERS
    for each in given:
        named = frozenset(each.get(CONTROL, (ALL,)))
        allowed &= SETTERS if ALL in named else named
    return allowed


def _members(mapping: Mapping[str, Any]) -> dict[str, Any]:
    return {name: inner for name, inner in mapping.items() if not name.startswith("@@")}


def _shown(node: _Node) -> dict[str, Any] | None:
    """Write a key's settings: without a key its name is in lower case, without values all are."""
    values = {name: node.below[name].value for name in SETTINGS if name in node.below}
    if not any(values.values()):
        return None
    listed = {name: values[name] for name in (ENFORCED, REPORTED) if values.get(name)}
    key = values.get(TAG_KEY) or node.name.lower()
    return {TAG_KEY: key, TAG_VALUE: values.get(TAG_VALUE) or ["*"], **listed}
