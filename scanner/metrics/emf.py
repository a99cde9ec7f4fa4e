"""Write figures as lines of CloudWatch's embedded metric format; it calls no AWS.

The format: CloudWatch User Guide, "Specification: Embedded metric format". The form of a
histogram ({Values, Counts, …}, as in PutMetricData, at most 100 of each) is that of AWS's own
exporter of the OpenTelemetry collector (awsemfexporter, `cWMetricHistogram`).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import anyio
import orjson

from scanner.aws.latency import MIDDLES
from scanner.metrics.figures import Figures
from scanner.model.outcome import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import TextIO

    from scanner.metrics.figures import Ending, Labels

NAMESPACE = "Scanner"
INTERVAL = 60.0
MOST_SERVICES = 20
"""Services named among the throttled ones, those with the most throttles."""

Metric = tuple[str, str, Any]
"""Name, CloudWatch's unit, value."""


class EmfPublisher:
    """Writes a document a line: what was added since the line before, and where the run stands."""

    def __init__(
        self, stream: TextIO, labels: Labels, now: Callable[[], float] = time.time
    ) -> None:
        self.interval = INTERVAL
        self._stream = stream
        self._labels = labels
        self._now = now
        self._told = Figures()

    async def publish(self, figures: Figures) -> str:
        """Write a line."""
        made = document(figures.since(self._told), self._labels, round(self._now() * 1000))
        try:
            await anyio.to_thread.run_sync(self._write, orjson.dumps(made).decode())
        except (OSError, ValueError) as exc:  # a stream that is gone, or closed
            return str(exc)
        self._told = figures
        return ""

    async def close(self) -> None:
        """Do nothing: the stream is the process's own."""

    def _write(self, line: str) -> None:
        self._stream.write(f"{line}\n")
        self._stream.flush()


def document(added: Figures, labels: Labels, milliseconds: int) -> dict[str, Any]:
    """Make a document of what was added; members that are no metrics cost nothing."""
    metrics = [*_grown(added), *_standing(added), *_ended(added.ending)]
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [["Job"]],
        "Metrics": [{"Name": name, "Unit": unit} for name, unit, _ in metrics],
    }
    return {
        "_aws": {"Timestamp": milliseconds, "CloudWatchMetrics": [directive]},
        "Job": labels.job,
        **{name: value for name, _, value in metrics},
        **_told_besides(added, labels),
    }


def _grown(added: Figures) -> Iterator[Metric]:
    for status in Status:
        yield f"Units{status.title().replace('_', '')}", "Count", added.units[status]
    yield "Records", "Count", added.records
    yield "RecordBytes", "Bytes", added.bytes
    yield "Requests", "Count", added.requests
    yield "Throttles", "Count", added.throttles
    yield "Retries", "Count", added.retries
    if any(added.latency):
        yield "Latency", "Milliseconds", _histogram(added.latency)


def _histogram(counts: tuple[int, ...]) -> dict[str, Any]:
    filled = [
        (round(middle * 1000, 3), count)
        for middle, count in zip(MIDDLES, counts, strict=True)
        if count
    ]
    return {
        "Values": [value for value, _ in filled],
        "Counts": [count for _, count in filled],
        "Min": filled[0][0],
        "Max": filled[-1][0],
        "Count": sum(counts),
        "Sum": round(sum(value * count for value, count in filled), 3),
    }


def _standing(figures: Figures) -> Iterator[Metric]:
    yield "InFlight", "Count", figures.in_flight
    yield "PacedScopes", "Count", figures.paced
    if figures.lowest_rate is not None:
        yield "LowestRate", "Count/Second", round(figures.lowest_rate, 3)


def _ended(ending: Ending | None) -> Iterator[Metric]:
    if ending is None:
        return
    yield "RunDuration", "Seconds", round(ending.seconds, 3)
    yield "Coverage", "Percent", round(ending.coverage, 3)
    yield "AccountsFailed", "Count", ending.accounts_failed
    if ending.complete_age is not None:
        yield "CompleteRunAge", "Seconds", round(ending.complete_age)
    if ending.oldest_age is not None:
        yield "OldestUnitAge", "Seconds", round(ending.oldest_age)


def _told_besides(added: Figures, labels: Labels) -> Mapping[str, Any]:
    """Tell what a search of the log may want: percentiles, throttled services, the run."""
    shares = {"P50": 0.5, "P90": 0.9, "P99": 0.99}
    quantiles = {name: added.percentile(share) for name, share in shares.items()}
    ranked = sorted(added.throttled.items(), key=lambda each: -each[1])
    return {
        "RunId": labels.run_id,
        "Version": labels.version,
        "Status": added.ending.status if added.ending else "running",
        "LatencyPercentiles": {
            name: round(seconds * 1000, 3) for name, seconds in quantiles.items() if seconds
        },
        "ThrottlesByService": dict(ranked[:MOST_SERVICES]),
    }
