"""Find in a run on disk what policies with actions want changed; it asks AWS nothing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from scanner.engine.evaluate import Evaluation
from scanner.engine.propose import Candidate
from scanner.model.finding import Result
from scanner.model.planned import Skip, Why
from scanner.output import read_units
from scanner.policies.exemptions import exemption_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from scanner.model.finding import Finding
    from scanner.model.outcome import Outcome
    from scanner.model.record import Record
    from scanner.policies.check import Check
    from scanner.policies.exemptions import Exemption


@dataclass(slots=True)
class Search:
    """A run that is searched: what is found by id, what is not known, how much there is of all.

    `units` maps accounts to their organizational units.
    """

    checks: Sequence[Check]
    exemptions: Sequence[Exemption]
    units: Mapping[str, str | None]
    now: datetime
    candidates: dict[str, Candidate] = field(default_factory=dict)
    skipped: list[Skip] = field(default_factory=list)
    resources: dict[str, dict[str, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )

    def run(self, out: Path, run_id: str) -> None:
        """Evaluate every unit of a run; blocks."""
        evaluation = Evaluation(self.checks)
        by_id = {check.control.id: check for check in self.checks}
        for outcome, records in read_units(out, run_id, evaluation.types):
            self._count(outcome, evaluation.types)
            known = {each.key: each for each in records}
            for finding in evaluation.unit(outcome, known.values()):
                self._note(finding, by_id[finding.control.id], known)
        for finding in evaluation.finish():
            self._note(finding, by_id[finding.control.id], {})

    def _count(self, outcome: Outcome, types: Iterable[str]) -> None:
        for name in types:
            if name in outcome.types:
                self.resources[outcome.account_id][name] += outcome.types[name].records

    def _note(self, finding: Finding, check: Check, records: Mapping[str, Record]) -> None:
        if finding.result is Result.UNKNOWN:
            reason = finding.reason or "it could not be judged"
            self.skipped.append(_skip(finding, check, Why.UNKNOWN, reason))
            return
        unit = self.units.get(finding.subject.account_id)
        accepted = exemption_of(finding, unit, self.exemptions, self.now.date())
        if accepted:
            self.skipped.append(_skip(finding, check, Why.ACCEPTED, accepted.reason))
            return
        subject = finding.subject
        parts = (subject.account_id, subject.region, subject.resource_type, subject.resource_id)
        record = records["|".join(map(str, parts))]
        for chosen in check.actions:
            self._add(Candidate(record, check.control.id, chosen))

    def _add(self, candidate: Candidate) -> None:
        """Keep a candidate; what several policies want of a resource is done once."""
        known = self.candidates.get(candidate.id)
        if known is not None:
            candidate = replace(known, policy=f"{known.policy}, {candidate.policy}")
        self.candidates[candidate.id] = candidate


def _skip(finding: Finding, check: Check, why: Why, reason: str) -> Skip:
    subject = finding.subject
    return Skip(
        subject.account_id,
        subject.region,
        subject.resource_type,
        subject.resource_id,
        check.control.id,
        ", ".join(each.action.name for each in check.actions),
        why,
        reason,
    )
