"""Measures how the scanner's memory and CPU a request grow with the number of accounts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.contenders import SCANNER
from benchmarks.measure import Fake, measure
from benchmarks.table import Bar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.measure import Load, Measurement

GROWTH = 1.25
"""How many times its memory at the smallest organization it may take at the largest."""

MOST_MIB = 200.0
"""What it may take at the largest."""


def scale(load: Load, sizes: Sequence[int]) -> tuple[list[Measurement], list[Bar]]:
    """Measure the scanner once at each size."""
    runs = []
    for size in sizes:
        sized = replace(load, accounts=size)
        with Fake.running(sized) as fake:
            runs.append(measure(SCANNER, fake, sized))
    first, last = runs[0], runs[-1]
    bars = [
        Bar(
            "memory, times that of the smallest",
            last.peak_mib / first.peak_mib,
            GROWTH,
            least=False,
        ),
        Bar("memory, MiB", last.peak_mib, MOST_MIB, least=False),
    ]
    return runs, bars
