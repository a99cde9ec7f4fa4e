"""Compares the scanner with the script everyone writes: same fake, same records, ratios."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.contenders import SCANNER, THREADS
from benchmarks.measure import Fake, measure
from benchmarks.table import Bar

if TYPE_CHECKING:
    from benchmarks.measure import Contender, Load, Measurement

FASTER = 10.0
"""How many times faster than the script the scanner must be on the wall clock."""

SMALLER = 10.0
"""The script's peak memory must be at least so many times the scanner's."""


def compare(load: Load, repeat: int) -> tuple[list[Measurement], list[Bar]]:
    """Measure both contenders `repeat` times, keep the median run of each, and compare."""
    with Fake.running(load) as fake:
        scanner, threads = (_median(each, fake, load, repeat) for each in (SCANNER, THREADS))
    if scanner.records != threads.records:
        raise SystemExit(f"records differ: {scanner.records} and {threads.records}")
    bars = [
        Bar("times faster", threads.wall_s / scanner.wall_s, FASTER, least=True),
        Bar("times smaller", threads.peak_mib / scanner.peak_mib, SMALLER, least=True),
    ]
    return [scanner, threads], bars


def _median(contender: Contender, fake: Fake, load: Load, repeat: int) -> Measurement:
    runs = [measure(contender, fake, load) for _ in range(repeat)]
    return sorted(runs, key=lambda run: run.wall_s)[repeat // 2]
