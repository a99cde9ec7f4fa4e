import math

import anyio
import pytest

from benchmarks.virtual_time import run as run_in_no_time
from scanner.engine.deadline import GIVEN_UP, NOT_BEGUN, Deadline
from scanner.engine.run import Means
from scanner.engine.schedule import Durations
from scanner.model.outcome import Outcome, Status
from scanner.model.sink import MemorySink
from tests.unit.engine.workbench import Bench, Leases, record, units


class Clock:
    def __init__(self, now=1000.0):
        self.now = now

    def __call__(self):
        return self.now


def test_by_default_there_is_no_deadline():
    never = Deadline()
    for margin in (5, math.inf):
        never.reserve(margin)
        assert never.left == math.inf
    assert never.admits(10**9)
    assert never.admits(None)


def test_a_deadline_counts_from_the_moment_it_is_told(monkeypatch):
    monkeypatch.setattr("time.monotonic", Clock(50.0))
    assert Deadline.after(None).at == math.inf
    assert Deadline.after(13, since=40.0).at == 53.0
    assert Deadline.after(13).at == 63.0


def test_units_are_given_up_by_the_margin_before_it():
    clock = Clock(0.0)
    deadline = Deadline(100, clock)
    deadline.reserve(10)
    assert deadline.left == 90
    clock.now = 95
    assert deadline.left == 0


def test_finishing_gets_half_of_what_is_left_at_most():
    deadline = Deadline(10, Clock(4.0))
    deadline.reserve(50)
    assert deadline.left == 3


def test_what_would_hardly_end_in_time_may_not_begin():
    clock = Clock(0.0)
    deadline = Deadline(100, clock)
    deadline.reserve(0)
    assert deadline.admits(40)
    clock.now = 61
    assert not deadline.admits(40)
    assert deadline.admits(39)
    assert deadline.admits(None)


def test_what_is_thought_to_take_too_long_gets_its_try_in_the_first_half_alone():
    clock = Clock(0.0)
    deadline = Deadline(100, clock)
    deadline.reserve(0)
    clock.now = 50
    assert deadline.admits(10**6)
    clock.now = 51
    assert not deadline.admits(10**6)


def test_nothing_may_begin_once_there_is_no_time():
    deadline = Deadline(100, Clock(100.0))
    assert not deadline.admits(None)
    assert not deadline.admits(0)


def test_brought_forward_it_keeps_the_time_for_finishing_or_half_of_what_is_left():
    clock = Clock(0.0)
    deadline = Deadline(clock=clock)
    deadline.reserve(10)
    deadline.bring_forward(25)
    assert deadline.left == 15
    deadline.bring_forward(100)
    assert deadline.left == 15
    deadline.bring_forward(12)
    assert deadline.left == 6


def test_brought_forward_it_comes_to_what_is_open_too():
    async def main():
        deadline, ended = Deadline(clock=anyio.current_time), []

        async def work(seconds):
            with deadline.bounding():
                await anyio.sleep(seconds)
                ended.append(seconds)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(work, 5)
            tasks.start_soon(work, 500)
            await anyio.sleep(1)
            deadline.bring_forward(25)
        assert ended == [5]
        assert anyio.current_time() == pytest.approx(26)
        await work(3)
        assert ended == [5]

    run_in_no_time(main)


async def lasting(ctx):
    """Take as many seconds as the account's number."""
    yield record(ctx, "early")
    await anyio.sleep(int(ctx.unit.account.id))
    yield record(ctx, "late")
    ctx.tally.finished("svc:a")


async def bounded(bench, task, planned, *, seconds, open_units=8, margin=0.0, durations=None):
    clock = anyio.current_time
    deadline = Deadline(clock() + seconds, clock)
    deadline.reserve(margin)
    bench.means = Means(
        "run", bench.means.gate, bench.clients, Leases(), lambda _: "us-east-1", clock=clock,
        deadline=deadline, durations=durations or Durations(),
    )  # fmt: skip
    outcomes = await bench.work(task, planned, open_units)
    return outcomes, clock()


def test_what_is_open_at_the_deadline_is_given_up_unwritten_and_the_rest_stays():
    bench = Bench()
    outcomes, ended = run_in_no_time(
        lambda: bounded(bench, lasting, units(5), seconds=3.5, margin=1.0)
    )
    statuses = {int(each.account_id): each.status for each in outcomes.values()}
    assert ended == pytest.approx(2.5, abs=1e-3)
    assert statuses == {
        0: Status.COMPLETE, 1: Status.COMPLETE, 2: Status.COMPLETE,
        3: Status.NOT_ATTEMPTED, 4: Status.NOT_ATTEMPTED,
    }  # fmt: skip
    assert {int(each.account_id) for each in bench.sink.records} == {0, 1, 2}
    assert len(bench.sink.records) == 6
    assert bench.progress.late == 2
    given_up = outcomes[units(5)[4].key]
    assert given_up.types["svc:a"].error == GIVEN_UP
    assert (given_up.duration_ms, given_up.records) == (2500, 0)
    assert given_up.started_at is not None


def test_no_unit_begins_after_the_deadline_and_each_has_its_line():
    begun, bench = [], Bench()

    async def task(ctx):
        begun.append(ctx.unit.account.id)
        async for each in lasting(ctx):
            yield each

    planned = units(9)[2:]
    outcomes, _ = run_in_no_time(lambda: bounded(bench, task, planned, seconds=5.5, open_units=1))
    assert begun == [f"{2:012d}", f"{3:012d}"]
    assert len(outcomes) == len(bench.sink.outcomes) == 7
    late = [each for each in bench.sink.outcomes if each.status is Status.NOT_ATTEMPTED]
    assert {each.types["svc:a"].error for each in late} == {NOT_BEGUN}
    assert bench.progress.late == len(late) == 5


def test_durations_of_the_same_night_keep_units_from_beginning_in_vain():
    planned, begun = [*units(12)][5:], []

    async def task(ctx):
        begun.append(ctx.unit.account.id)
        await anyio.sleep(4)
        yield record(ctx)
        ctx.tally.finished("svc:a")

    outcomes, ended = run_in_no_time(
        lambda: bounded(Bench(), task, planned, seconds=11, open_units=1)
    )
    assert len(begun) == 2
    assert ended == pytest.approx(8, abs=1e-3)
    errors = {each.types["svc:a"].error for each in outcomes.values()}
    assert errors == {None, NOT_BEGUN}


def test_a_commit_under_way_at_the_deadline_is_not_torn():
    class Slow(MemorySink):
        async def commit(self, buffer, outcome):
            await anyio.sleep(5)
            await super().commit(buffer, outcome)

    bench = Bench(sink=Slow())
    outcomes, _ = run_in_no_time(lambda: bounded(bench, lasting, units(1), seconds=2))
    assert [each.status for each in outcomes.values()] == [Status.COMPLETE]
    assert len(bench.sink.records) == 2


def test_the_client_of_a_unit_that_was_given_up_is_closed_too():
    bench = Bench()
    run_in_no_time(lambda: bounded(bench, lasting, units(5)[4:], seconds=2))
    assert bench.clients.retired == [("svc", "eu-west-1")]


async def test_a_cancelled_run_is_not_mistaken_for_one_out_of_time():
    bench = Bench()
    with anyio.move_on_after(0) as scope:
        await bounded(bench, lasting, units(5)[4:], seconds=1000)
    assert scope.cancelled_caught
    assert bench.sink.outcomes == []


def outcome(service="svc", seconds=1.0, status=Status.COMPLETE, account=0):
    return Outcome(
        f"{account:012d}", "eu-west-1", service, status, started_at="t",
        duration_ms=round(seconds * 1000),
    )  # fmt: skip


def test_a_services_mean_is_expected_of_its_units_and_a_long_one_is_known_itself():
    (unit,) = units(1)
    durations = Durations()
    assert durations.of(unit) is None
    for seconds in (1, 2, 3):
        durations.learn(outcome(seconds=seconds))
    durations.learn(outcome("other", 100))
    assert durations.of(unit) == pytest.approx(2)
    durations.known = {unit.key: 70.0}
    assert durations.of(unit) == 70


@pytest.mark.parametrize("status", [Status.NOT_ATTEMPTED, Status.UNAVAILABLE])
def test_what_ended_otherwise_says_nothing_of_durations(status):
    durations = Durations()
    durations.learn(outcome(status=status))
    durations.learn(Outcome("1", "eu-west-1", "svc", Status.COMPLETE))
    assert durations.of(units(1)[0]) is None


def test_a_mean_moves_with_the_night():
    durations = Durations()
    for seconds in [1] * 500 + [9] * 300:
        durations.learn(outcome(seconds=seconds))
    assert durations.of(units(1)[0]) > 8.9
