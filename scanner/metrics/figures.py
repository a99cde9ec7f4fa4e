"""What metrics tell of a run at one moment, as values; nothing here knows who is told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from scanner.aws.latency import MIDDLES
from scanner.model.outcome import Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scanner.aws.gate import Traffic
    from scanner.engine.run import Progress

ADDED = ("records", "bytes", "requests", "throttles", "retries")
"""The figures that only grow, beside units, latency and what was throttled."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Which run the figures are of."""

    job: str
    run_id: str
    version: str


@dataclass(frozen=True, slots=True)
class Ending:
    """What is known only when a run has ended; times in seconds.

    `complete_age` is how long ago the newest complete run in the output finished, None where
    there is none. `oldest_age` is how long ago the planned unit that was neglected longest was
    last seen whole.
    """

    status: str
    seconds: float
    coverage: float
    accounts_failed: int
    complete_age: float | None = None
    oldest_age: float | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """A run's figures: what grew since its start, and where it stands.

    `latency` counts the answers by the buckets of `MIDDLES`; `lowest_rate` is None where no
    scope is paced.
    """

    units: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(Status, 0))
    records: int = 0
    bytes: int = 0
    requests: int = 0
    throttles: int = 0
    retries: int = 0
    throttled: Mapping[str, int] = field(default_factory=dict)
    latency: tuple[int, ...] = (0,) * len(MIDDLES)
    in_flight: int = 0
    paced: int = 0
    lowest_rate: float | None = None
    ending: Ending | None = None

    @classmethod
    def of(
        cls,
        progress: Progress,
        traffic: Traffic,
        rates: Sequence[float],
        ending: Ending | None = None,
    ) -> Figures:
        """Take the figures of a run as it stands."""
        return cls(
            units={status: progress.by_status[status] for status in Status},
            records=progress.records,
            bytes=progress.bytes,
            requests=traffic.requests,
            throttles=traffic.throttles,
            retries=traffic.retries,
            throttled=dict(traffic.throttled),
            latency=tuple(traffic.latency.counts),
            in_flight=traffic.in_flight,
            paced=len(rates),
            lowest_rate=min(rates, default=None),
            ending=ending,
        )

    def since(self, before: Figures) -> Figures:
        """Return what was added since `before`; what does not only grow stays as it is."""
        return replace(
            self,
            units={name: count - before.units[name] for name, count in self.units.items()},
            throttled=dict(Counter(self.throttled) - Counter(before.throttled)),
            latency=tuple(
                now - then for now, then in zip(self.latency, before.latency, strict=True)
            ),
            **{name: getattr(self, name) - getattr(before, name) for name in ADDED},
        )

    def percentile(self, share: float) -> float | None:
        """Return the seconds within which that share of the answers came; None without any."""
        wanted = share * sum(self.latency)
        reached = zip(MIDDLES, accumulate(self.latency), strict=True)
        return next((middle for middle, count in reached if count and count >= wanted), None)
