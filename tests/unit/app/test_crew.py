"""What a parent makes of its workers: scripted ones, over real sockets, which die as they are told."""

import socket
from collections import Counter
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest
from structlog.testing import capture_logs

from scanner.app.crew import crew as crews
from scanner.app.crew.channel import Channel
from scanner.app.crew.crew import REPLACEMENTS, Crew
from scanner.app.crew.figures import traffic_to_plain
from scanner.app.crew.order import Order
from scanner.aws.gate import Traffic
from scanner.engine.deadline import NOT_BEGUN, Deadline
from scanner.engine.deal import Deal
from scanner.engine.plan import Plan
from scanner.engine.run import NOT_ENABLED, Progress
from scanner.engine.schedule import Durations, Schedule
from scanner.model.errors import OutputError
from scanner.model.outcome import Status
from scanner.model.target import Account, Regions
from scanner.output import Options
from scanner.settings import Settings

REGIONS = ("eu-west-1", "us-east-1")
SERVICES = {f"svc{number}": (f"svc{number}:a",) for number in range(5)}
ACCOUNTS = 8
PLAN = Plan(
    tuple((Account(f"{n:012d}"), Regions(REGIONS, ("xx-off-1",))) for n in range(ACCOUNTS)),
    SERVICES,
    {},
)
PLANNED = {unit.key for unit in PLAN.units()}
OFF = ACCOUNTS * len(SERVICES)
PLANNED_ENABLED = len(PLANNED) - OFF


class Taken:
    """The run's files: what was taken over, in order."""

    def __init__(self, error=None):
        self.outcomes, self.spools, self.text, self.error = [], [], b"", error

    async def take(self, outcome, text, spool):
        if self.error:
            raise self.error
        self.outcomes.append(outcome)
        self.text += text
        self.spools += [spool] if spool else []

    def by_status(self):
        return Counter(each.status for each in self.outcomes)

    def reasons(self, status):
        return {
            error.error for each in self.outcomes if each.status is status
            for error in each.types.values()
        }  # fmt: skip


READY = {"traffic": traffic_to_plain(Traffic()), "rates": []}


class Scripted:
    """Workers in this process; `deadly` names units that end whoever gets them."""

    def __init__(self, deadly=(), says=READY, spool=None, hook=None):
        self.deadly, self.says, self.spool, self.hook = deadly, says, spool, hook
        self.orders, self.stops, self.done = [], [], 0
        self.process = None

    @asynccontextmanager
    async def hired(self):
        mine, theirs = socket.socketpair()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._work, theirs)
            async with Channel.over(mine) as channel:
                yield _Hired(channel)
            tasks.cancel_scope.cancel()

    async def _work(self, sock):
        async with Channel.over(sock) as channel:
            order, _ = await channel.receive()
            self.orders.append(order)
            await channel.send(self.says)
            if "failed" in self.says:
                return
            while (found := await channel.receive()) is not None:
                message, _ = found
                self.stops += [message["stop"]] if "stop" in message else []
                for account, region, service in message.get("units", ()):
                    if f"{account}/{region}/{service}" in self.deadly or self.deadly == "all":
                        return
                    await self._hand_in(channel, account, region, service)

    async def _hand_in(self, channel, account, region, service):
        self.done += 1
        if self.hook:
            self.hook(self.done)
        types = {f"{service}:a": {"status": "complete", "records": 1}}
        outcome = {
            "account_id": account, "region": region, "service": service, "status": "complete",
            "types": types, "requests": 2, "throttles": 0, "retries": 0,
        }  # fmt: skip
        message = {
            "outcome": outcome, "bytes": 3, "spool": self.spool, "late": 0, "entered": True,
            "failed": None,
        }  # fmt: skip
        await channel.send(message, b"{}\n")


class _Hired:
    def __init__(self, channel):
        self.channel = channel

    async def why_ended(self):
        return "killed by SIGKILL"


def crew_of(monkeypatch, scripted, output, workers=2, deadline=None, concurrency=4):
    monkeypatch.setattr(crews, "hired", scripted.hired)
    order = Order(
        Settings(concurrency=concurrency), "run", PLAN, deadline or Deadline(), Durations(),
        Path("spools"), Options(),
    )  # fmt: skip
    deal = Deal(Schedule(PLAN), workers)
    return Crew(order, deal, output, Progress(), Traffic(), workers)


async def test_every_unit_is_taken_over_once_and_counted(monkeypatch):
    output = Taken()
    crew = crew_of(monkeypatch, Scripted(), output, workers=3, concurrency=8)
    await crew.work()

    assert sorted(each.key for each in output.outcomes) == sorted(PLANNED)
    assert output.text == b"{}\n" * len(PLANNED)
    assert (crew.progress.done, crew.progress.records) == (len(PLANNED), len(PLANNED))
    assert crew.progress.bytes == 3 * len(PLANNED)
    assert len(crew.progress.entered) == ACCOUNTS


async def test_the_requests_in_flight_are_divided_to_the_last(monkeypatch):
    scripted = Scripted()
    await crew_of(monkeypatch, scripted, Taken(), workers=3, concurrency=8).work()

    assert [each["settings"]["concurrency"] for each in scripted.orders] == [3, 3, 2]
    assert {each["worker"] for each in scripted.orders} == {0, 1, 2}


async def test_a_unit_that_kills_two_workers_is_an_error_and_no_other_is(monkeypatch):
    killer = "000000000003/eu-west-1/svc2"
    output = Taken()
    with capture_logs() as logs:
        await crew_of(monkeypatch, Scripted({killer}), output).work()

    assert sorted(each.key for each in output.outcomes) == sorted(PLANNED)
    assert output.by_status() == {Status.COMPLETE: len(PLANNED) - 1, Status.ERROR: 1}
    (reason,) = output.reasons(Status.ERROR)
    assert reason == "a worker process died: killed by SIGKILL, as one did before in this unit"
    assert [each["event"] for each in logs] == ["a worker process died: killed by SIGKILL"] * 2


async def test_where_nobody_can_work_the_rest_is_not_attempted(monkeypatch):
    output = Taken()
    with capture_logs() as logs:
        await crew_of(monkeypatch, Scripted("all"), output).work()
    left = output.by_status()

    assert sorted(each.key for each in output.outcomes) == sorted(PLANNED)
    assert left[Status.ERROR] < 2 * (1 + REPLACEMENTS)
    assert output.reasons(Status.NOT_ATTEMPTED) == {"no worker process is left: killed by SIGKILL"}
    assert sum(each["log_level"] == "error" for each in logs) == 2


async def test_a_worker_that_says_why_it_ends_is_quoted(monkeypatch):
    output = Taken()
    scripted = Scripted(says={"failed": "no credentials", "output": False})
    with capture_logs() as logs:
        await crew_of(monkeypatch, scripted, output).work()
    reason = "no worker process is left: no credentials"

    assert output.reasons(Status.NOT_ATTEMPTED) == {reason}
    assert output.by_status() == {Status.NOT_ATTEMPTED: PLANNED_ENABLED, Status.UNAVAILABLE: OFF}
    assert {each["event"] for each in logs if each["log_level"] == "warning"} == {
        "a worker process died: no credentials"
    }  # fmt: skip


async def test_a_machine_that_starts_no_process_is_quoted(monkeypatch):
    class Full(Scripted):
        @asynccontextmanager
        async def hired(self):
            raise BlockingIOError(11, "Resource temporarily unavailable")
            yield

    output = Taken()
    with capture_logs():
        await crew_of(monkeypatch, Full(), output).work()

    assert output.reasons(Status.NOT_ATTEMPTED) == {
        "no worker process is left: could not be started: Resource temporarily unavailable"
    }


@pytest.mark.parametrize(
    ("scripted", "output"),
    [
        (Scripted(says={"failed": "disk full", "output": True}), Taken()),
        (Scripted(), Taken(OutputError("disk full"))),
    ],
    ids=["a worker's", "the parent's"],
)
async def test_an_output_that_fails_ends_the_run(monkeypatch, scripted, output):
    with pytest.raises(OutputError, match="disk full"):
        await crew_of(monkeypatch, scripted, output).work()


async def test_told_to_stop_nothing_more_is_dealt_and_the_workers_hear_it(monkeypatch):
    output, scripted = Taken(), Scripted()
    crew = crew_of(monkeypatch, scripted, output)
    scripted.hook = lambda done: done == 5 and setattr(crew.progress, "stopping", "enough")
    await crew.work()

    assert sorted(each.key for each in output.outcomes) == sorted(PLANNED)
    assert set(output.by_status()) == {Status.COMPLETE, Status.NOT_ATTEMPTED}
    assert output.reasons(Status.NOT_ATTEMPTED) == {"enough"}
    assert scripted.stops == ["enough"] * 2


async def test_the_deadline_ends_the_dealing(monkeypatch):
    now = [0.0]
    output, scripted = Taken(), Scripted()
    crew = crew_of(monkeypatch, scripted, output, deadline=Deadline(10.0, lambda: now[0]))
    scripted.hook = lambda done: now.__setitem__(0, 11.0 if done >= 5 else 0.0)
    await crew.work()
    left = output.by_status()

    assert output.reasons(Status.NOT_ATTEMPTED) == {NOT_BEGUN}
    assert crew.progress.late == left[Status.NOT_ATTEMPTED] > 0
    assert output.reasons(Status.UNAVAILABLE) == {NOT_ENABLED}
    assert sum(left.values()) == len(PLANNED)


async def test_a_spool_is_looked_for_where_the_run_has_its_spools(monkeypatch):
    output = Taken()
    await crew_of(monkeypatch, Scripted(spool="1-ab-0.member"), output).work()

    assert set(output.spools) == {Path("spools/1-ab-0.member")}


async def test_traffic_is_that_of_all_and_nothing_of_the_dead_is_in_flight(monkeypatch):
    told = Traffic(requests=7, throttles=1, in_flight=3)
    told.throttled["ec2"] = 1
    told.latency.note(0.01)
    says = {"traffic": traffic_to_plain(told), "rates": [1.5]}
    killer = "000000000003/eu-west-1/svc2"
    crew = crew_of(monkeypatch, Scripted({killer}, says), Taken())
    with capture_logs():
        await crew.work()
    processes = 4  # two, and a successor for each death

    assert crew.traffic.requests == 7 * processes
    assert crew.traffic.in_flight == 0
    assert crew.traffic.throttled == {"ec2": processes}
    assert sum(crew.traffic.latency.counts) == processes
    assert crew.rates() == [1.5, 1.5]
