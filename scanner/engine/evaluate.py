"""Evaluate controls on what was recorded; what was not read to the end is unknown there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scanner.findings.tally import Tally
from scanner.model.control import Expect
from scanner.model.errors import TaskError
from scanner.model.finding import Finding, Result, Subject
from scanner.model.outcome import Status
from scanner.policies.described import describe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scanner.model.outcome import Outcome, TypeOutcome
    from scanner.model.record import Record
    from scanner.policies.check import Check
    from scanner.policies.described import Described

_NOWHERE = "the run did not look for it"


@dataclass(slots=True)
class _Wanted:
    """What is known of one account, by a control that wants some resource there."""

    read: bool = False
    met: bool = False
    hole: str | None = None


@dataclass(slots=True)
class Evaluation:
    """Judges a run's units, in any order, each once; then what only the whole run can tell.

    Passes are counted in `tally`, all else is yielded as findings.
    """

    checks: Sequence[Check]
    tally: Tally = field(default_factory=Tally)
    _by_type: dict[str, list[Check]] = field(default_factory=lambda: defaultdict(list))
    _accounts: dict[tuple[int, str], _Wanted] = field(default_factory=lambda: defaultdict(_Wanted))
    _seen: set[str] = field(default_factory=set)
    _types: set[str] = field(default_factory=set)
    _met: set[tuple[str, str, str | None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        for check in self.checks:
            for each in check.control.types:
                self._by_type[each].append(check)

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

    def unit(self, outcome: Outcome, records: Mapping[str, Sequence[Record]]) -> Iterator[Finding]:
        """Judge a unit by its outcome and its records of the checks' types."""
        self._seen.add(outcome.account_id)
        for name, end in outcome.types.items():
            if name not in self._by_type:
                continue
            self._types.add(name)
            place = Subject(outcome.account_id, outcome.region, name)
            resources = [(each, describe(each)) for each in records.get(name, ())]
            for check in self._by_type[name]:
                yield from self._place(check, place, end, resources)

    def finish(self) -> Iterator[Finding]:
        """Yield what only all units together tell."""
        for (number, account), wanted in sorted(self._accounts.items()):
            check = self.checks[number]
            place = Subject(account, None, check.control.types[0])
            if wanted.met:
                self._passes(check, place)
            elif wanted.hole:
                yield Finding(check.control, place, Result.UNKNOWN, wanted.hole)
            elif wanted.read:
                yield _missing(check, place)
        for check in self.checks:
            for each in sorted(set(check.control.types) - self._types):
                yield from self._nowhere(check, each)

    def _nowhere(self, check: Check, type: str) -> Iterator[Finding]:
        for account in sorted(self._seen):
            self.tally.place(check.control.id, account, read=False)
            yield Finding(
                check.control, Subject(account, None, type), Result.UNKNOWN, f"{type}: {_NOWHERE}"
            )

    def _place(
        self,
        check: Check,
        place: Subject,
        end: TypeOutcome,
        resources: Sequence[tuple[Record, Described]],
    ) -> Iterator[Finding]:
        control = check.control
        if end.status is not Status.UNAVAILABLE:
            read = end.status is Status.COMPLETE
            self.tally.place(control.id, place.account_id, read=read)
        if control.expect is Expect.ACCOUNT:
            self._note(check, place, end, resources)
        elif end.status is Status.COMPLETE and control.expect is Expect.REGION:
            yield from self._wanted_here(check, place, resources)
        elif end.status is Status.COMPLETE:
            yield from self._each(check, resources)
        elif end.status is not Status.UNAVAILABLE or control.expect is Expect.REGION:
            yield Finding(control, place, Result.UNKNOWN, _why(end))

    def _each(
        self, check: Check, resources: Sequence[tuple[Record, Described]]
    ) -> Iterator[Finding]:
        """Judge every resource by itself, or all of a place where the filters count them."""
        judged = []
        for record, described in resources:
            try:
                if check.applies(described):
                    judged.append((record, described))
            except TaskError as exc:
                yield Finding(check.control, subject_of(record), Result.UNKNOWN, str(exc))
        if check.selects.match is None:
            yield from self._together(check, judged)
            return
        for each in judged:
            yield from self._together(check, [each])

    def _together(
        self, check: Check, resources: Sequence[tuple[Record, Described]]
    ) -> Iterator[Finding]:
        try:
            selected = {id(each) for each in check.select([each for _, each in resources])}
        except TaskError as exc:
            for record, _ in resources:
                yield Finding(check.control, subject_of(record), Result.UNKNOWN, str(exc))
            return
        for record, described in resources:
            if id(described) in selected:
                yield Finding(check.control, subject_of(record), Result.FAIL)
            else:
                self.tally.passes(check.control.id, record.account_id)

    def _wanted_here(
        self, check: Check, place: Subject, resources: Sequence[tuple[Record, Described]]
    ) -> Iterator[Finding]:
        found, doubt = _some(check, resources)
        if found:
            self._passes(check, place)
        elif doubt:
            yield Finding(check.control, place, Result.UNKNOWN, doubt)
        else:
            yield _missing(check, place)

    def _note(
        self,
        check: Check,
        place: Subject,
        end: TypeOutcome,
        resources: Sequence[tuple[Record, Described]],
    ) -> None:
        wanted = self._accounts[self.checks.index(check), place.account_id]
        if end.status is Status.COMPLETE:
            found, doubt = _some(check, resources)
            wanted.read = True
            wanted.met |= found
            wanted.hole = wanted.hole or doubt
        elif end.status is not Status.UNAVAILABLE:
            wanted.hole = wanted.hole or f"{place.region}: {_why(end)}"

    def _passes(self, check: Check, place: Subject) -> None:
        self._met.add((check.control.id, place.account_id, place.region))
        self.tally.passes(check.control.id, place.account_id)


def subject_of(record: Record) -> Subject:
    """Name a record as the subject of a finding."""
    return Subject(
        record.account_id,
        record.region,
        record.resource_type,
        record.resource_id,
        record.resource_name,
        record.arn,
    )


def _some(check: Check, resources: Sequence[tuple[Record, Described]]) -> tuple[bool, str | None]:
    """Say whether some resource is selected, and why that can't be known where it can't."""
    doubt = None
    for _, described in resources:
        try:
            if check.select([described]):
                return True, None
        except TaskError as exc:
            doubt = str(exc)
    return False, doubt


def _missing(check: Check, place: Subject) -> Finding:
    where = place.region or "any region"
    reason = f"no {place.resource_type} that meets it in {where}"
    return Finding(check.control, place, Result.FAIL, reason)


def _why(end: TypeOutcome) -> str:
    return f"{end.status}: {end.error}" if end.error else str(end.status)
