"""Whoever takes, ends, steals or dies in whatever order: every unit ends once, and only once."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from scanner.engine.deal import Deal
from scanner.engine.plan import Plan
from scanner.engine.schedule import Schedule
from scanner.model.target import Account, Regions

ALL = ("eu-west-1", "us-east-1", "us-west-2")
SERVICES = {"ec2": ("AWS::EC2::VPC",), "rds": ("AWS::RDS::DBInstance",), "s3": ("AWS::S3::Bucket",)}


@st.composite
def schedules(draw):
    accounts = draw(st.lists(st.sets(st.sampled_from(ALL), max_size=3), min_size=1, max_size=9))
    disabled = draw(st.booleans())
    plan = Plan(
        tuple(
            (
                Account(f"{number:012d}"),
                Regions(tuple(sorted(some)), ("xx-off-1",) if disabled else ()),
            )
            for number, some in enumerate(accounts)
        ),
        {name: types for name, types in SERVICES.items() if name != "s3"},
        {"s3": SERVICES["s3"]},
        draw(st.sampled_from([{}, {"rds": ("us-east-1",)}])),
    )
    units = list(plan.units())
    long = draw(st.lists(st.sampled_from(units), unique_by=lambda unit: unit.key, max_size=3))
    done = draw(st.sets(st.sampled_from([unit.key for unit in units]), max_size=4))
    return Schedule(plan, done, {unit.key: unit for unit in long if unit.key not in done})


def drive(deal, workers, steps):
    """Take steps, each (worker, what, how many); then let everybody work to the end."""
    ended, out = Counter(), [[] for _ in range(workers)]

    def end(worker, count):
        for unit in out[worker][:count]:
            deal.ended(worker, unit.key)
            ended[unit.key] += 1
        del out[worker][:count]

    for worker, what, count in steps:
        who = worker % workers
        if what == "take":
            out[who] += deal.take(who, count)
        elif what == "end":
            end(who, count)
        else:
            out[who].clear()
            ended.update(unit.key for unit in deal.died(who))
    while not deal.over:
        for who in range(workers):
            out[who] += deal.take(who, 2)
            end(who, 2)
    return ended


STEPS = st.lists(
    st.tuples(
        st.integers(0, 7), st.sampled_from(["take", "take", "end", "die"]), st.integers(1, 9)
    ),
    max_size=60,
)


@given(schedules(), st.integers(1, 5), STEPS)
def test_every_unit_ends_exactly_once_in_any_interleaving(schedule, workers, steps):
    expected = {unit.key: 1 for unit in schedule.units()}

    assert drive(Deal(schedule, workers), workers, steps) == expected


@given(schedules(), st.integers(1, 4), STEPS)
def test_what_is_dealt_is_what_was_planned(schedule, workers, steps):
    deal, planned = Deal(schedule, workers), {unit.key: unit for unit in schedule.units()}
    taken = [
        unit for who, what, count in steps if what == "take"
        for unit in deal.take(who % workers, count)
    ]  # fmt: skip
    rest = list(deal.rest())

    assert [planned[unit.key] for unit in taken] == taken
    assert {unit.key for unit in (*taken, *rest)} == planned.keys()
    assert len(taken) + len(rest) == len(planned)


@given(schedules())
def test_one_worker_gets_the_schedules_order(schedule):
    assert Deal(schedule, 1).take(0, 10_000) == list(schedule.units())
