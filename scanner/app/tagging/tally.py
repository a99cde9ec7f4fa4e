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
    problems: Counter[str] = field(default_factory=Counter)

    def add(self, other: Counts) -> None:
        """Add what was counted elsewhere."""
        for name in ("good", "bad", "mended", "changed", "unknown", "unread"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.problems.update(other.problems)


class Group(NamedTuple):
    """Problems that are alike: one row of what is wrong; without `obstacle` they are mended."""

    type: str
    key: str
    kind: str
    obstacle: str | None


@dataclass(slots=True)
class Tally:
    """What was counted of a run, by account and type, and by what is wrong."""

    places: dict[tuple[str, str], Counts] = field(default_factory=lambda: defaultdict(Counts))
    groups: Counter[Group] = field(default_factory=Counter)

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
            counts.problems[each.kind] += 1
            self.groups[Group(subject.resource_type, each.key, each.kind, each.obstacle)] += 1

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
