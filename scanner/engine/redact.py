"""Replace secrets in what AWS answered, in place, and say where; it decides nothing else.

Three layers: the members that a type declares to be secret; members, variables and pairs that
are named like secrets, of any type; and beneath, as a net, texts that look like secrets
wherever they stand: private keys, tokens, passwords in addresses.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from scanner.engine.content import content_of
from scanner.engine.secret_shapes import (
    FINGERPRINT,
    LONG,
    MARKER,
    is_innocent,
    is_plain,
    is_reference,
    may_hold_secrets,
    may_hold_tokens,
    without_secrets,
)
from scanner.model.secret_names import Meaning, meaning_of, meanings_of, names_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from scanner.model.resource import ResourceType

_TAGS = "tags"
_NONE: Mapping[str, tuple[str, ...]] = MappingProxyType({})
_STORES = ("PARAMETER_STORE", "SECRETS_MANAGER")
"""As the type of a variable: its value is the name of a secret."""

_STRUCTURAL = frozenset({"type", "version", "name", "id", "arn", "endpoint", "status", "spec"})
"""Members of structures that are called environments, and hold no variables."""


@dataclass(frozen=True, slots=True)
class Redactor:
    """Hides secrets of a run's records; `key` makes fingerprints, `spared` leaves paths alone.

    A declared path's steps are member names, `*` for every value of a map, and `name[]` for
    every element of a list; it is followed in the configuration and in the details alike, and
    not in tags: their keys are the user's own, for the other layers to judge.

    There is no default key: one kept beside the export would allow guessing short secrets.
    `spared` maps a type to the record's paths that stay (`configuration.Env.*`, `tags.key`).
    """

    key: bytes | None = field(default=None, repr=False)
    spared: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NONE)

    def hide(
        self,
        type: ResourceType,
        members: dict[str, Any],
        supplementary: dict[str, Any],
        tags: dict[str, str] | None = None,
    ) -> list[str]:
        """Replace what must not be shown in an item; return the record's paths of it."""
        parts = {"configuration": members, "supplementary": supplementary, _TAGS: tags or {}}
        search = _Search(self.marker, self._kept(type, parts))
        for name, part in parts.items():
            if part:
                for path in () if name == _TAGS else type.redact:
                    search.declared(part, _steps(path), name)
                search.whole(part, name)
        search.shaped()
        return search.found

    def marker(self, value: Any) -> str:
        """Return what stands for a value: the same for the same value and key."""
        if self.key is None:
            return MARKER
        text = value.encode(errors="replace") if isinstance(value, str) else content_of(value)
        return f"{MARKER}:{hmac.digest(self.key, text, hashlib.sha256).hex()[:FINGERPRINT]}"

    def _kept(self, type: ResourceType, parts: Mapping[str, Any]) -> frozenset[str]:
        """Return the places in an item that the user wants to see."""
        paths = (path.partition(".") for path in self.spared.get(type.type, ()))
        return frozenset(
            place
            for name, _, path in paths
            for _, _, place in _walk(
                parts.get(name), (path,) if name == _TAGS else _steps(path), name
            )
        )


Place = Any
"""Where something is: a part of the record by name, or a pair of its owner's place and its key.

Spelled out only where a secret is found: most records have none.
"""

Text = tuple[str, Any, Any, Place]
"""A text, its owner, its key in it, and the owner's place."""


@dataclass(slots=True)
class _Search:
    """One item's redaction: what was found, and the texts that a closer look is due.

    `_texts` are those with a `:` or `=`, which may tell a secret by its name, `_tokens` the
    other long ones.
    """

    mark: Callable[[Any], str]
    kept: frozenset[str]
    found: list[str] = field(default_factory=list)
    _texts: list[Text] = field(default_factory=list)
    _tokens: list[Text] = field(default_factory=list)

    def declared(self, part: Any, steps: tuple[str, ...], name: str) -> None:
        """Replace what a declared path leads to, whatever it is."""
        for owner, key, place in _walk(part, steps, name):
            self._replace(owner, key, place)

    def whole(self, part: dict[str, Any], name: str) -> None:
        """Replace what is named a secret anywhere in a part of the record, and note its texts."""
        self._members(part, name)

    def shaped(self) -> None:
        """Replace the parts of the noted texts that look like secrets."""
        self._look(self._texts, may_hold_secrets)
        self._look(self._tokens, may_hold_tokens)

    def _look(self, texts: list[Text], may_hold: Callable[[str], bool]) -> None:
        if not texts or not may_hold("\n".join([text[0] for text in texts])):
            return
        for text, owner, key, place in texts:
            if may_hold(text):
                where = _spelled((place, key))
                shown = text if where in self.kept else without_secrets(text, self.mark)
                if shown != text:
                    owner[key] = shown
                    self.found.append(where)

    def _members(self, owner: dict[str, Any], place: Place) -> None:
        for key, meaning in meanings_of(tuple(owner)):
            self._named(meaning, owner, key, place)
        self._values(owner.items(), owner, place)

    def _values(self, values: Iterable[tuple[Any, Any]], owner: Any, place: Place) -> None:
        for key, value in values:
            if isinstance(value, str):
                if ":" in value or "=" in value:
                    if not is_innocent(value):
                        self._texts.append((value, owner, key, place))
                elif len(value) >= LONG:
                    self._tokens.append((value, owner, key, place))
            elif isinstance(value, dict):
                self._members(value, (place, key))
            elif isinstance(value, list) and value:
                self._values(enumerate(value), value, (place, key))

    def _named(self, meaning: Meaning, owner: dict[str, Any], key: str, place: Place) -> None:
        value = owner[key]
        if (
            meaning is Meaning.SECRET
            or (meaning is Meaning.VARIABLES and isinstance(value, str))  # written as JSON
            or (meaning is Meaning.VALUE and names_secret(owner))
        ):
            self._secret(owner, key, _spelled((place, key)))
        elif meaning is Meaning.VARIABLES or (
            meaning is Meaning.ENVIRONMENT and _holds_variables(value)
        ):
            self._variables(value, _spelled((place, key)))

    def _secret(self, owner: Any, key: Any, place: str) -> None:
        """Replace a text or the texts of a list; structures have members with names."""
        value = owner[key]
        if isinstance(value, list):
            for index in range(len(value)):
                self._secret(value, index, f"{place}[{index}]")
        elif isinstance(value, bytes) or (isinstance(value, str) and not is_plain(value)):
            self._replace(owner, key, place)

    def _variables(self, value: Any, place: str) -> None:
        """Replace all values of a map, of a list of pairs, or of texts like `NAME=value`."""
        for key, entry, where in _children(value, place):
            if isinstance(entry, dict):
                for name in entry:
                    if meaning_of(name) is Meaning.VALUE and isinstance(entry[name], str):
                        self._replace(entry, name, f"{where}.{name}")
            elif isinstance(entry, str) and isinstance(value, dict):
                self._replace(value, key, where)
            elif isinstance(entry, str):
                self._assignment(value, key, where)

    def _assignment(self, owner: list[Any], index: int, place: str) -> None:
        name, equals, value = owner[index].partition("=")
        if equals and place not in self.kept and not _is_harmless(value):
            owner[index] = f"{name}={self.mark(value)}"
            self.found.append(place)

    def _replace(self, owner: Any, key: Any, place: str) -> None:
        if place in self.kept or _is_harmless(owner[key]) or _is_stored(owner, key):
            return
        owner[key] = self.mark(owner[key])
        self.found.append(place)


def _is_harmless(value: Any) -> bool:
    """Say whether there is nothing to hide: no value, or one that only tells where it is."""
    if isinstance(value, str):
        return not value or is_reference(value)
    return value is None or value in ({}, [])


def _is_stored(owner: Any, key: Any) -> bool:
    """Say whether a variable's value is only the name of what AWS stores for it."""
    return (
        isinstance(owner, dict)
        and (owner.get("type") or owner.get("Type")) in _STORES
        and meaning_of(key) is Meaning.VALUE
    )


def _holds_variables(value: Any) -> bool:
    """Tell a map of variables, or a list, from a structure that is called the same."""
    if isinstance(value, dict):
        return all(
            isinstance(each, str) and name.lower() not in _STRUCTURAL
            for name, each in value.items()
        )
    return isinstance(value, list)


def _spelled(place: Place) -> str:
    if isinstance(place, str):
        return place
    owner, key = place
    return f"{_spelled(owner)}[{key}]" if isinstance(key, int) else f"{_spelled(owner)}.{key}"


@lru_cache(maxsize=4096)
def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.replace("[]", ".[]").split("."))


def _walk(value: Any, steps: tuple[str, ...], place: str) -> Iterator[tuple[Any, Any, str]]:
    """Find what a path leads to: its owner, its key in it, and the record's path."""
    for key, inner, where in list(_children(value, place)):
        if steps[0] in ("*" if isinstance(value, dict) else "[]", key):
            if len(steps) > 1:
                yield from _walk(inner, steps[1:], where)
            else:
                yield value, key, where


def _children(value: Any, place: str) -> Iterator[tuple[Any, Any, str]]:
    if isinstance(value, dict):
        yield from ((key, inner, f"{place}.{key}") for key, inner in value.items())
    elif isinstance(value, list):
        yield from ((index, inner, f"{place}[{index}]") for index, inner in enumerate(value))
