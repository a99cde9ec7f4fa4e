"""However a unit's task ends, the run keeps its promises and keeps nothing else."""

import gc
import weakref
from collections import Counter

import anyio
import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.aws.request import Request
from scanner.aws.visit import VISIT
from scanner.engine.run import Means
from scanner.jobs import inventory
from scanner.model.errors import AccountError, CallError, OutputError
from scanner.model.outcome import Status
from scanner.model.resource import Call, ResourceType
from scanner.model.sink import MemorySink
from scanner.model.target import GLOBAL
from tests.unit.engine.workbench import Bench, Leases, record, units


async def returns(ctx):
    yield record(ctx)
    ctx.tally.finished("svc:a")


async def returns_unfinished(ctx):
    yield record(ctx)


async def notes_a_failure(ctx):
    yield record(ctx)
    ctx.tally.failed("svc:a", Status.DENIED, "no")
    ctx.tally.finished("svc:a")


def raising(error):
    async def task(ctx):
        yield record(ctx)
        raise error

    return task


ENDS = {
    "returns": (returns, Status.COMPLETE),
    "returns unfinished": (returns_unfinished, Status.NOT_ATTEMPTED),
    "notes a failure": (notes_a_failure, Status.DENIED),
    "account": (raising(AccountError("0", "AccessDenied", "no")), Status.NOT_ATTEMPTED),
    "call": (raising(CallError("Op", "Odd", "no")), Status.ERROR),
    "value": (raising(ValueError("no")), Status.ERROR),
    "group": (raising(ExceptionGroup("no", [KeyError("k")])), Status.ERROR),
    "timeout": (raising(TimeoutError()), Status.ERROR),
}


@settings(max_examples=40)
@given(st.lists(st.sampled_from(sorted(ENDS)), max_size=12), st.integers(1, 5))
async def test_every_unit_ends_in_exactly_one_outcome_whatever_its_task_does(ends, open_units):
    planned = units(len(ends))
    tasks = {unit.key: ENDS[end] for unit, end in zip(planned, ends, strict=True)}

    def task(ctx):
        return tasks[ctx.unit.key][0](ctx)

    bench = Bench()
    with structlog.testing.capture_logs():
        outcomes = await bench.work(task, planned, open_units)
    assert sorted(each.key for each in bench.sink.outcomes) == sorted(tasks)
    assert {key: each.status for key, each in outcomes.items()} == {
        key: status for key, (_, status) in tasks.items()
    }
    assert len(bench.sink.records) == sum(each.records for each in outcomes.values()) == len(ends)
    assert bench.progress.by_status.total() == bench.progress.done == len(ends)


class Failing(MemorySink):
    """Takes some units, then can't write: where records are added or where units end."""

    def __init__(self, where, after):
        super().__init__()
        self._where = where
        self._left = after
        self.open = set()

    def open_unit(self, unit):
        sink, held = self, super().open_unit(unit)
        sink.open.add(unit.key)

        class Buffer:
            records = held.records

            async def add(self, each):
                sink.spend("add")
                await held.add(each)

            async def discard(self):
                await anyio.lowlevel.checkpoint()
                sink.open.discard(unit.key)

        return Buffer()

    def spend(self, where):
        self._left -= where == self._where
        if self._left < 0:
            raise OutputError("disk full")

    async def commit(self, buffer, outcome):
        self.spend("commit")
        self.open.discard(outcome.key)
        self.outcomes.append(outcome)


@pytest.mark.parametrize("where", ["add", "commit"])
@pytest.mark.parametrize("after", [0, 3])
async def test_output_errors_stop_the_run_alone_and_discard_what_is_open(where, after):
    sink = Failing(where, after)
    bench = Bench(sink=sink)
    with pytest.raises(OutputError, match="disk full"):
        await bench.work(returns, units(30), 4)
    assert len(sink.outcomes) <= after
    assert sink.open == set()


async def test_cancelled_units_are_discarded_and_no_task_stays():
    sink, closed = Failing("never", 0), []

    async def task(ctx):
        try:
            yield record(ctx)
            await anyio.sleep_forever()
        finally:
            closed.append(ctx.unit.key)

    before = {each.id for each in anyio.get_running_tasks()}
    with anyio.CancelScope() as scope:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(Bench(sink=sink).work, task, units(9), 4)
            await anyio.wait_all_tasks_blocked()
            assert len(sink.open) == 4
            scope.cancel()
    assert sink.open == set()
    assert len(closed) == 4
    assert sink.outcomes == []
    assert {each.id for each in anyio.get_running_tasks()} == before


async def test_records_count_once_they_are_in_the_buffer():
    seen = []

    class Watching(MemorySink):
        def open_unit(self, unit):
            self.held = super().open_unit(unit)
            return self.held

    async def task(ctx):
        for name in "ab":
            seen.append((ctx.tally.records["svc:a"], len(sink.held.records)))
            yield record(ctx, name)
        seen.append((ctx.tally.records["svc:a"], len(sink.held.records)))
        ctx.tally.finished("svc:a")

    sink = Watching()
    await Bench(sink=sink).work(task, units(1))
    assert seen == [(0, 0), (1, 1), (2, 2)]


async def test_a_refused_account_keeps_nothing_of_the_units_it_failed():
    buffers = []

    class Counting(MemorySink):
        def open_unit(self, unit):
            sink = super().open_unit(unit)

            class Buffer:
                add, discard, records = sink.add, sink.discard, sink.records

            buffers.append(weakref.ref(made := Buffer()))
            return made

        async def commit(self, buffer, outcome):
            self.outcomes.append(outcome)

    class Remembering(Leases):
        """Raises one error for all units of an account, as leases do."""

        error = AccountError("000000000000", "AccessDenied", "the role refuses")

        def of(self, account):
            identity = super().of(account)
            identity._error = self.error
            return identity

    bench = Bench(sink=Counting())
    bench.means = Means("run", bench.means.gate, bench.clients, Remembering(), lambda _: "r")
    await bench.work(returns, units(50))
    assert {each.status for each in bench.sink.outcomes} == {Status.NOT_ATTEMPTED}
    gc.collect()
    assert [each for each in buffers if each() is not None] == []
    assert Remembering.error.__traceback__ is None


async def test_the_client_of_a_global_service_is_closed_where_it_was_used():
    bench = Bench()
    await bench.work(returns, units(3, region=GLOBAL))
    assert bench.clients.retired == [("svc", "us-east-1")]


async def test_a_unit_tells_what_it_cost_and_how_long_it_took():
    bench, ticks = Bench(), iter([10.0, 12.5])
    bench.means = Means(
        "run", bench.means.gate, bench.clients, Leases(), lambda _: "r", clock=lambda: next(ticks)
    )

    async def answer():
        return "yes"

    async def task(ctx):
        await ctx.gate.send(Request("svc", "eu-west-1", "ListThings"), VISIT.get(), answer)
        yield record(ctx)
        ctx.tally.finished("svc:a")

    (outcome,) = (await bench.work(task, units(1))).values()
    assert (outcome.requests, outcome.retries, outcome.throttles) == (1, 0, 0)
    assert outcome.duration_ms == 2500
    assert outcome.started_at.endswith("Z")


async def test_the_inventory_job_records_what_the_catalog_describes():
    kind = ResourceType("svc:a", service="svc", list=Call("ListThings", out="Things"), id="Id")
    bench = Bench()
    bench.clients._answers["ListThings"] = {"Things": [{"Id": "x"}, {"Id": "y"}]}
    outcomes = await bench.work(inventory({"svc:a": kind}), units(4))
    assert Counter(each.resource_id for each in bench.sink.records) == {"x": 4, "y": 4}
    assert {each.account_id for each in bench.sink.records} == {f"{n:012d}" for n in range(4)}
    assert {each.status for each in outcomes.values()} == {Status.COMPLETE}
