"""Evaluate controls on records as they come; what was not read to the end is unknown there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scanner.engine.judges import Single, Together, Unread, Wanted, why
from scanner.findings.tally import Tally
from scanner.model.control import Expect
from scanner.model.finding import Finding, Result, Subject
from scanner.model.outcome import Status
from scanner.policies.described import describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from scanner.engine.judges import Judge
    from scanner.model.outcome import Outcome, TypeOutcome
    from scanner.model.record import Record
    from scanner.policies.check import Check

_NOWHERE = "the run did not look for it"


@dataclass(slots=True)
class Evaluation:
    """Judges a run's units, in any order, each once; then what only the whole run can tell.

    Passes are counted in `tally`, all else is yielded as findings.
    """

    checks: Sequence[Check]
    tally: Tally = field(default_factory=Tally)
    _by_type: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _accounts: dict[tuple[int, str], Wanted] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _types: set[str] = field(default_factory=set)
    _met: set[tuple[str, str, str | None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        for number, check in enumerate(self.checks):
            for each in check.control.types:
                self._by_type[each].append(number)

    @property
    def types(self) -> frozenset[str]:
        """The resource types that the checks look at."""
        return frozenset(self._by_type)

    def meets(self, control: str, account: str, region: str | None) -> bool:
        """Say whether a control that wants some resource has found it there."""
        return (control, account, region) in self._met

    def looked_for(self, account: str, type: str) -> bool:
        """Say whether the run had an account, and looked for a type at all."""
        return account in self._seen and type in self._types

    def unit(self, outcome: Outcome, records: Iterable[Record]) -> Iterator[Finding]:
        """Judge a unit by its outcome and its records, which are taken once and not kept."""
        self._seen.add(outcome.account_id)
        judges: dict[Subject, list[Judge]] = {}
        for name, end in outcome.types.items():
            if name in self._by_type:
                place = Subject(outcome.account_id, outcome.region, name)
                judges[place] = [self._judge(each, place, end) for each in self._by_type[name]]
        by_type = {place.resource_type: mine for place, mine in judges.items()}
        self._types |= by_type.keys()
        if by_type:
            yield from _seen(records, by_type)
        for place, mine in judges.items():
            for judge in mine:
                yield from self._ended(judge, place)

    def finish(self) -> Iterator[Finding]:
        """Yield what only all units together tell."""
        for (_, account), wanted in sorted(self._accounts.items(), key=lambda each: each[0]):
            place = Subject(account, None, wanted.check.control.types[0])
            yield from self._concluded(wanted, place)
        for check in self.checks:
            for each in sorted(set(check.control.types) - self._types):
                yield from self._nowhere(check, each)

    def _nowhere(self, check: Check, type: str) -> Iterator[Finding]:
        for account in sorted(self._seen):
            self.tally.place(check.control.id, account, read=False)
            yield Finding(
                check.control, Subject(account, None, type), Result.UNKNOWN, f"{type}: {_NOWHERE}"
            )

    def _judge(self, number: int, place: Subject, end: TypeOutcome) -> Judge:
        """Make ready to judge a place, which has one judge for each control."""
        check = self.checks[number]
        control = check.control
        absent = end.status is Status.UNAVAILABLE and not end.listed
        if not absent:
            self.tally.place(control.id, place.account_id, read=end.knows_all)
        if control.expect is Expect.ACCOUNT:
            wanted = self._accounts.setdefault((number, place.account_id), Wanted(check))
            wanted.read |= end.knows_all
            if not (absent or end.knows_all):
                wanted.doubt = wanted.doubt or f"{place.region}: {why(end)}"
            return wanted if end.knows_all else Unread(None)
        if not end.knows_all:
            silent = absent and control.expect is Expect.NONE
            return Unread(None if silent else Finding(control, place, Result.UNKNOWN, why(end)))
        if control.expect is Expect.REGION:
            return Wanted(check, read=True)
        if check.selects.match is None:
            return Together(check, self.tally)
        return Single(check, place, self.tally)

    def _ended(self, judge: Judge, place: Subject) -> Iterator[Finding]:
        if isinstance(judge, Wanted) and judge.check.control.expect is Expect.REGION:
            yield from self._concluded(judge, place)
        else:
            yield from judge.end()

    def _concluded(self, wanted: Wanted, place: Subject) -> Iterator[Finding]:
        finding = wanted.verdict(place)
        if finding is None:
            return
        if finding.result is Result.PASS:
            self._met.add((finding.control.id, place.account_id, place.region))
            self.tally.passes(finding.control.id, place.account_id)
        else:
            yield finding


def _seen(records: Iterable[Record], judges: Mapping[str, Sequence[Judge]]) -> Iterator[Finding]:
    """Show each record to the judges of its type."""
    for record in records:
        mine = judges.get(record.resource_type)
        if not mine:
            continue
        described = describe(record)
        for judge in mine:
            finding = judge.see(record, described)
            if finding is not None:
                yield finding
