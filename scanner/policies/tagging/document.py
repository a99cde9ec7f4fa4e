"""Read our own policies on tags: YAML or JSON with a list `tags`; it opens no file itself.

Every error names the document, the line and the nearest known name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from scanner.model.errors import SettingsError
from scanner.policies.exemptions import day_of
from scanner.policies.lines import within
from scanner.policies.syntax import Located, check_members, nearest, one_of
from scanner.policies.tagging.limits import is_reserved, refusal_of
from scanner.policies.tagging.rules import Rule, Rules, Spared, Unwanted, ValueCase
from scanner.policies.tagging.scope import Scope
from scanner.policies.tagging.values import Template, Values, check_word

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from typing import TypeVar

    T = TypeVar("T")

TOP = ("tags", "forbidden", "remove", "exemptions")
SCOPE = ("types", "accounts", "ous")
TAG = (
    "key", "required", "values", "pattern", "value_case", "key_case", "renames", "default",
    "overwrite", *SCOPE,
)  # fmt: skip
UNWANTED = ("key", *SCOPE)
EXEMPTION = ("key", "type", "account", "ou", "resource", "reason", "owner", "expires")
KEY_CASES = ("report", "fix")
VALUE_CASES = tuple(map(str, ValueCase))

_TAG_POLICY_TYPE = re.compile(r"[a-z0-9-]+:.+")
"""A type as AWS's tag policies name it: which there are, no list says."""


def is_tagging(document: Any) -> bool:
    """Say whether a document is a policy of ours, by its shape."""
    if not isinstance(document, dict):
        return False
    tags = document.get("tags")
    return isinstance(tags, list) or (
        tags is None and ("remove" in document or "forbidden" in document)
    )


def rules_in(document: Located, types: Collection[str]) -> Rules:
    """Check a document and return what it says; raises SettingsError or LineError."""
    reader = _Reader(types)
    with within(document):
        check_members(document, TOP, "a policy on tags")
        rules = reader.each(document, "tags", reader.rule)
        _check_together(rules)
        return Rules(
            rules,
            (
                *reader.each(document, "remove", lambda data: reader.unwanted(data, removed=True)),
                *reader.each(
                    document, "forbidden", lambda data: reader.unwanted(data, removed=False)
                ),
            ),
            reader.each(document, "exemptions", reader.spared),
        )


@dataclass(frozen=True, slots=True)
class _Reader:
    types: Collection[str]

    def each(self, document: Located, name: str, read: Callable[[Any], T]) -> tuple[T, ...]:
        items = document.get(name) or []
        if not isinstance(items, list):
            raise SettingsError(f"{name} takes a list")
        found = []
        for data in items:
            with within(data):
                found.append(read(data))
        return tuple(found)

    def rule(self, data: Any) -> Rule:
        _check_mapping(data, TAG, "a tag")
        key = _key(data)
        one_of(data.get("key_case", "report"), KEY_CASES, "key_case")
        if "value_case" in data:
            one_of(data["value_case"], VALUE_CASES, "value_case")
        scope = self.scope(data)
        default = Template(_text(data["default"], "default")) if "default" in data else None
        if data.get("overwrite") and default is None:
            raise SettingsError(f"{key}: overwrite sets the default, and there is none")
        return Rule(
            key,
            scope,
            required=scope if _flag(data, "required") or default else None,
            values=_values(data),
            renames=_renames(data, key),
            fix_key_case=data.get("key_case") == "fix",
            value_case=ValueCase(data["value_case"]) if "value_case" in data else None,
            default=default,
            overwrite=_flag(data, "overwrite"),
        )

    def unwanted(self, data: Any, *, removed: bool) -> Unwanted:
        if isinstance(data, str):
            data = {"key": data}
        _check_mapping(data, UNWANTED, "an unwanted tag")
        key = _text(data.get("key"), "key")
        if is_reserved(key) or not key.strip("*?"):
            raise SettingsError(f"{key!r} would match tags that are not ours to touch")
        return Unwanted(key, self.scope(data), removed)

    def spared(self, data: Any) -> Spared:
        _check_mapping(data, EXEMPTION, "an exemption")
        for name in ("reason", "owner", "expires"):
            if not data.get(name):
                raise SettingsError(f"an exemption needs its {name}")
        texts = {
            name: _text(data[name], name)
            for name in EXEMPTION
            if name in data and name != "expires"
        }
        return Spared(**texts, expires=day_of(data["expires"]))

    def scope(self, data: Any) -> Scope:
        types = _texts(data, "types")
        for each in types:
            known = any(fnmatchcase(name, each) for name in self.types)
            if not known and not _TAG_POLICY_TYPE.fullmatch(each):
                raise SettingsError(f"type {each!r} is unknown: {nearest(each, self.types)}")
        return Scope(types, _texts(data, "accounts"), _texts(data, "ous"))


def _check_together(rules: Sequence[Rule]) -> None:
    """Refuse keys that would be renamed to and fro."""
    spelled: dict[str, str] = {}
    for rule in rules:
        other = spelled.setdefault(rule.key.casefold(), rule.key)
        if other != rule.key:
            raise SettingsError(f"{other!r} and {rule.key!r} differ in case alone")
    keys = {rule.key for rule in rules}
    for rule in rules:
        if both := keys.intersection(rule.renames):
            raise SettingsError(
                f"{min(both)!r} is a tag of its own and an older name of {rule.key!r}"
            )


def _check_mapping(data: Any, known: tuple[str, ...], what: str) -> None:
    if not isinstance(data, dict):
        raise SettingsError(f"{data!r} is not {what}: it has members such as {known[0]}")
    check_members(data, known, what)


def _key(data: Located) -> str:
    key = _text(data.get("key"), "key")
    if refusal := refusal_of(key, ""):
        raise SettingsError(refusal)
    return key


def _values(data: Located) -> Values:
    words = _texts(data, "values")
    for each in words:
        check_word(each)
    pattern = _text(data["pattern"], "pattern") if "pattern" in data else None
    try:
        re.compile(pattern or "")
    except re.error as exc:
        raise SettingsError(f"{pattern!r} is no regular expression: {exc}") from exc
    if data.get("value_case") == ValueCase.LISTED and not words:
        raise SettingsError("value_case listed needs values")
    return Values(words, pattern)


def _renames(data: Located, key: str) -> tuple[str, ...]:
    renames = _texts(data, "renames")
    for each in renames:
        if is_reserved(each) or each == key:
            raise SettingsError(f"{each!r} can't be renamed to {key!r}")
    return renames


def _flag(data: Located, name: str) -> bool:
    value = data.get(name, False)
    if not isinstance(value, bool):
        raise SettingsError(f"{name} is true or false, not {value!r}")
    return value


def _texts(data: Any, name: str) -> tuple[str, ...]:
    value = data.get(name, [])
    every = value if isinstance(value, list) else [value]
    return tuple(_text(each, name) for each in every)


def _text(value: Any, name: str) -> str:
    """Return a text; what YAML took for a number or a date was meant to be quoted."""
    if isinstance(value, str):
        return value
    raise SettingsError(f"{name} takes a text, not {value!r}: quote it")
