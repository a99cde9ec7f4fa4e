"""Do for a caller's own sink what files do by themselves: totals, and what is not complete."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from scanner.model.outcome import Outcome, Status
from scanner.model.record import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.model.sink import Sink, UnitBuffer
    from scanner.model.target import Unit


class Ledgered:
    """A caller's sink with the bookkeeping that files would do: totals, what is not complete."""

    def __init__(self, sink: Sink, run_id: str, job: str) -> None:
        self.run_id = run_id
        self.job = job
        self.done: frozenset[str] = frozenset()
        self.incomplete: list[Outcome] = []
        self._sink = sink
        self._statuses: Counter[str] = Counter()
        self._totals: Counter[str] = Counter()

    def open_unit(self, unit: Unit) -> UnitBuffer:
        """Begin a unit in the caller's sink."""
        return self._sink.open_unit(unit)

    async def commit(self, buffer: UnitBuffer, outcome: Outcome) -> None:
        """Pass a finished unit on and count it."""
        await self._sink.commit(buffer, outcome)
        self._statuses[outcome.status] += 1
        self._totals["records"] += outcome.records
        self._totals["requests"] += outcome.requests
        self._totals["throttles"] += outcome.throttles
        if not outcome.status.settled:
            self.incomplete.append(outcome)

    async def finish(self, summary: Mapping[str, Any]) -> dict[str, Any]:
        """Return a manifest like that of a run on disk, without files."""
        return {
            "schema": SCHEMA,
            "run_id": self.run_id,
            "job": self.job,
            **summary,
            "by_status": {status.value: self._statuses[status] for status in Status},
            **{name: self._totals[name] for name in ("records", "requests", "throttles")},
            "files": [],
            "resume": None,
        }
