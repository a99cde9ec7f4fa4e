"""Know which values a tag may have, and what a default stands for; it sees no resource."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from scanner.model.errors import SettingsError, TaskError
from scanner.policies.syntax import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scanner.policies.tagging.scope import Owner

ANY = "*"
_REFERENCE = re.compile(r"\$\{([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Values:
    """Values that are allowed: words with at most one `*`, or a pattern; without either, all."""

    words: tuple[str, ...] = ()
    pattern: str | None = None

    def allow(self, value: str) -> bool:
        """Say whether a value is allowed; its case matters."""
        if not self.words and self.pattern is None:
            return True
        fits = self.pattern is not None and re.fullmatch(self.pattern, value) is not None
        return fits or any(_matches(value, word) for word in self.words)

    def spelled(self, value: str) -> str | None:
        """Return the word that differs from a value in case alone, if there is just one."""
        same = {word for word in self.words if word.casefold() == value.casefold()}
        return same.pop() if len(same) == 1 else None

    def __str__(self) -> str:
        pattern = [f"/{self.pattern}/"] if self.pattern is not None else []
        return ", ".join([*self.words, *pattern]) or "any value"


def check_word(word: str) -> None:
    """Raise SettingsError for a word that AWS would refuse in a tag policy."""
    if word.count(ANY) > 1:
        raise SettingsError(f"{word!r}: a value may have one * at most")


def _matches(value: str, word: str) -> bool:
    start, star, end = word.partition(ANY)
    if not star:
        return value == word
    fits = value.startswith(start) and value.endswith(end)
    return fits and len(value) >= len(start) + len(end)


@dataclass(frozen=True, slots=True)
class Template:
    """A default value: text with references such as `${account.tag:CostCenter}` in it."""

    text: str

    def __post_init__(self) -> None:
        for name in self.references:
            kind, colon, key = name.partition(":")
            if kind + colon not in _KNOWN or bool(colon) != bool(key):
                raise SettingsError(f"${{{name}}} is unknown: {nearest(name, _KNOWN)}")

    @property
    def references(self) -> tuple[str, ...]:
        """What the text refers to, without `${` and `}`."""
        return tuple(_REFERENCE.findall(self.text))

    def fill(self, owner: Owner) -> str:
        """Return the value for an account's resources; raises TaskError where it has none."""
        return _REFERENCE.sub(lambda match: _referred(match[1], owner), self.text)


def _referred(name: str, owner: Owner) -> str:
    kind, colon, key = name.partition(":")
    found = _KNOWN[kind + colon](owner, key)
    if found is None:
        raise TaskError(f"account {owner.account.id} has no {name}")
    return found


def _account_tag(owner: Owner, key: str) -> str | None:
    if owner.account.tags is None:
        raise TaskError(f"the tags of account {owner.account.id} are not known")
    return owner.account.tags.get(key)


def _unit_tag(owner: Owner, key: str) -> str | None:
    tagged = (owner.unit_tags.get(unit, {}) for unit in reversed(owner.units))
    return next((tags[key] for tags in tagged if key in tags), None)


def _unit_name(owner: Owner, _: str) -> str | None:
    return owner.unit_names.get(owner.units[-1]) if owner.units else None


ACCOUNT_TAG, UNIT_TAG, UNIT_NAME = "account.tag:", "ou.tag:", "ou.name"

_KNOWN: Mapping[str, Callable[[Owner, str], str | None]] = MappingProxyType(
    {
        "account.id": lambda owner, _: owner.account.id,
        "account.name": lambda owner, _: owner.account.name,
        "account.ou": lambda owner, _: owner.account.ou,
        ACCOUNT_TAG: _account_tag,
        UNIT_NAME: _unit_name,
        UNIT_TAG: _unit_tag,
    }
)
"""What a default may refer to; after a colon stands the key. A unit's tag is the nearest's."""
