"""Measure what a line of the ledger costs on this machine; it writes no file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.output.encode import decode_outcome, encode_outcome
from scanner.output.members import pack

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scanner.model.outcome import Outcome

LEAST_LINES = 256
"""Lines that are rehearsed, so that a clock's grain does not matter."""

READINGS = 2
"""How often finishing reads the ledger: for the manifest, for the summary."""

CARE = 4.0
"""What else a unit costs (its commit, its log line, sums), and doubt, as a factor."""


def rehearse(outcomes: Sequence[Outcome], clock: Callable[[], float]) -> float:
    """Return the seconds that finishing spends on a unit like these; blocks for some ms."""
    rounds = -(-LEAST_LINES // len(outcomes))
    began = clock()
    for _ in range(rounds):
        lines = [encode_outcome(each) for each in outcomes]
        pack(lines)
        for line in lines * READINGS:
            decode_outcome(line)
    return CARE * (clock() - began) / (rounds * len(outcomes))
