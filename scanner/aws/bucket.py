"""One token bucket that learns from refusals: pure arithmetic on a clock given; it never waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from scanner.aws.rates import Rate

FIRST_RATE = 3.0
"""Requests a second of a bucket of unknown rate after its first throttle: few, for it may grow."""
FREE_RATE = 100.0
"""Requests a second at which a bucket of unknown rate is taken for unlimited."""
LEAST_RATE = 0.5
GROWTH = 0.5
"""Requests a second that a rate gains at least for each second of quiet use."""
BEYOND = 2.0
"""How many times the known rate a bucket may grow to: AWS raises limits on request."""
CALM = 1.0
"""Seconds between two halvings, and from a halving to the first gain."""
LONGEST = 2.0
"""Seconds between two turns that may count as quiet use; the rest was idleness."""
_WHOLE = 1 - 1e-6


@dataclass(frozen=True, slots=True)
class Terms:
    """What buckets of one kind may do; rates in requests a second, `depth` in seconds of burst.

    `first` is the most that is left after a throttle, `growth` what a second of quiet use adds.
    """

    start: float
    first: float
    ceiling: float
    depth: float
    growth: float = GROWTH

    @classmethod
    def of(cls, rate: Rate | None, share: float) -> Self:
        """Make the terms of a known rate, or of an unknown one, for a share of it.

        A share is a promise: such a bucket never grows past it.
        """
        if rate is None:
            return cls(FREE_RATE * share, FIRST_RATE * share, FREE_RATE * share, 1.0)
        start = rate.per_second * share
        ceiling = start if share < 1 else start * BEYOND
        depth = rate.burst / rate.per_second
        return cls(start, start / 2, ceiling, depth, max(GROWTH, start / 20))

    @property
    def least(self) -> float:
        """The rate that no number of throttles takes away."""
        return min(LEAST_RATE, self.first)


class Bucket:
    """Tokens, the rate at which they come, and what refusals taught about it."""

    __slots__ = ("_grown", "_halved", "_level", "_stamp", "learned", "rate", "terms")

    def __init__(self, terms: Terms, now: float, rate: float | None = None) -> None:
        self.terms = terms
        self.rate = min(terms.ceiling, max(terms.least, rate)) if rate else terms.start
        self.learned = False
        self._level = self.burst
        self._stamp = self._grown = now
        self._halved = float("-inf")

    @property
    def burst(self) -> float:
        """The most tokens it holds: as many seconds' worth as AWS's, and at least one."""
        return max(1.0, self.rate * self.terms.depth)

    @property
    def differs(self) -> bool:
        """Say whether its rate is another than the one it would start with."""
        return abs(self.rate - self.terms.start) > self.terms.start / 100

    def take(self, now: float) -> float:
        """Take a token and return 0, or return the seconds until there may be one."""
        self._refill(now)
        if self._level >= _WHOLE:
            self._level -= 1
            return 0.0
        return max(0.0, self._stamp - now) + (1 - self._level) / self.rate

    def drained(self, now: float) -> bool:
        """Say whether more than half of what it holds was taken of late."""
        self._refill(now)
        return self._level < self.burst / 2

    def idle(self, now: float) -> bool:
        """Say whether it is full, as a new one would be."""
        self._refill(now)
        return self._stamp <= now and self._level >= self.burst

    def slow(self, now: float) -> None:
        """Learn from a throttle: it is empty, and its rate halves, at most once a second."""
        self._refill(now)
        self._level = min(self._level, 0.0)
        self._grown = now
        if now - self._halved >= CALM:
            self.rate = max(self.terms.least, min(self.rate / 2, self.terms.first))
            self._halved = now
            self.learned = True

    def grow(self, now: float) -> None:
        """Creep up, for a request had to wait and none is refused: slower past the known rate."""
        if now - self._halved < CALM or self.rate >= self.terms.ceiling:
            return
        pace = self.terms.growth / 4 if self.rate >= self.terms.start else self.terms.growth
        self.rate = min(self.terms.ceiling, self.rate + pace * min(now - self._grown, LONGEST))
        self._grown = now
        self.learned = True

    def close(self, until: float) -> None:
        """Give out nothing before then; it opens empty, so that nobody bursts out of the wait."""
        if until > self._stamp:
            self._level = min(self._level, 0.0)
            self._stamp = until

    def _refill(self, now: float) -> None:
        if now > self._stamp:
            self._level = min(self.burst, self._level + (now - self._stamp) * self.rate)
            self._stamp = now
