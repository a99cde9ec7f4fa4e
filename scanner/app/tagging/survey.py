"""Judge the tags of a run on disk, unit by unit; it asks no AWS and writes nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scanner.app.tagging.tally import Tally
from scanner.engine.judges import subject_of
from scanner.model.outcome import Status
from scanner.output import read_units

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from scanner.model.finding import Subject
    from scanner.model.outcome import Outcome
    from scanner.model.record import Record
    from scanner.policies.tagging.judge import Judge, Judgement


@dataclass(frozen=True, slots=True)
class Judged:
    """A resource, as it was recorded, that something is wrong with."""

    record: Record
    subject: Subject
    found: Judgement


@dataclass(frozen=True, slots=True)
class Survey:
    """A run whose tags are judged, by account; what no rule is about is not counted.

    `resources` are all that the run has, by account and type.
    """

    out: Path
    run_id: str
    judges: Mapping[str, Judge]
    types: Collection[str]
    tally: Tally = field(default_factory=Tally)
    resources: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def judged(self) -> Iterator[Judged]:
        """Yield what something is wrong with, in the run's order, and count everything; blocks."""
        for outcome, records in read_units(self.out, self.run_id, self.types):
            if judge := self.judges.get(outcome.account_id):
                yield from self._unit(outcome, records, judge)

    def _unit(self, outcome: Outcome, records: Iterable[Record], judge: Judge) -> Iterator[Judged]:
        for name, end in outcome.types.items():
            self.resources[outcome.account_id][name] += end.records
            if name in self.types and end.status is not Status.UNAVAILABLE:
                self.tally.place(outcome, name, read=end.status is Status.COMPLETE)
        for record in records:
            subject = subject_of(record)
            if not judge.concerns(subject):
                continue
            if record.tags is None:
                self.tally.unknown(subject)
                continue
            found = judge.judge(subject, record.tags)
            self.tally.judged(subject, found)
            if found.problems:
                yield Judged(record, subject, found)
