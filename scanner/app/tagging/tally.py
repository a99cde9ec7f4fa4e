"""Count what judging a run's tags gave, by account, unit and type; it judges nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.model.finding import Subject
    from scanner.model.outcome import Outcome
    from scanner.policies.tagging.judge import Judgement


MOST_VALUES = 4
"""Values kept of a group: enough to see what is set."""


@dataclass(slots=True)
class Counts:
    """How many resources are as they ought to be, and how many are not, by what is wrong.

    `mended`: those whose every problem the changes mend. `unknown`: those whose tags were not
    read. `unread` are places: a type in a region that was not read to its end.
    """

    good: int = 0
    bad: int = 0
    mended: int = 0
    changed: int = 0
    unknown: int = 0
    unread: int = 0
    problems: dict[str, int] = field(default_factory=dict)

    def add(self, other: Counts) -> None:
        """Add what was counted elsewhere."""
        for name in ("good", "bad", "mended", "changed", "unknown", "unread"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for kind, number in other.problems.items():
            self.problems[kind] = self.problems.get(kind, 0) + number


class Group(NamedTuple):
    """Problems that are alike: one row of what is wrong; without `obstacle` they are mended."""

    type: str
    key: str
    kind: str
    obstacle: str | None


@dataclass(slots=True)
class Tally:
    """What was counted of a run, by account and type, and by what is wrong.

    `values` are those that would be set, a few of each group.
    """

    places: dict[tuple[str, str], Counts] = field(default_factory=lambda: defaultdict(Counts))
    groups: Counter[Group] = field(default_factory=Counter)
    values: dict[Group, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))

    def place(self, outcome: Outcome, type: str, *, read: bool) -> None:
        """Count a type of a unit, whether it was read or not."""
        self.places[outcome.account_id, type].unread += not read

    def unknown(self, subject: Subject) -> None:
        """Count a resource whose tags were not read."""
        self.places[subject.account_id, subject.resource_type].unknown += 1

    def judged(self, subject: Subject, found: Judgement) -> None:
        """Count a resource."""
        counts = self.places[subject.account_id, subject.resource_type]
        counts.good += not found.problems
        counts.bad += bool(found.problems)
        counts.changed += found.changes
        counts.mended += found.changes and all(each.obstacle is None for each in found.problems)
        for each in found.problems:
            counts.problems[str(each.kind)] = counts.problems.get(str(each.kind), 0) + 1
            group = Group(subject.resource_type, each.key, str(each.kind), each.obstacle)
            self.groups[group] += 1
            values = self.values[group]
            if each.obstacle is None and each.key in found.set and len(values) < MOST_VALUES:
                values.setdefault(found.set[each.key])

    def by(self, name: Callable[[str, str], str]) -> dict[str, Counts]:
        """Add up by a name of account and type."""
        found: dict[str, Counts] = defaultdict(Counts)
        for (account, resource_type), counts in sorted(self.places.items()):
            found[name(account, resource_type)].add(counts)
        return dict(found)

    @property
    def total(self) -> Counts:
        """Everything."""
        return self.by(lambda _account, _type: "").get("", Counts())
