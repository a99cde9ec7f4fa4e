"""Units that are let in: as many as keep the slots busy, and more while calls wait."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import anyio
import anyio.lowlevel
import pytest
from anyio import wait_all_tasks_blocked

from scanner.aws.gate import Gate
from scanner.aws.limits import Limits, Time
from scanner.aws.visit import Visit
from scanner.aws.waits import Waits
from scanner.engine.awake import Awake
from tests.unit.aws.test_gate import READ, Clock, Script, Somebody, refusal
from tests.unit.engine.workbench import Bench, done, units


class Guests:
    """Those who are in, in the order in which they came; they stay until they are let go."""

    def __init__(self, awake, tasks):
        self.awake = awake
        self.tasks = tasks
        self.inside = []
        self.leave = {}

    async def come(self, *names):
        for name in names:
            self.tasks.start_soon(self.stay, name)
            await wait_all_tasks_blocked()
        return self.inside

    async def go(self, *names):
        for name in names:
            self.leave[name].set()
        return await self.come()

    async def stay(self, name):
        async with self.awake:
            self.inside.append(name)
            self.leave[name] = anyio.Event()
            await self.leave[name].wait()
        self.inside.remove(name)


@asynccontextmanager
async def guests(most, waits=None):
    async with anyio.create_task_group() as tasks:
        yield Guests(Awake(most, waits), tasks)
        tasks.cancel_scope.cancel()


async def test_no_more_are_in_than_allowed_and_they_come_in_order():
    async with guests(2) as who:
        assert await who.come("a", "b", "c", "d") == ["a", "b"]
        await who.go("b")
        await wait_all_tasks_blocked()
        assert who.inside == ["a", "c"]


async def test_each_call_that_waits_lets_one_more_in_and_sends_nobody_out():
    waits = Waits()
    async with guests(1, waits) as who:
        with waits, waits:
            assert await who.come("a", "b", "c", "d") == ["a", "b", "c"]
        await who.go("a", "b")
        await wait_all_tasks_blocked()
        assert who.inside == ["c"]
        await who.go("c")
        await wait_all_tasks_blocked()
        assert who.inside == ["d"]


@pytest.mark.parametrize("admitted", [False, True])
async def test_who_is_cancelled_in_line_leaves_the_place_to_the_next(admitted):
    async with guests(1) as who:
        await who.come("a")
        second = asyncio.ensure_future(who.stay("b"))
        await who.come("c")
        if admitted:
            who.leave["a"].set()
            while "a" in who.inside:
                await anyio.lowlevel.checkpoint()
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        await who.go("a")
        await wait_all_tasks_blocked()
        assert who.inside == ["c"]


@pytest.mark.parametrize("why", ["back-off", "turn"])
async def test_a_unit_whose_call_waits_keeps_no_other_from_beginning(why):
    go, clock = anyio.Event(), Clock()

    async def sleep(seconds):
        await go.wait()
        await clock.sleep(seconds)

    time = Time(clock, sleep)
    gate, bench = Gate(slots=1, limits=Limits(time), time=time), Bench()
    bench.means = replace(bench.means, awake=Awake(1, gate.waits))
    begun = []

    async def task(ctx):
        begun.append(ctx.unit)
        if len(begun) == 1:
            if why == "turn":
                gate._limits.pause(("1", READ.region, READ.service), 5)
            failures = [refusal("InternalFailure", 500)] if why == "back-off" else []
            await gate.send(READ, Visit(Somebody()), Script(*failures))
        async for each in done(ctx):
            yield each

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.work, task, units(3))
        await wait_all_tasks_blocked()
        assert len(bench.sink.outcomes) == 2
        go.set()
    assert len(bench.sink.outcomes) == 3
