"""Judge the resources of one place by one control, one after another; it keeps what it must."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from scanner.model.errors import TaskError
from scanner.model.finding import Finding, Result, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.findings.tally import Tally
    from scanner.model.outcome import TypeOutcome
    from scanner.model.record import Record
    from scanner.policies.check import Check
    from scanner.policies.described import Described


class Judge(Protocol):
    """One control's look at one place, from the first resource to the last."""

    def see(self, record: Record, described: Described) -> Finding | None:
        """Take a resource; return what can be said of it at once."""

    def end(self) -> Iterator[Finding]:
        """Yield what can be said only now that all were seen."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Says of a place that was not read to the end that nobody knows."""

    finding: Finding | None

    def see(self, record: Record, described: Described) -> None:
        """Say nothing: a part is no whole."""

    def end(self) -> Iterator[Finding]:
        """Yield that it is unknown, unless there is nothing to be known."""
        if self.finding is not None:
            yield self.finding


@dataclass(slots=True)
class Single:
    """Judges every resource by itself and keeps none."""

    check: Check
    place: Subject
    tally: Tally
    _passed: int = 0

    def see(self, record: Record, described: Described) -> Finding | None:
        """Judge a resource."""
        control = self.check.control
        try:
            if not self.check.applies(described):
                return None
            if self.check.picks(described):
                return Finding(control, subject_of(record), Result.FAIL)
        except TaskError as exc:
            return Finding(control, subject_of(record), Result.UNKNOWN, str(exc))
        self._passed += 1
        return None

    def end(self) -> Iterator[Finding]:
        """Count the passes; everything else was said."""
        if self._passed:
            self.tally.passes(self.check.control.id, self.place.account_id, self._passed)
        yield from ()


@dataclass(slots=True)
class Together:
    """Judges the resources of a place together, for filters that count or compare them."""

    check: Check
    tally: Tally
    _judged: list[tuple[Record, Described]] = field(default_factory=list)

    def see(self, record: Record, described: Described) -> Finding | None:
        """Keep a resource that is to be judged."""
        try:
            if self.check.applies(described):
                self._judged.append((record, described))
        except TaskError as exc:
            return Finding(self.check.control, subject_of(record), Result.UNKNOWN, str(exc))
        return None

    def end(self) -> Iterator[Finding]:
        """Judge them all."""
        control = self.check.control
        try:
            selected = {id(each) for each in self.check.select([each for _, each in self._judged])}
        except TaskError as exc:
            for record, _ in self._judged:
                yield Finding(control, subject_of(record), Result.UNKNOWN, str(exc))
            return
        for record, described in self._judged:
            if id(described) in selected:
                yield Finding(control, subject_of(record), Result.FAIL)
            else:
                self.tally.passes(control.id, record.account_id)


@dataclass(slots=True)
class Wanted:
    """Looks for some resource that a control wants; of an account, in all its places.

    `met` says that there is one, `doubt` why that can't be known, `read` that a place was read.
    """

    check: Check
    met: bool = False
    read: bool = False
    doubt: str | None = None

    def see(self, record: Record, described: Described) -> None:  # noqa: ARG002 — a judge's shape
        """Look whether this is the one."""
        if self.met:
            return
        try:
            self.met = self.check.picks(described)
        except TaskError as exc:
            self.doubt = self.doubt or str(exc)

    def end(self) -> Iterator[Finding]:
        """Say nothing yet."""
        yield from ()

    def verdict(self, place: Subject) -> Finding | None:
        """Conclude about a place; None where nothing is to be said."""
        control = self.check.control
        if self.met:
            return Finding(control, place, Result.PASS)
        if self.doubt:
            return Finding(control, place, Result.UNKNOWN, self.doubt)
        if not self.read:
            return None
        where = place.region or "any region"
        reason = f"no {place.resource_type} that meets it in {where}"
        return Finding(control, place, Result.FAIL, reason)


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


def why(end: TypeOutcome) -> str:
    """Say why a place was not read to the end."""
    return f"{end.status}: {end.error}" if end.error else str(end.status)
