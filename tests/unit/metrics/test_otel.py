"""OpenTelemetry: what a collector receives, what its variables do, and what is left: nothing."""

import logging
import threading

import anyio
import pytest
import structlog
from opentelemetry.exporter.otlp.proto.http import metric_exporter

from scanner.aws.latency import BOUNDS
from scanner.metrics import Figures, Pump, open_publisher, pump
from tests.unit.metrics.collector import attributes, collecting
from tests.unit.metrics.figures import ENDING, LABELS, counts, some, units

JOB = ("job", "inventory")


@pytest.fixture
def collector(monkeypatch):
    with collecting() as running:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", running.url)
        yield running


@pytest.fixture
async def publisher(collector):
    opened = await open_publisher("otel", LABELS)
    yield opened
    await opened.close()


async def test_a_collector_receives_all_figures(publisher, collector):
    assert await publisher.publish(some()) == ""

    assert collector.headers[-1]["path"] == "/v1/metrics"
    by_status = {dict(each)["status"]: n for each, n in collector.points("scanner.units").items()}
    assert by_status == {str(status): count for status, count in some().units.items()}
    assert collector.points("scanner.throttles") == {frozenset({JOB, ("rpc.service", "rds")}): 3}
    assert {name: collector.value(name) for name in SINGLE} == SINGLE


SINGLE = {
    "scanner.records": 700,
    "scanner.records.size": 37_000,
    "scanner.requests": 151,
    "scanner.retries": 4,
    "scanner.requests.in_flight": 5,
    "scanner.rates.paced": 3,
    "scanner.rates.lowest": 2.5,
    "scanner.run.duration": 61.5,
    "scanner.run.coverage": 98.75,
    "scanner.run.accounts_failed": 2,
    "scanner.run.complete_age": 86_400.0,
    "scanner.run.oldest_age": 172_800.0,
}


async def test_latencies_are_a_histogram_with_the_buckets_of_the_gate(publisher, collector):
    await publisher.publish(some(latency=counts(0.1, 0.1)))
    await publisher.publish(some(latency=counts(0.1, 0.1, 2.0)))
    (point,) = collector.last["scanner.request.duration"].histogram.data_points

    assert tuple(point.explicit_bounds) == BOUNDS
    assert tuple(point.bucket_counts) == counts(0.1, 0.1, 2.0)
    assert point.sum == pytest.approx(2.2, rel=0.1)
    assert attributes(point) == dict([JOB])


async def test_counters_only_grow_and_are_told_since_the_start(publisher, collector):
    await publisher.publish(some(requests=10))
    await publisher.publish(some(requests=15))

    assert collector.value("scanner.requests") == 15
    assert collector.last["scanner.requests"].sum.is_monotonic


async def test_who_wants_differences_says_so_to_the_sdk(collector, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta")
    publisher = await open_publisher("otel", LABELS)
    await publisher.publish(some(requests=10, latency=counts(0.1)))
    await publisher.publish(some(requests=15, latency=counts(0.1, 0.1, 0.1)))
    await publisher.close()
    (point,) = collector.last["scanner.request.duration"].histogram.data_points

    assert (collector.value("scanner.requests"), point.count) == (5, 2)


async def test_what_is_not_known_is_not_told(publisher, collector):
    await publisher.publish(some(ending=None, lowest_rate=None, throttled={}))

    assert not [name for name in collector.last if name.startswith("scanner.run.")]
    assert not {"scanner.rates.lowest", "scanner.throttles"} & {*collector.last}


async def test_the_resource_is_the_program_unless_the_environment_names_another(
    collector, monkeypatch
):
    for named, attribute in ((None, "scanner"), ("nightly-scan", "nightly-scan")):
        if named:
            monkeypatch.setenv("OTEL_SERVICE_NAME", named)
            monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "team=platform")
        publisher = await open_publisher("otel", LABELS)
        await publisher.publish(some())
        await publisher.close()
        assert collector.resource["service.name"] == attribute
        assert collector.resource["service.version"] == LABELS.version
        assert collector.resource["scanner.run.id"] == LABELS.run_id
    assert collector.resource["team"] == "platform"


async def test_two_runs_of_one_process_share_nothing(collector):
    instances = set()
    for _ in range(2):
        publisher = await open_publisher("otel", LABELS)
        await publisher.publish(some(requests=10, units=units(complete=1), latency=counts(0.1)))
        await publisher.close()
        instances.add(collector.resource["service.instance.id"])
        (point,) = collector.last["scanner.request.duration"].histogram.data_points
        assert (collector.value("scanner.requests"), point.count) == (10, 1)

    assert len(instances) == 2


async def test_nothing_is_left_of_a_run_in_the_process(collector):
    logger = logging.getLogger(metric_exporter.__name__)
    threads, filters = {*threading.enumerate()}, [*logger.filters]
    publisher = await open_publisher("otel", LABELS)
    await publisher.publish(some())
    await publisher.close()

    left = {*threading.enumerate()} - threads
    assert not [each.name for each in left if "otel" in each.name.lower()]
    assert logger.filters == filters


async def test_the_interval_is_the_sdks_variable(collector, monkeypatch):
    opened = []
    opened.append(await open_publisher("otel", LABELS))
    monkeypatch.setenv("OTEL_METRIC_EXPORT_INTERVAL", "15000")
    opened.append(await open_publisher("otel", LABELS))

    assert [each.interval for each in opened] == [60.0, 15.0]
    for each in opened:
        await each.close()


async def test_the_sdk_can_be_switched_off_by_its_variable(collector, monkeypatch):
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    publisher = await open_publisher("otel", LABELS)
    assert await publisher.publish(some()) == ""
    await publisher.close()

    assert collector.requests == []


async def test_a_collector_that_refuses_is_told_of_without_the_librarys_own_lines(
    publisher, collector, caplog
):
    collector.status = 401
    reason = await publisher.publish(some())

    assert "401" in reason
    assert caplog.records == []
    collector.status = 200
    assert await publisher.publish(some()) == ""


async def test_what_a_url_asks_with_is_not_told(monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "nowhere://x/v1?key=correct-horse")
    publisher = await open_publisher("otel", LABELS)
    reason = await publisher.publish(some())
    await publisher.close()

    assert reason
    assert "correct-horse" not in reason


@pytest.mark.parametrize("error", [OSError("to /v1?key=correct-horse"), ConnectionError("reset")])
async def test_an_error_of_the_exporter_is_a_reason_not_an_error(
    error, publisher, monkeypatch, caplog
):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(metric_exporter.OTLPMetricExporter, "export", fail)
    reason = await publisher.publish(some())

    assert reason.split("?")[0] == str(error).split("?")[0]
    assert "correct-horse" not in reason
    assert caplog.records == []


async def test_a_collector_that_hangs_blocks_neither_the_loop_nor_the_end(monkeypatch):
    monkeypatch.setattr(pump, "FAREWELL", 0.05)
    with collecting(hangs=True) as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        publisher = await open_publisher("otel", LABELS)
        publisher.interval = 0.0
        ticks = 0
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(Pump(publisher, some).run)
            while not collector.requests:
                await anyio.sleep(0.001)
                ticks += 1
            tasks.cancel_scope.cancel()
        with structlog.testing.capture_logs() as logs:
            await Pump(publisher, some).finish(Figures(ending=ENDING))
        collector.release.set()

    assert ticks > 0
    assert [each["reason"] for each in logs] == ["not taken within 0.05 seconds"]
