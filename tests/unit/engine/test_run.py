from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import anyio
import pytest
import structlog
from anyio import wait_all_tasks_blocked

from scanner.aws.visit import VISIT
from scanner.engine.run import NOT_ENABLED
from scanner.model.errors import AccountError, OutputError
from scanner.model.outcome import Status
from scanner.model.sink import MemorySink
from tests.unit.engine.scripted import NOW
from tests.unit.engine.workbench import Bench, done, record, units


async def test_every_unit_ends_in_one_outcome_with_its_records():
    bench = Bench()
    outcomes = await bench.work(done, units(20))
    assert len(bench.sink.outcomes) == len(outcomes) == len(bench.sink.records) == 20
    assert {each.status for each in outcomes.values()} == {Status.COMPLETE}
    assert {each.records for each in outcomes.values()} == {1}
    assert (bench.progress.done, bench.progress.records) == (20, 20)
    assert bench.progress.by_status[Status.COMPLETE] == 20


async def test_an_account_that_can_not_be_entered_stops_no_other():
    bench = Bench(broken={f"{3:012d}"})
    outcomes = await bench.work(done, units(6))
    failed = outcomes.pop(f"{3:012d}/eu-west-1/svc")
    assert failed.status is Status.NOT_ATTEMPTED
    assert "the role refuses" in failed.types["svc:a"].error
    assert {each.status for each in outcomes.values()} == {Status.COMPLETE}
    assert bench.progress.failed == {f"{3:012d}": "the role refuses"}
    assert f"{3:012d}" not in bench.progress.entered


async def test_an_account_lost_in_mid_unit_keeps_what_was_finished():
    async def task(ctx):
        yield record(ctx)
        ctx.tally.finished("svc:a")
        raise AccountError(ctx.unit.account.id, "AccessDenied", "gone")

    (outcome,) = (await Bench().work(task, units(1, types=("svc:a", "svc:b")))).values()
    assert outcome.types["svc:a"].status is Status.COMPLETE
    assert outcome.types["svc:b"].status is Status.NOT_ATTEMPTED


async def test_a_bug_ends_one_unit_and_is_told():
    async def task(ctx):
        if ctx.unit.account.id.endswith("2"):
            raise ValueError("oops")
        async for each in done(ctx):
            yield each

    with structlog.testing.capture_logs() as logs:
        outcomes = await Bench().work(task, units(5))
    broken = outcomes.pop(f"{2:012d}/eu-west-1/svc")
    assert broken.status is Status.ERROR
    assert "ValueError: oops" in broken.types["svc:a"].error
    assert {each.status for each in outcomes.values()} == {Status.COMPLETE}
    assert [each for each in logs if each["event"] == "unit failed unexpectedly"]


async def test_a_region_that_is_not_enabled_is_never_entered():
    async def task(ctx):
        raise AssertionError
        yield ctx

    (outcome,) = (await Bench().work(task, units(1, enabled=False))).values()
    assert outcome.status is Status.UNAVAILABLE
    assert outcome.types["svc:a"].error == NOT_ENABLED
    assert outcome.requests == 0


async def test_output_that_can_not_be_written_stops_the_run_with_that_error_alone():
    class Full(MemorySink):
        async def commit(self, buffer, outcome):
            raise OutputError("disk full")

    with pytest.raises(OutputError, match="disk full"):
        await Bench(sink=Full()).work(done, units(10))


async def test_after_a_stop_open_units_finish_and_no_other_begins():
    bench, go, begun = Bench(), anyio.Event(), []

    async def task(ctx):
        begun.append(ctx.unit.account.id)
        await go.wait()
        async for each in done(ctx):
            yield each

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.work, task, units(10), 3)
        await wait_all_tasks_blocked()
        bench.progress.stopping = "interrupted"
        go.set()
    assert len(begun) == 3
    statuses = Counter(each.status for each in bench.sink.outcomes)
    assert statuses == {Status.COMPLETE: 3, Status.NOT_ATTEMPTED: 7}


async def test_never_more_units_open_than_allowed():
    most = running = 0

    async def task(ctx):
        nonlocal most, running
        running += 1
        most = max(most, running)
        await anyio.lowlevel.checkpoint()
        running -= 1
        async for each in done(ctx):
            yield each

    await Bench().work(task, units(40), open_units=5)
    assert most == 5


async def test_a_cancelled_unit_leaves_no_trace():
    class Watched(MemorySink):
        def open_unit(self, unit):
            self.buffer = super().open_unit(unit)
            return self.buffer

    async def task(ctx):
        yield record(ctx)
        await anyio.sleep_forever()

    bench = Bench(sink=Watched())
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.work, task, units(1))
        await wait_all_tasks_blocked()
        tasks.cancel_scope.cancel()
    assert bench.sink.outcomes == []
    assert bench.sink.buffer.records == []


async def test_a_client_is_closed_after_the_last_unit_that_needs_it():
    bench = Bench()
    planned = units(3) + units(2, region="us-east-1")
    await bench.work(done, planned, open_units=1)
    assert bench.clients.retired == [("svc", "eu-west-1"), ("svc", "us-east-1")]


@pytest.fixture
def all_levels():
    """Undo that another test left the logs set up for warnings alone."""
    structlog.reset_defaults()


async def test_an_event_ends_each_unit_with_what_it_cost(all_levels):
    async def task(ctx):
        meter = VISIT.get().meter
        meter.requests, meter.throttles, meter.retries = 5, 2, 3
        async for each in done(ctx):
            yield each

    class Weighing(MemorySink):
        def open_unit(self, unit):
            buffer = super().open_unit(unit)
            return SimpleNamespace(add=buffer.add, discard=buffer.discard, bytes=900)

    bench = Bench(sink=Weighing())
    ticks = iter([10.0, 11.5])
    bench.means = replace(bench.means, clock=lambda: next(ticks))
    with structlog.testing.capture_logs() as logs:
        await bench.work(task, units(1))
    assert logs == [
        {
            "event": "unit done", "log_level": "info", "status": "complete", "records": 1,
            "bytes": 900, "requests": 5, "throttles": 2, "retries": 3, "duration_ms": 1500,
        }
    ]  # fmt: skip
    assert bench.progress.bytes == 900


async def test_a_sink_that_encodes_nothing_weighs_nothing():
    bench = Bench()
    await bench.work(done, units(2))
    assert (bench.progress.records, bench.progress.bytes) == (2, 0)


async def test_log_lines_of_a_unit_name_its_place():
    seen = []

    async def task(ctx):
        seen.append(structlog.contextvars.get_contextvars())
        async for each in done(ctx):
            yield each

    bench = Bench()
    await bench.work(task, units(1))
    assert seen == [{"account": "0" * 12, "region": "eu-west-1", "service": "svc"}]
    assert bench.means.now() > NOW
