"""Blocking work in threads: results and errors come home, what does not end is left and told."""

import threading
from types import SimpleNamespace

import anyio
import pytest
from anyio.from_thread import BlockingPortal

from scanner.aws.threads import LeasedCredentials, Line, in_thread
from scanner.model.errors import AccountError, TaskError


async def test_work_in_a_thread_gives_its_result_or_its_error():
    def fail():
        raise SystemExit("out")

    assert await in_thread(threading.get_ident) != threading.get_ident()
    with pytest.raises(SystemExit):
        await in_thread(fail)


async def test_a_cancelled_thread_that_ends_in_time_is_not_left():
    begun, left = threading.Event(), []
    release = threading.Event()

    def work():
        begun.set()
        release.wait()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(in_thread, work, 30.0, lambda: left.append(1))
        await anyio.to_thread.run_sync(begun.wait)
        tasks.cancel_scope.cancel()
        release.set()
    assert left == []


async def test_a_cancelled_thread_that_goes_on_is_left_and_keeps_no_process():
    begun, release, left = threading.Event(), threading.Event(), []

    def work():
        begun.set()
        release.wait()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(in_thread, work, 0.01, lambda: left.append(1))
        await anyio.to_thread.run_sync(begun.wait)
        tasks.cancel_scope.cancel()
    daemons = [each.daemon for each in threading.enumerate() if each.name == "scanner-task"]
    release.set()

    assert left == [1]
    assert all(daemons)


async def test_a_line_that_is_closed_for_now_is_waited_for():
    line = Line()

    async def double(number):
        return 2 * number

    async with anyio.create_task_group() as tasks:
        found = []

        async def ask():
            found.append(await in_thread(lambda: line.call(double, 4)))

        tasks.start_soon(ask)
        await anyio.wait_all_tasks_blocked()
        assert found == []
        async with BlockingPortal() as portal:
            line.connect(portal)
            while not found:  # noqa: ASYNC110 — another thread has no events
                await anyio.sleep(0.001)
            line.connect(None)
    assert found == [8]


async def test_a_line_that_has_ended_refuses():
    line = Line()
    line.end()

    with pytest.raises(TaskError, match="has ended"):
        await in_thread(lambda: line.call(int))


class Leased:
    """An account's lease that is renewed whenever somebody asks, or can't be."""

    account_id = "123456789012"

    def __init__(self, *, fails=False):
        self.renewals, self.fails = 0, fails

    async def fresh(self):
        if self.fails:
            raise AccountError(self.account_id, "Denied", "no way in")
        self.renewals += 1

    @property
    def frozen(self):
        return SimpleNamespace(access_key=f"A{self.renewals}", secret_key="s", token=None)


async def with_line(work, identity):
    line = Line()
    async with BlockingPortal() as portal:
        line.connect(portal)
        credentials = LeasedCredentials(identity, line)
        return await in_thread(lambda: work(credentials))


async def test_credentials_are_those_of_the_lease_at_this_moment():
    identity = Leased()
    keys = await with_line(lambda each: [each.access_key, each.access_key, each.token], identity)

    assert keys == ["A1", "A2", None]


async def test_an_account_that_can_not_be_entered_has_no_credentials():
    with pytest.raises(BaseExceptionGroup) as caught:
        await with_line(lambda each: each.secret_key, Leased(fails=True))

    assert caught.group_contains(AccountError)
