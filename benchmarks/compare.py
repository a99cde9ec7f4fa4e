"""Compares the scanner with the scripts everyone writes: same fake, same records, ratios."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.contenders import CONTENDERS
from benchmarks.measure import Fake, measure
from benchmarks.table import Bar

if TYPE_CHECKING:
    from benchmarks.measure import Contender, Load, Measurement

FASTER, LESS_CPU, SMALLER = 25.0, 20.0, 10.0
"""How many times the wall clock, the CPU and the peak memory of the threads must be ours."""


def compare(
    load: Load, repeat: int, more: tuple[Contender, ...] = ()
) -> tuple[list[Measurement], list[Bar]]:
    """Measure each contender `repeat` times, keep its median run, and compare."""
    with Fake.running(load) as fake:
        runs = [_median(each, fake, load, repeat) for each in (*CONTENDERS, *more)]
    if len({run.records for run in runs}) > 1:
        raise SystemExit(f"records differ: {[run.records for run in runs]}")
    scanner, threads, *_ = runs
    bars = [
        Bar("times faster than threads", threads.wall_s / scanner.wall_s, FASTER, least=True),
        Bar("times less CPU", threads.cpu_s / scanner.cpu_s, LESS_CPU, least=True),
        Bar("times smaller", threads.peak_mib / scanner.peak_mib, SMALLER, least=True),
    ]
    return runs, bars


def _median(contender: Contender, fake: Fake, load: Load, repeat: int) -> Measurement:
    runs = [measure(contender, fake, load) for _ in range(repeat)]
    return sorted(runs, key=lambda run: run.wall_s)[repeat // 2]
