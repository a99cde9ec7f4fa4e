"""What all rules together want of one key of one resource; it changes no tags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.policies.tagging.limits import is_reserved
from scanner.policies.tagging.rules import ValueCase

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scanner.policies.tagging.rules import Rule
    from scanner.policies.tagging.scope import Scope
    from scanner.policies.tagging.values import Template


@dataclass(frozen=True, slots=True)
class Demand:
    """A key, the rules on it that hold here, whether it must be there, and whether AWS minds.

    `others` are the keys of other demands: they are no misspellings of this one.
    """

    key: str
    rules: tuple[Rule, ...]
    required: bool
    enforced: bool
    others: frozenset[str]

    @property
    def fixes_key_case(self) -> bool:
        """Whether a key that differs in case alone may be renamed."""
        return any(rule.fix_key_case for rule in self.rules)

    @property
    def overwrites(self) -> bool:
        """Whether a value that is not allowed may be replaced by the default."""
        return any(rule.overwrite for rule in self.rules)

    @property
    def defaults(self) -> Iterable[Template]:
        """The defaults, the first rule's first."""
        return (rule.default for rule in self.rules if rule.default is not None)

    @property
    def wanted(self) -> str:
        """Say which values are allowed."""
        said = dict.fromkeys(str(rule.values) for rule in self.rules)
        return "; ".join(said)

    def allows(self, value: str) -> bool:
        """Say whether every rule allows a value."""
        return all(rule.values.allow(value) for rule in self.rules)

    def older(self, tags: Iterable[str]) -> list[str]:
        """Return the keys that are older names of this one, in the order of the rules."""
        named = dict.fromkeys(name for rule in self.rules for name in rule.renames)
        present = set(tags) - self.others
        return [name for name in named if name in present]

    def other_case(self, tags: Iterable[str]) -> list[str]:
        """Return the keys that differ from this one in case alone, and are no older names."""
        same, known = self.key.casefold(), {self.key, *self.others, *self.older(tags)}
        alike = (key for key in tags if key.casefold() == same)
        return sorted(key for key in alike if key not in known and not is_reserved(key))

    def in_case(self, value: str) -> str:
        """Return a value in the case that the rules want it in; itself where they don't say."""
        for rule in self.rules:
            if rule.value_case is ValueCase.LOWER:
                value = value.lower()
            elif rule.value_case is ValueCase.UPPER:
                value = value.upper()
            elif rule.value_case is ValueCase.LISTED and not rule.values.allow(value):
                value = rule.values.spelled(value) or value
        return value

    def differs_in_case(self, value: str) -> bool:
        """Say whether a value would be allowed but for its case."""
        better = self.in_case(value)
        if better != value:
            return self.allows(better)
        spelled = {rule.values.spelled(value) for rule in self.rules} - {None}
        return not self.allows(value) and bool(spelled)


def demands_of(rules: Sequence[Rule], names: Sequence[str]) -> tuple[Demand, ...]:
    """Gather the rules that hold for a type, by key, in the order in which keys are named."""
    by_key: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.scope.has_type(names):
            by_key.setdefault(rule.key, []).append(rule)
    return tuple(
        Demand(
            key,
            tuple(held),
            _any((rule.required for rule in held), names),
            _any((rule.enforced for rule in held), names),
            frozenset(by_key) - {key},
        )
        for key, held in by_key.items()
    )


def _any(scopes: Iterable[Scope | None], names: Sequence[str]) -> bool:
    return any(scope is not None and scope.has_type(names) for scope in scopes)


def missing(demand: Demand, tags: Mapping[str, str]) -> bool:
    """Say whether a tag that must be there is not, under any of its names."""
    return (
        demand.required
        and demand.key not in tags
        and not demand.older(tags)
        and not demand.other_case(tags)
    )
