import itertools
import math
from pathlib import Path

import anyio
import pytest

from benchmarks.virtual_time import run as run_in_no_time
from scanner.app.timing import (
    CLOSING,
    HASHING,
    PLACING,
    SHIPPING,
    in_time,
    margin,
    past_outcomes,
    schedule_within,
    shipping,
)
from scanner.engine.deadline import Deadline
from scanner.engine.plan import make_plan
from scanner.model.errors import OutOfTime
from scanner.model.resource import Call, ResourceType
from scanner.model.target import Account, Regions
from scanner.output import create_run
from tests.unit.output.support import commit, unit

OLD, NEWER, OWN = "20200101T000000Z-000000", "20210101T000000Z-000000", "20220101T000000Z-000000"


def plan_of(accounts):
    types = [
        ResourceType(f"s{n}:t", service=f"s{n}", list=Call("L"), id="I", scope=scope)
        for n, scope in enumerate(("global", "regional", "regional"))
    ]
    return make_plan(
        [(Account(f"{n:012d}"), Regions(("eu-west-1",))) for n in range(accounts)], types
    )


def ticking(step):
    return itertools.count(0, step).__next__


def test_finishing_takes_longer_the_more_units_there_are_and_the_slower_the_machine():
    few, many = (margin(plan_of(n), 0, ticking(0.01)) - CLOSING for n in (10, 1000))
    assert few > 0
    assert many == pytest.approx(100 * few)
    assert margin(plan_of(10), 0, ticking(0.1)) - CLOSING == pytest.approx(10 * few)


def test_a_run_without_a_deadline_knows_what_finishing_takes_where_it_is_to_end_soon():
    deadline = Deadline(clock=lambda: 0.0)
    schedule_within(deadline, plan_of(10), (), 2, ())
    assert deadline.left == math.inf
    deadline.bring_forward(100)
    assert 50 <= deadline.left < 100 - CLOSING


def test_finishing_takes_longer_the_longer_the_run_may_write():
    plan = plan_of(1)
    longer = margin(plan, 780, ticking(0.01)) - margin(plan, 0, ticking(0.01))
    assert longer == pytest.approx(HASHING * 780)


def test_what_ends_in_time_is_left_alone_and_errors_pass():
    async def main():
        with in_time(Deadline(5, anyio.current_time), lambda: "working"):
            await anyio.sleep(4)
        with pytest.raises(KeyError), in_time(Deadline(9, anyio.current_time), lambda: "working"):
            raise KeyError

    run_in_no_time(main)


def test_what_does_not_end_in_time_says_what_it_was():
    async def main():
        doing = "signing in"
        with in_time(Deadline(5, anyio.current_time), lambda: doing):
            doing = "finding accounts"
            await anyio.sleep(6)

    with pytest.raises(OutOfTime, match="the deadline came while finding accounts"):
        run_in_no_time(main)


async def test_without_a_deadline_nothing_is_bounded():
    with in_time(Deadline(), lambda: "working"):
        assert anyio.current_effective_deadline() == math.inf


async def leave(out: Path, run_id: str, *numbers: int) -> None:
    async with create_run(out, run_id, {}) as run:
        for number in numbers:
            await commit(run, unit(number))


async def told(out):
    past = await anyio.to_thread.run_sync(lambda: [*past_outcomes(out, OWN)])
    return [int(each.account_id) for each in past]


async def test_the_newest_other_run_with_a_ledger_tells(tmp_path):
    assert await told(tmp_path) == []
    await leave(tmp_path, OLD, 1, 2)
    assert await told(tmp_path) == [1, 2]
    await leave(tmp_path, NEWER, 3)
    await leave(tmp_path, OWN, 4)
    assert await told(tmp_path) == [3]


async def test_a_run_that_tells_nothing_is_passed_over(tmp_path):
    await leave(tmp_path, OLD, 1)
    await leave(tmp_path, NEWER)
    assert await told(tmp_path) == [1]
    await leave(tmp_path, "20210601T000000Z-000000", 7)
    for path in tmp_path.glob("coverage/*/20210601*"):
        path.write_bytes(b"\x1f\x8b no gzip at all")
    assert await told(tmp_path) == [1]


def test_files_that_become_objects_take_time_by_service_region_and_size():
    plan = plan_of(10)
    spots = len(plan.shared())
    assert shipping(plan, 0) == pytest.approx(PLACING * spots)
    assert shipping(plan, 600) - shipping(plan, 0) == pytest.approx(600 * SHIPPING)
