"""Count how long answers take, in fixed buckets; it keeps no single measurement."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

STEPS = 4
"""Buckets to a doubling: a bucket's middle is within a tenth of all that is in it."""
FIRST, DOUBLINGS = 0.001, 17

BOUNDS = tuple(FIRST * 2 ** (step / STEPS) for step in range(DOUBLINGS * STEPS + 1))
"""Upper bounds in seconds, 1 ms to 131 s; one bucket more takes what is slower."""

MIDDLES = tuple(bound * 2 ** (-0.5 / STEPS) for bound in (*BOUNDS, BOUNDS[-1] * 2 ** (1 / STEPS)))
"""For each bucket the seconds that stand for all that is in it: its geometric middle."""


@dataclass(slots=True)
class Latency:
    """How many answers took how long; `counts` has a number for each of `MIDDLES`."""

    counts: list[int] = field(default_factory=lambda: [0] * len(MIDDLES))

    def note(self, seconds: float) -> None:
        """Count an answer."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
