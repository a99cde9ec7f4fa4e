"""What a task may touch while it works on one unit, and what it notes of how that went."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scanner.engine.redact import Redactor
from scanner.model.errors import CallError, Denied, Throttled, Unsupported
from scanner.model.outcome import Status, TypeOutcome, worst

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from scanner.aws.gate import Gate
    from scanner.aws.session import Clients
    from scanner.engine.tags import TagSweeps
    from scanner.model.target import Unit

PLAIN = Redactor()

DENIALS = 3
"""Denials after which a unit stops asking, where AWS answered nothing of the kind."""


def status_of(exc: CallError) -> Status:
    """Return the ledger status of a failed call."""
    if isinstance(exc, Denied):
        return Status.DENIED_SCP if exc.scp else Status.DENIED
    if isinstance(exc, Unsupported):
        return Status.UNAVAILABLE
    return Status.THROTTLED if isinstance(exc, Throttled) else Status.ERROR


@dataclass(slots=True)
class Tally:
    """How each type of a unit fares; a type that was never finished is `not_attempted`."""

    records: Counter[str] = field(default_factory=Counter)
    _failed: dict[str, tuple[Status, str]] = field(default_factory=dict)
    _finished: set[str] = field(default_factory=set)
    _unlisted: set[str] = field(default_factory=set)

    def failed(self, type: str, status: Status, error: str, *, listed: bool = False) -> None:
        """Note a failure; of several the worst is kept, of equals the first.

        `listed` says that no resource is missing for it, only something about some.
        """
        if not listed:
            self._unlisted.add(type)
        known = self._failed.get(type)
        if known is None or worst([known[0], status]) is not known[0]:
            self._failed[type] = (status, error)

    def finished(self, type: str) -> None:
        """Note that a type was walked to its end, with or without failures on the way."""
        self._finished.add(type)

    def status(self, type: str) -> Status:
        """Return the worst that was noted of a type so far."""
        return self._failed.get(type, (Status.COMPLETE, ""))[0]

    def outcomes(self, types: tuple[str, ...], why_not: str) -> dict[str, TypeOutcome]:
        """Conclude: one outcome a type; `why_not` explains the ones not finished.

        Types that nobody planned, but that have records, are named too.
        """
        named = dict.fromkeys((*types, *self.records))
        return {name: self._outcome(name, why_not) for name in named}

    def _outcome(self, type: str, why_not: str) -> TypeOutcome:
        status, error = self._failed.get(type, (Status.COMPLETE, None))
        if type not in self._finished and status.settled:
            status, error = Status.NOT_ATTEMPTED, why_not
        complete = status is Status.COMPLETE
        listed = not complete and type in self._finished and type not in self._unlisted
        return TypeOutcome(status, self.records[type], error, listed)


@dataclass(slots=True)
class Patience:
    """What a unit learns from denials: which calls are in vain, since none was ever answered.

    One answer of a call proves that its denials are those of single resources.
    """

    _denied: Counter[tuple[str, str]] = field(default_factory=Counter)
    _answered: set[tuple[str, str]] = field(default_factory=set)
    _scp: int = 0

    def answered(self, type: str, operation: str) -> None:
        """Note that AWS answered a type's call."""
        self._answered.add((type, operation))

    def refused(self, type: str, operation: str, exc: CallError) -> None:
        """Note a failed call; only denials count."""
        self._denied[type, operation] += isinstance(exc, Denied)
        self._scp += exc.scp

    def is_spent(self, type: str, operation: str) -> bool:
        """Say whether a type's call is not worth another try."""
        key = (type, operation)
        return self._denied[key] >= DENIALS and key not in self._answered

    @property
    def is_forbidden(self) -> bool:
        """Say whether service control policies seem to forbid all that the unit is for."""
        return self._scp >= DENIALS and not self._answered


@dataclass(frozen=True, slots=True)
class Context:
    """The run as one unit sees it: where it is, how to call, where to note."""

    run_id: str
    unit: Unit
    clients: Clients
    gate: Gate
    tally: Tally
    home: str
    now: Callable[[], datetime]
    sweeps: TagSweeps | None = None
    redactor: Redactor = PLAIN
    patience: Patience = field(default_factory=Patience)

    @property
    def names(self) -> Mapping[str, str]:
        """What `$account`, `$region` and `$partition` stand for in parameters and ARNs."""
        account = self.unit.account
        return {
            "account": account.id,
            "region": self.unit.region,
            "partition": account.partition,
        }
