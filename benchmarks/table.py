"""Prints measurements and the bars they must clear; it measures nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.measure import Measurement

_COLUMNS = ("contender", "accounts", "records", "requests", "wall s", "requests/s")
_MORE = ("CPU ms/request", "peak MiB", "in flight")


class Bar(NamedTuple):
    """One figure, and the limit it must keep."""

    name: str
    value: float
    limit: float
    least: bool

    @property
    def kept(self) -> bool:
        return self.value >= self.limit if self.least else self.value <= self.limit

    def __str__(self) -> str:
        sign = "at least" if self.least else "at most"
        verdict = "kept" if self.kept else "MISSED"
        return f"{self.name}: {self.value:.3g} ({sign} {self.limit:g}: {verdict})"


class Report(NamedTuple):
    """What a benchmark found: for people, for programs, and against its bars."""

    lines: list[str]
    document: dict[str, Any]
    bars: list[Bar]


def of_runs(runs: Sequence[Measurement], bars: list[Bar]) -> Report:
    """Report runs of contenders."""
    return Report(lines(runs), {"runs": [run.document() for run in runs]}, bars)


def lines(measurements: Iterable[Measurement]) -> list[str]:
    """Lay measurements out in columns."""
    rows: list[Sequence[str]] = [(*_COLUMNS, *_MORE)]
    rows += [
        (
            each.name,
            f"{each.accounts:,}",
            f"{each.records:,}",
            f"{each.requests:,}",
            f"{each.wall_s:.2f}",
            f"{each.requests_per_second:,.0f}",
            f"{each.cpu_ms_per_request:.2f}",
            f"{each.peak_mib:.0f}",
            f"{each.most_in_flight}",
        )
        for each in measurements
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if position else cell.ljust(width)
            for position, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
