"""What a policy on tags says, as data, whichever dialect it was written in; it judges nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from scanner.policies.exemptions import is_within
from scanner.policies.tagging.scope import Scope
from scanner.policies.tagging.values import Template, Values

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from scanner.model.finding import Subject


class ValueCase(StrEnum):
    """How the case of a value is mended; `LISTED` is that of the value that is allowed."""

    LISTED = "listed"
    LOWER = "lower"
    UPPER = "upper"


@dataclass(frozen=True, slots=True)
class Rule:
    """What is said of one key, spelled as it ought to be.

    `required` is where the tag must be there, `enforced` where AWS refuses to set it otherwise.
    `renames` are older keys of it. With
    `fix_key_case` a key that differs in case alone is renamed. A default is set where the tag
    is missing, with `overwrite` also where its value is none that is allowed.
    """

    key: str
    scope: Scope = field(default_factory=Scope)
    required: Scope | None = None
    enforced: Scope | None = None
    values: Values = field(default_factory=Values)
    renames: tuple[str, ...] = ()
    fix_key_case: bool = False
    value_case: ValueCase | None = None
    default: Template | None = None
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class Unwanted:
    """Keys, as a glob, that ought not to be there; removed only if `removed` says so."""

    key: str
    scope: Scope = field(default_factory=Scope)
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Spared:
    """Who accepted what, why and until when: globs of keys, types, accounts, units, resources."""

    reason: str
    owner: str
    expires: date
    key: str = "*"
    type: str = "*"
    account: str = "*"
    ou: str | None = None
    resource: str = "*"

    def covers(self, subject: Subject, unit: str | None) -> bool:
        """Say whether a resource is meant; `unit` is its account's path of units."""
        names = [name for name in (subject.resource_id, subject.arn) if name]
        return (
            fnmatchcase(subject.resource_type, self.type)
            and fnmatchcase(subject.account_id, self.account)
            and (self.ou is None or is_within(unit, self.ou))
            and (self.resource == "*" or any(fnmatchcase(name, self.resource) for name in names))
        )

    def holds(self, today: date) -> bool:
        """Say whether it has not expired."""
        return today <= self.expires


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that policies say; of rules on one key all hold, the first default is taken."""

    rules: tuple[Rule, ...] = ()
    unwanted: tuple[Unwanted, ...] = ()
    spared: tuple[Spared, ...] = ()

    @classmethod
    def of(cls, parts: Iterable[Rules]) -> Rules:
        """Put together what several policies say."""
        every = list(parts)
        return cls(
            tuple(each for part in every for each in part.rules),
            tuple(each for part in every for each in part.unwanted),
            tuple(each for part in every for each in part.spared),
        )
