"""Send figures to OpenTelemetry over OTLP/HTTP, as its own variables OTEL_… say; needs the extra.

The SDK's reader is driven from the run's task group, not by a thread of its own: nothing of it
outlives the run. Exports happen in worker threads; the event loop waits for none.
"""

from __future__ import annotations

import logging
import math
import os
import re
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from anyio import to_thread
from opentelemetry.exporter.otlp.proto.http import metric_exporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.metrics import Observation
from opentelemetry.sdk.environment_variables import OTEL_METRIC_EXPORT_INTERVAL
from opentelemetry.sdk.metrics import MeterProvider, MetricsTimeoutError
from opentelemetry.sdk.metrics.export import MetricExportResult, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource

from scanner.aws.latency import BOUNDS, MIDDLES
from scanner.metrics.figures import Figures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from opentelemetry.metrics import CallbackOptions
    from opentelemetry.sdk.metrics.export import MetricsData

    from scanner.metrics.figures import Labels

Reading = tuple[float | None, "Mapping[str, str]"]
"""A value, None where there is none, and what sets it apart from others of its metric."""

Instrument = tuple[str, str, str, "Callable[[Figures], Iterator[Reading]]"]
"""Name, unit in UCUM, description, and how to read it."""


class OtelPublisher:
    """Exports totals since the run began; the SDK makes differences of them where those are asked.

    Raises ValueError where one of OpenTelemetry's variables is wrong.
    """

    def __init__(self, labels: Labels) -> None:
        self.interval = _interval()
        self._told = Figures()
        self._job = {"job": labels.job}
        self._exporter = _Exporter()
        self._reader = PeriodicExportingMetricReader(
            self._exporter, export_interval_millis=math.inf
        )
        self._provider = MeterProvider(
            [self._reader], resource=_resource(labels), shutdown_on_exit=False
        )
        meter = self._provider.get_meter("scanner", labels.version)
        for name, unit, text, read in COUNTERS:
            meter.create_observable_counter(name, [self._observer(read)], unit, text)
        for name, unit, text, read in GAUGES:
            meter.create_observable_gauge(name, [self._observer(read)], unit, text)
        self._latency = meter.create_histogram(
            "scanner.request.duration",
            "s",
            "Attempts at AWS, from signing to the parsed answer",
            explicit_bucket_boundaries_advisory=BOUNDS,
        )

    async def publish(self, figures: Figures) -> str:
        """Export; abandoned when cancelled, and then over within the exporter's own timeout."""
        added, self._told = figures.since(self._told), figures
        await to_thread.run_sync(self._export, added, abandon_on_cancel=True)
        return self._exporter.failure

    async def close(self) -> None:
        """Shut the SDK down; an export that is being tried again gives up."""
        await to_thread.run_sync(self._provider.shutdown)

    def _export(self, added: Figures) -> None:
        for middle, count in zip(MIDDLES, added.latency, strict=True):
            for _ in range(count):
                self._latency.record(middle, self._job)
        try:
            self._reader.force_flush()
        except MetricsTimeoutError as exc:
            self._exporter.failure = str(exc)

    def _observer(
        self, read: Callable[[Figures], Iterator[Reading]]
    ) -> Callable[[CallbackOptions], Iterator[Observation]]:
        def observe(_: CallbackOptions) -> Iterator[Observation]:
            for value, attributes in read(self._told):
                if value is not None:
                    yield Observation(value, {**self._job, **attributes})

        return observe


class _Exporter(OTLPMetricExporter):
    """The SDK's exporter, which keeps why the last export failed rather than log each time."""

    failure = ""

    def export(
        self, metrics_data: MetricsData, timeout_millis: float | None = 10_000, **options: Any
    ) -> MetricExportResult:
        """Export, quietly."""
        complaints = _Complaints()
        logger = logging.getLogger(metric_exporter.__name__)
        logger.addFilter(complaints)
        result = MetricExportResult.FAILURE
        try:
            result = super().export(metrics_data, timeout_millis, **options)
        except OSError as exc:  # older exporters let some errors of requests through
            complaints.last = _without_query(str(exc))
        finally:
            logger.removeFilter(complaints)
        failed = result is not MetricExportResult.SUCCESS
        self.failure = complaints.last or "the export failed" if failed else ""
        return result


class _Complaints(logging.Filter):
    """Keeps the last thing the exporter has to say instead of having it logged."""

    last = ""

    def filter(self, record: logging.LogRecord) -> bool:
        """Take a line."""
        self.last = _without_query(record.getMessage())
        return False


def _without_query(text: str) -> str:
    """Cut off what URLs ask with, for it may be a key."""
    return re.sub(r"\?\S*", "?…", text)


def _interval() -> float:
    text = os.environ.get(OTEL_METRIC_EXPORT_INTERVAL, "60000")
    if not text.isdecimal() or not int(text):
        raise ValueError(f"{OTEL_METRIC_EXPORT_INTERVAL} is no number of milliseconds")
    return int(text) / 1000


def _resource(labels: Labels) -> Resource:
    """Describe this run; what the variables say wins, what the SDK makes out does not."""
    own = {
        SERVICE_NAME: "scanner",
        "service.version": labels.version,
        "service.instance.id": str(uuid4()),
        "scanner.run.id": labels.run_id,
    }
    return Resource.create({**own, **OTELResourceDetector().detect().attributes})


def _one(read: Callable[[Figures], float | None]) -> Callable[[Figures], Iterator[Reading]]:
    def reading(figures: Figures) -> Iterator[Reading]:
        yield read(figures), {}

    return reading


def _at_end(name: str) -> Callable[[Figures], Iterator[Reading]]:
    return _one(lambda figures: getattr(figures.ending, name, None))


def _units(figures: Figures) -> Iterator[Reading]:
    for status, count in figures.units.items():
        yield count, {"status": str(status)}


def _throttles(figures: Figures) -> Iterator[Reading]:
    for service, count in figures.throttled.items():
        yield count, {"rpc.service": service}


COUNTERS: tuple[Instrument, ...] = (
    ("scanner.units", "{unit}", "Units that ended, by status", _units),
    ("scanner.records", "{record}", "Records found", _one(lambda each: each.records)),
    ("scanner.records.size", "By", "Records, before compression", _one(lambda each: each.bytes)),
    ("scanner.requests", "{request}", "Attempts at AWS", _one(lambda each: each.requests)),
    ("scanner.throttles", "{request}", "Attempts that AWS throttled, by service", _throttles),
    ("scanner.retries", "{request}", "Attempts made again", _one(lambda each: each.retries)),
)
GAUGES: tuple[Instrument, ...] = (
    ("scanner.requests.in_flight", "{request}", "Open now", _one(lambda each: each.in_flight)),
    ("scanner.rates.paced", "{scope}", "Scopes paced now", _one(lambda each: each.paced)),
    (
        "scanner.rates.lowest",
        "{request}/s",
        "The slowest scope's rate",
        _one(lambda each: each.lowest_rate),
    ),
    ("scanner.run.duration", "s", "How long the run took", _at_end("seconds")),
    ("scanner.run.coverage", "%", "Planned units that are settled", _at_end("coverage")),
    ("scanner.run.accounts_failed", "{account}", "Accounts missed", _at_end("accounts_failed")),
    ("scanner.run.complete_age", "s", "Since the newest complete run", _at_end("complete_age")),
    ("scanner.run.oldest_age", "s", "Since the most neglected unit", _at_end("oldest_age")),
)
