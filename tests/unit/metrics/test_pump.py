"""The pump: figures at intervals and at the end, within bounds; failures are told once."""

import anyio
import pytest
import structlog

from scanner.metrics import Figures, Pump, pump


class Script:
    """A publisher that fails as told, and may hang."""

    interval = 0.0

    def __init__(self, *failures, hangs=False):
        self.failures = list(failures)
        self.hangs = hangs
        self.told = []
        self.closed = 0
        self.enough = anyio.Event()

    async def publish(self, figures):
        self.told.append(figures.requests)
        if self.hangs:
            await anyio.sleep_forever()
        if len(self.told) == 5:
            self.enough.set()
        return self.failures.pop(0) if self.failures else ""

    async def close(self):
        self.closed += 1


def growing():
    requests = iter(range(1000))
    return lambda: Figures(requests=next(requests))


def warnings(logs):
    return [each["reason"] for each in logs if each["event"] == "metrics could not be published"]


async def test_the_figures_of_the_moment_are_told_again_and_again():
    script = Script()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(Pump(script, growing()).run)
        await script.enough.wait()
        tasks.cancel_scope.cancel()

    assert script.told[:5] == [0, 1, 2, 3, 4]


async def test_nothing_is_told_before_the_first_interval_is_over():
    script = Script()
    script.interval = 3600.0
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(Pump(script, growing()).run)
        await anyio.wait_all_tasks_blocked()
        tasks.cancel_scope.cancel()

    assert script.told == []


async def test_a_failure_stops_nothing_and_is_said_once():
    script = Script("refused", "refused", "", "again")
    pumping = Pump(script, growing())
    with structlog.testing.capture_logs() as logs:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(pumping.run)
            await script.enough.wait()
            tasks.cancel_scope.cancel()
        script.failures = ["at the end too"]
        await pumping.finish(Figures())

    assert warnings(logs) == ["refused"]
    assert script.closed == 1


async def test_the_end_is_told_and_the_publisher_closed_when_cancelled_too():
    script = Script()
    with anyio.CancelScope() as scope:
        scope.cancel()
        await Pump(script, growing()).finish(Figures(requests=7))

    assert (script.told, script.closed) == ([7], 1)


async def test_a_publisher_that_hangs_holds_nobody_up(monkeypatch):
    monkeypatch.setattr(pump, "FAREWELL", 0.0)
    script = Script(hangs=True)
    with structlog.testing.capture_logs() as logs:
        await Pump(script, growing()).finish(Figures())

    assert warnings(logs) == ["not taken within 0 seconds"]
    assert script.closed == 1


@pytest.mark.parametrize("reasons", [(), ("",)])
async def test_without_failure_nothing_is_said(reasons):
    with structlog.testing.capture_logs() as logs:
        await Pump(Script(*reasons), growing()).finish(Figures())

    assert logs == []
