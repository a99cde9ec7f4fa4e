"""Pace requests by what AWS bears: a rate for each account, region and service; no retries."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import anyio

Scope = tuple[str, str, str]
"""Account id, region, service: AWS counts requests so."""

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Time:
    """A clock in seconds and a way to let it pass; tests bring their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Sleep = anyio.sleep


REAL_TIME = Time()

FIRST_RATE = 10.0
"""Requests a second granted to a scope after its first throttle."""
LEAST_RATE = 0.5
GROWTH = 0.5
"""Requests a second that a scope's rate gains for each second without a throttle."""
FREE_RATE = 100.0
"""A scope that has recovered to this rate is no longer paced."""


@dataclass(slots=True)
class _Bucket:
    rate: float
    grown: float
    halved: float
    next_free: float = 0.0


class Limits:
    """Rates learned from throttles: halved by each, creeping up in quiet.

    A scope is unpaced until AWS throttles it, and one scope never slows another.
    """

    def __init__(self, time: Time = REAL_TIME) -> None:
        self._clock = time.now
        self._sleep = time.sleep
        self._buckets: dict[Scope, _Bucket] = {}

    def rate(self, scope: Scope) -> float | None:
        """Return the requests a second a scope gets now; None where it is unpaced."""
        bucket = self._grown(scope)
        return bucket.rate if bucket else None

    def rates(self) -> list[float]:
        """Return the rates of the scopes that throttles have slowed down."""
        return [bucket.rate for bucket in self._buckets.values()]

    async def acquire(self, scope: Scope) -> None:
        """Wait for the scope's next turn; holds nothing while waiting."""
        bucket = self._grown(scope)
        if bucket is None:
            return
        now = self._clock()
        turn = max(bucket.next_free, now)
        bucket.next_free = turn + 1 / bucket.rate
        if turn > now:
            await self._sleep(turn - now)

    def throttled(self, scope: Scope) -> None:
        """Learn from a throttle: halve the rate, at most once a second."""
        now = self._clock()
        bucket = self._grown(scope)
        if bucket is None:
            self._buckets[scope] = _Bucket(FIRST_RATE, grown=now, halved=now)
        elif now - bucket.halved >= 1:
            bucket.rate = max(LEAST_RATE, bucket.rate / 2)
            bucket.grown = bucket.halved = now

    def _grown(self, scope: Scope) -> _Bucket | None:
        bucket = self._buckets.get(scope)
        if bucket is None:
            return None
        now = self._clock()
        quiet = now - bucket.grown
        if quiet >= 1:
            bucket.rate += quiet * GROWTH
            bucket.grown = now
        if bucket.rate >= FREE_RATE:
            del self._buckets[scope]
            return None
        return bucket
