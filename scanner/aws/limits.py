"""Pace requests before they are sent, by what AWS bears and what it taught; no retries."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any

import anyio

from scanner.aws.bucket import Bucket, Terms
from scanner.aws.learned import Memory, Scope, documented, recalled
from scanner.aws.rates import bucket_above, rate_of_bucket
from scanner.aws.waits import Waits

if TYPE_CHECKING:
    from collections.abc import Mapping

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Time:
    """A clock in seconds and a way to let it pass; tests bring their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Sleep = anyio.sleep


REAL_TIME = Time()

JITTER = 0.1
"""How much a wait is lengthened at random, so that scopes fall out of step: of a turn, a pause."""
FEW = 1024
"""Buckets that are not worth a look for those to forget."""
MOST_LEARNED = 50_000
"""Buckets that may stay for what they learned; past it what is idle is forgotten too."""


@dataclass(slots=True)
class _Lane:
    """A bucket and the line before it: the first waits for a token, the others for their turn."""

    bucket: Bucket
    line: anyio.Lock | None = None

    @property
    def waiting(self) -> bool:
        return self.line is not None and self.line.locked()


class Limits:
    """A token bucket for each account, region and service, or operation limited by itself.

    Buckets of known rate pace from the first request on. Any other scope is unpaced until AWS
    throttles it: slots bound it till then, and a guess would slow hundreds of services for the
    few that mind. One scope never slows another. `share` is the part of the rates to use. `waits`
    counts those who wait for their turn here, and those whom a gate has back off.
    """

    def __init__(
        self,
        time: Time = REAL_TIME,
        *,
        share: float = 1.0,
        learned: Mapping[str, Any] | None = None,
        random: Random | None = None,
        today: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Start where `learned`, a document of `learned()`, left off; ValueError if foreign."""
        self._clock = time.now
        self._sleep = time.sleep
        self._share = share
        self._random = random or Random()
        self._today = today
        self._memories = recalled(learned or {}, today())
        self._unknown = Terms.of(None, share)
        self._terms: dict[str, Terms | None] = {}
        self._lanes: dict[Scope, _Lane] = {}
        self._crowded = FEW
        self.waits = Waits()

    def rate(self, scope: Scope) -> float | None:
        """Return the requests a second a scope gets now; None where it is unpaced."""
        return min((lane.bucket.rate for lane in self._path(scope)), default=None)

    @property
    def has_learned(self) -> bool:
        """Say whether this run changed any rate."""
        return any(lane.bucket.learned for lane in self._lanes.values())

    def rates(self) -> list[float]:
        """Return the rates of the scopes that throttles have slowed down."""
        buckets = (lane.bucket for lane in self._lanes.values())
        return [bucket.rate for bucket in buckets if bucket.rate < bucket.terms.start]

    async def acquire(self, scope: Scope) -> None:
        """Wait for the scope's next turn; holds nothing while waiting.

        Turns go in the order of asking; who is cancelled while waiting leaves his to the next.
        """
        for lane in self._path(scope):
            if lane.waiting or lane.bucket.take(self._clock()):
                await self._wait(lane)

    def throttled(self, scope: Scope) -> None:
        """Learn from a throttle.

        Where a service limits each operation by itself and this one's bucket is far from empty,
        the throttle tells of a limit above: all operations are paced together from now on.
        """
        now = self._clock()
        lane, above = self._lane(scope), _above(scope)
        if lane and above and not lane.bucket.drained(now):
            scope, lane = above, self._lane(above)
        (lane or self._new(scope)).bucket.slow(now)

    def pause(self, scope: Scope, seconds: float) -> None:
        """Let no request of the scope out for so long: AWS asked for it."""
        lane = self._lane(scope) or self._new(scope)
        lane.bucket.close(self._clock() + seconds + self._jitter(seconds))

    def learned(self, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return as plain data the rates that differ from the start, for the next run.

        What is remembered, by now perhaps by another run too (`before`), stays where this one
        learned nothing.
        """
        now = self._today()
        memories = recalled(before, now) if before else dict(self._memories)
        for scope, lane in self._lanes.items():
            if lane.bucket.learned:
                memories.pop(scope, None)
                if lane.bucket.differs:
                    memories[scope] = Memory(lane.bucket.rate, now)
        return documented(memories, self._severity)

    async def _wait(self, lane: _Lane) -> None:
        lane.line = lane.line or anyio.Lock(fast_acquire=True)
        with self.waits:
            async with lane.line:
                while wait := lane.bucket.take(self._clock()):
                    await self._sleep(wait + self._jitter(1 / lane.bucket.rate))
                lane.bucket.grow(self._clock())

    def _path(self, scope: Scope) -> list[_Lane]:
        """Return the buckets a request draws from: one above that was throttled, and its own.

        Its own comes last, so that a pause holds whatever a request waited for before.
        """
        above = _above(scope)
        lanes = (self._lane(above) if above else None, self._lane(scope))
        return [lane for lane in lanes if lane]

    def _lane(self, scope: Scope) -> _Lane | None:
        """Return a scope's bucket, made where its rate is known or remembered."""
        lane = self._lanes.get(scope)
        if lane is None and (self._known(scope[2]) or scope in self._memories):
            return self._new(scope)
        return lane

    def _new(self, scope: Scope) -> _Lane:
        now = self._clock()
        if len(self._lanes) >= self._crowded:
            self._forget(now)
        terms = self._known(scope[2]) or self._unknown
        memory = self._memories.get(scope)
        rate = memory.aged(terms.start, self._today()) if memory else None
        lane = self._lanes[scope] = _Lane(Bucket(terms, now, rate))
        return lane

    def _known(self, name: str) -> Terms | None:
        """Return the terms of a bucket whose rate is known."""
        if name not in self._terms:
            rate = rate_of_bucket(name)
            self._terms[name] = Terms.of(rate, self._share) if rate else None
        return self._terms[name]

    def _forget(self, now: float) -> None:
        """Drop the buckets that a new one would equal; looked for each time they have doubled."""
        full = len(self._lanes) > MOST_LEARNED
        self._lanes = {
            scope: lane
            for scope, lane in self._lanes.items()
            if lane.waiting
            or not lane.bucket.idle(now)
            or (self._has_learned(scope, lane.bucket) and not full)
        }
        self._crowded = max(FEW, 2 * len(self._lanes))

    def _has_learned(self, scope: Scope, bucket: Bucket) -> bool:
        return bucket.learned and (bucket.differs or scope in self._memories)

    def _severity(self, scope: Scope, memory: Memory) -> float:
        return memory.per_second / (self._known(scope[2]) or self._unknown).start

    def _jitter(self, seconds: float) -> float:
        return self._random.uniform(0, JITTER * seconds)


def _above(scope: Scope) -> Scope | None:
    above = bucket_above(scope[2])
    return (scope[0], scope[1], above) if above else None
