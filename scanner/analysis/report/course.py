"""How a run went: requests and throttles over time, the slowest and most throttled scopes."""

from __future__ import annotations

from datetime import datetime
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from scanner.analysis.report.tables import Column, as_table

if TYPE_CHECKING:
    from scanner.model.outcome import Outcome

STEPS = 150
"""Points of the chart."""

MOST_SCOPES = 100
"""Scopes that are shown of each: the slowest, and the most throttled."""

_COLUMNS = (
    Column("Account"), Column("Region"), Column("Service"), Column("Status", "mark"),
    Column("Time", "ms"), Column("Requests", "number"), Column("Throttles", "bar"),
    Column("Retries", "number"), Column("Resources", "number"),
)  # fmt: skip
_TIME, _THROTTLES = 4, 6


class Pace:
    """Requests and throttles of every part of a run, each unit's spread over its time."""

    def __init__(self, started_at: str | None, finished_at: str | None) -> None:
        self._start = _seconds(started_at)
        self._step = max(1.0, _seconds(finished_at) - self._start) / STEPS
        self._requests = [0.0] * (STEPS + 1)
        self._throttles = [0.0] * (STEPS + 1)

    def add(self, outcome: Outcome) -> None:
        """Spread a unit; one that never began counts nothing."""
        if outcome.started_at is None:
            return
        begun = _seconds(outcome.started_at)
        first, last = map(self._place, (begun, begun + outcome.duration_ms / 1000))
        for parts, count in (
            (self._requests, outcome.requests), (self._throttles, outcome.throttles)
        ):  # fmt: skip
            share = count / (last - first + 1)
            parts[first] += share
            parts[last + 1] -= share

    def document(self) -> dict[str, Any]:
        """Return rates a second, at the seconds since 1970 at which the parts begin."""
        return {
            "at": [round(self._start + number * self._step, 3) for number in range(STEPS)],
            "requests": self._rates(self._requests),
            "throttles": self._rates(self._throttles),
        }

    def _place(self, second: float) -> int:
        return min(STEPS - 1, max(0, int((second - self._start) / self._step)))

    def _rates(self, parts: list[float]) -> list[float]:
        return [round(max(0.0, each) / self._step, 3) for each in accumulate(parts[:-1])]


class Scopes:
    """The units that took longest, and those that were throttled most; keeps no others."""

    def __init__(self) -> None:
        self._slow: list[tuple[Any, ...]] = []
        self._throttled: list[tuple[Any, ...]] = []

    def add(self, outcome: Outcome) -> None:
        """Note a unit, if there was anything to wait for."""
        row = (
            outcome.account_id, outcome.region, outcome.service, str(outcome.status),
            outcome.duration_ms, outcome.requests, outcome.throttles, outcome.retries,
            outcome.records,
        )  # fmt: skip
        if outcome.duration_ms:
            _keep(self._slow, row, _TIME)
        if outcome.throttles:
            _keep(self._throttled, row, _THROTTLES)

    def table(self) -> dict[str, Any]:
        """Lay both kinds out in one table, the slowest first."""
        kept = {*_most(self._slow, _TIME), *_most(self._throttled, _THROTTLES)}
        return as_table(_COLUMNS, sorted(kept, key=lambda row: (-row[_TIME], row)))


def _keep(rows: list[tuple[Any, ...]], row: tuple[Any, ...], figure: int) -> None:
    rows.append(row)
    if len(rows) >= 4 * MOST_SCOPES:
        rows[:] = _most(rows, figure)


def _most(rows: list[tuple[Any, ...]], figure: int) -> list[tuple[Any, ...]]:
    return sorted(rows, key=lambda row: (-row[figure], row))[:MOST_SCOPES]


def _seconds(moment: str | None) -> float:
    return datetime.fromisoformat(moment).timestamp() if moment else 0.0
