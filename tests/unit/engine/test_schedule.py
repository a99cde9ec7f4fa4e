from heapq import heappush

import anyio.lowlevel
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.engine.plan import make_plan
from scanner.engine.schedule import SHARE, Schedule, make_schedule
from scanner.model.outcome import Outcome, Status
from scanner.model.resource import Call, ResourceType
from scanner.model.target import GLOBAL, Account, Regions
from tests.unit.engine.workbench import Bench, done, units

REGIONS = ("eu-west-1", "us-east-1")


def plan_of(accounts=4, services=3, regions=REGIONS, absent=(), disabled=("ap-east-1",)):
    types = [
        ResourceType(
            f"s{number}:t", service=f"s{number}", list=Call("L"), id="I",
            scope="global" if number == 0 else "regional",
        )
        for number in range(services)
    ]  # fmt: skip
    visits = [(Account(f"{n:012d}"), Regions(regions, disabled)) for n in range(accounts)]
    return make_plan(visits, types, lambda *place: False if place in absent else None)


def ledger(plan, seconds):
    """Write the ledger of a night in which each unit took so long; none where it is None."""
    return [
        Outcome(
            unit.account.id, unit.region, unit.service, Status.COMPLETE, started_at="t",
            duration_ms=round(1000 * took),
        )
        for unit in plan.units()
        if (took := seconds(unit)) is not None
    ]  # fmt: skip


def test_without_an_earlier_night_the_order_is_the_plans():
    plan = plan_of()
    schedule = make_schedule(plan, (), 4)
    assert list(schedule.units()) == list(plan.units())
    assert schedule.long == {}


def test_long_units_come_first_the_longest_at_the_front_and_the_rest_keep_their_order():
    plan = plan_of(accounts=30)
    long = {f"{3:012d}/us-east-1/s2": 50.0, f"{7:012d}/global/s0": 80.0}
    past = ledger(plan, lambda unit: long.get(unit.key, 0.1))
    order = [unit.key for unit in make_schedule(plan, (), 4, past).units()]
    assert order[:2] == [f"{7:012d}/global/s0", f"{3:012d}/us-east-1/s2"]
    assert order[2:] == [unit.key for unit in plan.units() if unit.key not in long]


def test_units_that_all_take_as_long_stay_where_they_are():
    plan = plan_of(accounts=30)
    assert make_schedule(plan, (), 4, ledger(plan, lambda _: 60.0)).long == {}


def test_what_is_done_is_neither_ordered_nor_counted():
    plan = plan_of(accounts=30)
    giant, long = f"{3:012d}/us-east-1/s2", f"{7:012d}/us-east-1/s2"
    sizes = {giant: 10000.0, long: 20.0}
    past = ledger(plan, lambda unit: sizes.get(unit.key, 0.1))
    assert list(make_schedule(plan, {giant}, 4, past).long) == [long]
    assert giant not in {unit.key for unit in make_schedule(plan, {giant}, 4, past).units()}


def test_an_earlier_nights_units_that_are_not_planned_now_do_not_count():
    wide = plan_of(accounts=6, services=5, regions=(*REGIONS, "sa-east-1"))
    narrow = plan_of(accounts=3, absent={("s1", "us-east-1")})
    past = ledger(wide, lambda _: 9.0)
    planned = {unit.key for unit in narrow.units() if unit.enabled}
    schedule = make_schedule(narrow, (), 1000, past)
    assert schedule.long.keys() == planned
    assert {unit.key: unit for unit in narrow.units() if unit.enabled} == dict(schedule.long)


def test_units_without_a_duration_and_of_unknown_ends_are_passed_over():
    plan = plan_of()
    past = [Outcome(f"{0:012d}", GLOBAL, "s0", Status.NOT_ATTEMPTED)]
    assert make_schedule(plan, (), 4, past).long == {}


def test_a_unit_given_up_last_night_goes_first_tonight():
    plan = plan_of(accounts=30)
    key = f"{3:012d}/us-east-1/s2"
    given_up = Outcome(
        f"{3:012d}", "us-east-1", "s2", Status.NOT_ATTEMPTED, started_at="t", duration_ms=90_000
    )
    past = [*ledger(plan, lambda unit: None if unit.key == key else 0.1), given_up]
    schedule = make_schedule(plan, (), 4, past)
    assert next(schedule.units()).key == key
    assert schedule.durations.of(schedule.long[key]) == 90


@settings(max_examples=50)
@given(
    st.lists(st.floats(0.001, 1000), max_size=60),
    st.integers(1, 20),
    st.sets(st.integers(0, 49)),
)
def test_every_unit_comes_exactly_once_and_few_are_held(sizes, open_units, done_numbers):
    plan = plan_of(accounts=10, disabled=())
    everything = [unit.key for unit in plan.units()]
    took = dict(zip(everything, sizes, strict=False))
    finished = {everything[number] for number in done_numbers}
    past = ledger(plan, lambda unit: took.get(unit.key))
    schedule = make_schedule(plan, finished, open_units, past)
    keys = [unit.key for unit in schedule.units()]
    left = {key: seconds for key, seconds in took.items() if key not in finished}
    ideal = sum(left.values()) / open_units

    assert sorted(keys) == sorted({*everything} - finished)
    assert len(schedule.long) <= open_units / SHARE
    for key in keys:
        assert key in schedule.long or left.get(key, 0) <= SHARE * ideal + 0.01
    again = make_schedule(plan, finished, open_units, past)
    assert keys == [unit.key for unit in again.units()]


def test_no_more_units_are_held_while_reading_than_can_be_long(monkeypatch):
    held = []

    def push(heap, item):
        heappush(heap, item)
        held.append(len(heap))

    monkeypatch.setattr("scanner.engine.schedule.heappush", push)
    plan = plan_of(accounts=60)
    make_schedule(plan, (), 3, ledger(plan, lambda _: 1.0))
    assert max(held) == int(3 / SHARE) < len(plan)


async def test_the_client_of_early_units_is_closed_between_them_and_their_neighbours():
    first, *others = units(4)
    elsewhere = units(2, region="us-east-1")
    bench, open_when_retired = Bench(), []

    async def retire(service, region):
        open_when_retired.append((region, bench.progress.done))

    bench.clients.retire = retire
    await bench.work(done, [first, *elsewhere, *others], 1, early={first.key})
    assert open_when_retired == [("eu-west-1", 1), ("us-east-1", 3), ("eu-west-1", 6)]


async def test_a_client_that_another_open_unit_uses_stays_open_after_an_early_one():
    planned = units(3)
    bench, closed = Bench(), []

    async def retire(service, region):
        closed.append(bench.progress.done)

    async def task(ctx):
        for _ in range(1 + int(ctx.unit.account.id)):
            await anyio.lowlevel.checkpoint()
        async for each in done(ctx):
            yield each

    bench.clients.retire = retire
    await bench.work(task, planned, 3, early={planned[0].key})
    assert closed == [3]


def test_a_schedule_of_nothing_left_is_empty():
    plan = plan_of()
    assert list(Schedule(plan, {unit.key for unit in plan.units()}).units()) == []
