"""Read tag policies of AWS Organizations, and say what the effective one of an account wants.

The syntax is that of
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_example-tag-policies.html.
A file is a policy as it is, attached to the root, or `{targets: […], policy: {tags: …}}`; one
whose settings are plain values is an effective policy, as `DescribeEffectivePolicy` shows it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from scanner.model.errors import SettingsError
from scanner.model.target import is_account_id
from scanner.policies.lines import within
from scanner.policies.syntax import check_members, one_of
from scanner.policies.tagging.inheritance import (
    ALL,
    APPEND,
    ASSIGN,
    CONTROL,
    ENFORCED,
    NOBODY,
    REMOVE,
    REPORTED,
    SETTERS,
    SETTINGS,
    TAG_KEY,
    TAG_VALUE,
    effective,
)
from scanner.policies.tagging.limits import refusal_of
from scanner.policies.tagging.rules import Rule, ValueCase
from scanner.policies.tagging.scope import Scope
from scanner.policies.tagging.values import ANY, Values, check_word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from scanner.model.target import Account

ROOT = "root"
"""As the target of a policy: the root, whatever its id."""

_TARGET = re.compile(r"r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}")
_SUPPORTED = ":ALL_SUPPORTED"
_RESOURCES = re.compile(r"[a-z0-9-]+:(?:\*|ALL_SUPPORTED|[A-Za-z0-9_./-]+)")


@dataclass(frozen=True, slots=True)
class TagPolicy:
    """A policy, and the ids of the roots, units and accounts it is attached to."""

    name: str
    targets: tuple[str, ...]
    content: Mapping[str, Any]


def is_tag_policy(document: Any) -> bool:
    """Say whether a document is a policy of Organizations, by its shape."""
    if isinstance(document, dict) and isinstance(document.get("policy"), dict):
        document = document["policy"]
    return isinstance(document, dict) and isinstance(document.get("tags"), dict)


def tag_policy_of(document: Any, name: str) -> TagPolicy:
    """Check a document that is a tag policy; raises SettingsError or LineError."""
    targets: tuple[str, ...] = (ROOT,)
    if "policy" in document:
        check_members(document, ("policy", "targets"), "a policy file")
        targets = tuple(map(_target, document.get("targets") or (ROOT,)))
        document = document["policy"]
    check_members(document, ("tags",), "a tag policy")
    tags = {key: _key(key, settings) for key, settings in document["tags"].items()}
    with within(document["tags"]):
        _check_control(tags)
    return TagPolicy(name, targets, {"tags": tags})


def effective_policy(policies: Iterable[TagPolicy], account: Account) -> dict[str, Any]:
    """Return an account's effective policy; its path of units must be known if any target is."""
    return effective(levels_of(policies, account))


def levels_of(policies: Iterable[TagPolicy], account: Account) -> list[list[Mapping[str, Any]]]:
    """Return the policies attached to the root, the units and the account, level by level."""
    root, *units = (account.ou or "").split("/")
    every = list(policies)
    return [
        [each.content for each in every if not names.isdisjoint(each.targets)]
        for names in ({ROOT, root}, *({unit} for unit in units), {account.id})
    ]


def rules_of(policy: Mapping[str, Any]) -> tuple[Rule, ...]:
    """Say what an effective policy wants.

    It wants keys and values in its own case, and tags only of types that are reported as in
    need of them: AWS does not judge what has no tag.
    """
    return tuple(_rule(settings) for settings in policy["tags"].values())


def _rule(settings: Mapping[str, Any]) -> Rule:
    words = tuple(settings[TAG_VALUE])
    return Rule(
        settings[TAG_KEY],
        required=_scope(settings.get(REPORTED)),
        enforced=_scope(settings.get(ENFORCED)),
        values=Values(() if ANY in words else words),
        fix_key_case=True,
        value_case=ValueCase.LISTED,
    )


def _scope(resources: Sequence[str] | None) -> Scope | None:
    types = tuple(each.replace(_SUPPORTED, ":*") for each in resources or ())
    return Scope(types=types) if types else None


def _target(text: Any) -> str:
    if text == ROOT or _TARGET.fullmatch(str(text)) or is_account_id(str(text)):
        return str(text)
    raise SettingsError(f"target {text!r} is no root, unit or account (quote account ids)")


def _key(key: Any, settings: Any) -> Any:
    if key == CONTROL:
        return settings
    with within(settings):
        if not isinstance(settings, dict) or not isinstance(key, str):
            raise SettingsError(f"{key!r} must map settings such as tag_key")
        check_members(settings, (*SETTINGS, CONTROL), key)
        if refusal := refusal_of(key, ""):
            raise SettingsError(refusal)
        checked = {name: _setting(name, setting) for name, setting in settings.items()}
        _check_control(checked)
        named = checked.get(TAG_KEY, {}).get(ASSIGN, key)
        if named.casefold() != key.casefold():
            raise SettingsError(f"tag_key {named!r} differs from {key!r} in more than its case")
        return checked


def _setting(name: str, setting: Any) -> Any:
    if name == CONTROL:
        return setting
    with within(setting):
        operators = dict(setting) if isinstance(setting, dict) else {ASSIGN: setting}
        allowed = (ASSIGN, CONTROL) if name == TAG_KEY else (*SETTERS, CONTROL)
        for operator in operators:
            one_of(operator, allowed, f"{name}'s operator")
        _check_control(operators)
        for operator in SETTERS & operators.keys():
            operators[operator] = _CHECKED[name](operators[operator])
        return operators


def _check_control(data: Mapping[str, Any]) -> None:
    named = data.get(CONTROL, [ALL])
    if not isinstance(named, list) or not named:
        raise SettingsError(f"{CONTROL} takes a list")
    for each in named:
        one_of(each, (ALL, NOBODY, ASSIGN, APPEND, REMOVE), CONTROL)


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise SettingsError("takes a list of texts (quote numbers)")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise SettingsError(f"tag_key takes a text, not {value!r}")
    return value


def _words(value: Any) -> list[str]:
    for each in _texts(value):
        check_word(each)
    return list(value)


def _resources(value: Any) -> list[str]:
    for each in _texts(value):
        if not _RESOURCES.fullmatch(each):
            raise SettingsError(f"{each!r} is no resource type such as ec2:instance or s3:*")
    return list(value)


_CHECKED: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {TAG_KEY: _text, TAG_VALUE: _words, ENFORCED: _resources, REPORTED: _resources}
)
