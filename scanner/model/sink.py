"""Where records and outcomes go: a protocol, so that disk, S3 and memory look alike; no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from scanner.model.outcome import Outcome
    from scanner.model.record import Record
    from scanner.model.shard import Shard
    from scanner.model.target import Unit


class UnitBuffer(Protocol):
    """The records of one open unit, held back until the unit ends.

    A buffer that encodes its records may say in `bytes` how many bytes they are so far.
    """

    async def add(self, record: Record) -> None:
        """Take a record; waits where the buffer must first make room."""

    async def discard(self) -> None:
        """Forget the records: the unit was abandoned and must leave no trace."""


class Witness(Protocol):
    """Sees the units of a run as they are taken over to be written, each once."""

    def begin(self, done: Collection[str], shard: Shard | None) -> None:
        """Learn which units will not come: those done before, and those of other shards."""

    async def see(self, outcome: Outcome, lines: Iterator[bytes]) -> None:
        """Look at a unit and its records' lines, which are read in a thread."""


class Sink(Protocol):
    """A place that takes units whole: all records and the outcome, or nothing."""

    def open_unit(self, unit: Unit) -> UnitBuffer:
        """Begin a unit; cheap, nothing is written yet."""

    async def commit(self, buffer: UnitBuffer, outcome: Outcome) -> None:
        """Take over a finished unit.

        Returns once it is queued and waits while too much is queued; it is durable at the
        latest when the sink closes. Raises `OutputError` where an earlier write failed.
        """


@dataclass(slots=True)
class _Held:
    records: list[Record] = field(default_factory=list)

    async def add(self, record: Record) -> None:
        """Take a record."""
        self.records.append(record)

    async def discard(self) -> None:
        """Forget the records."""
        self.records.clear()


@dataclass(slots=True)
class MemorySink:
    """Keeps the records and outcomes of whole units in lists; for small scans and tests."""

    records: list[Record] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def open_unit(self, unit: Unit) -> _Held:  # noqa: ARG002 — the protocol's shape
        """Begin a unit."""
        return _Held()

    async def commit(self, buffer: UnitBuffer, outcome: Outcome) -> None:
        """Keep a finished unit."""
        if isinstance(buffer, _Held):
            self.records += buffer.records
        self.outcomes.append(outcome)
