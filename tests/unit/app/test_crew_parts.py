"""What goes over the channel arrives as it was, and torn messages are none; cores are counted."""

import logging
import os
import socket

import anyio
import orjson
import pytest
import structlog

from scanner import log
from scanner.app.crew.channel import Channel
from scanner.app.crew.cores import cores, workers_of
from scanner.app.crew.hire import hired
from scanner.app.crew.order import Order
from scanner.engine.deadline import Deadline
from scanner.engine.plan import Plan
from scanner.engine.schedule import Durations
from scanner.model.target import Account, Regions
from scanner.output import Options
from scanner.settings import Settings


async def test_messages_arrive_whole_and_in_order():
    one, other = socket.socketpair()
    bodies = [b"", b"x" * 3_000_000, b"\x00\n"]
    got = []
    async with Channel.over(one) as sender, Channel.over(other) as receiver:

        async def receive():
            while (found := await receiver.receive()) is not None:
                got.append(found)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(receive)
            for number, body in enumerate(bodies):
                await sender.send({"number": number}, body)
            sender.end()

    assert got == [({"number": number}, body) for number, body in enumerate(bodies)]


@pytest.mark.parametrize("size", [0, 3, 8, 11, 20])
async def test_a_message_that_is_cut_off_is_none(size):
    one, other = socket.socketpair()
    sent = b"\x00\x00\x00\x02\x00\x00\x00\x10{}" + b"x" * 16
    async with Channel.over(other) as receiver:
        one.sendall(sent[:size])
        one.close()
        assert await receiver.receive() is None


async def test_to_an_end_that_is_gone_nothing_is_sent():
    one, other = socket.socketpair()
    other.close()
    async with Channel.over(one) as sender:
        for _ in range(20):
            await sender.send({"a": "b" * 100_000})
        assert await sender.receive() is None


async def test_a_worker_whose_parent_says_nothing_ends():
    async with hired() as worker:
        worker.channel.end()
        assert await worker.channel.receive() is None
        assert await worker.why_ended() == "exit code 0"


async def test_a_worker_never_outlives_the_context():
    async with hired() as worker:
        pass
    assert worker.process.returncode == -9


def order(**options):
    settings = Settings(
        external_id="shared-secret", redaction_key="k" * 16, accounts="000000000001",
        account_tag="a=b", deadline="1h", **options,
    )  # fmt: skip
    own = Account("000000000001", "one", tags={"a": "b"}, external_id="its-own")
    plan = Plan(
        ((own, Regions(("eu-west-1",), ("xx-1",))), (Account("000000000002"), Regions(()))),
        {"ec2": ("AWS::EC2::VPC",)},
        {"s3": ("AWS::S3::Bucket",)},
        {"ec2": ("us-east-1",)},
    )
    deadline = Deadline(1234.5)
    durations = Durations({"a/b/c": 2.5}, {"ec2": (3, 0.5)})
    return Order(settings, "run", plan, deadline, durations, "spools", Options(compression="none"))


@pytest.mark.parametrize("deadline", [Deadline(), Deadline(99.0, _margin=2.0, _window=50.0)])
def test_an_order_is_read_as_it_was_written(deadline):
    mine = order(no_redact="AWS::S3::Bucket:tags.x")
    mine = Order(*[getattr(mine, each) for each in Order.__slots__]).of(2, 7)
    object.__setattr__(mine, "deadline", deadline)
    read = Order.from_plain(orjson.loads(orjson.dumps(mine.to_plain())))

    assert read.settings == mine.settings
    assert (read.settings.concurrency, read.worker, read.run_id) == (7, 2, "run")
    assert (read.plan, read.durations, read.deadline) == (mine.plan, mine.durations, deadline)
    assert (str(read.spools), read.options.compression) == ("spools", "none")
    assert read.token == mine.token


def test_each_process_gets_a_token_of_its_own():
    assert order().of(0, 1).token != order().of(0, 1).token


def test_the_logs_of_a_worker_look_like_its_parents(monkeypatch, tmp_path):
    root, scanner = logging.getLogger(), logging.getLogger("scanner")
    handlers, level, own = root.handlers[:], root.level, scanner.level
    try:
        root.handlers.clear()
        scanner.setLevel(logging.NOTSET)
        assert log.in_force() == ("console", "warning")
        with (tmp_path / "log").open("w") as file:
            log.configure("json", "debug", file)
            assert log.in_force() == ("json", "debug")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        scanner.setLevel(own)
        structlog.reset_defaults()


@pytest.mark.parametrize(
    ("workers", "concurrency", "units", "expected"),
    [
        (1, 64, 10_000, 1),
        (3, 64, 1, 3),
        (8, 5, 10_000, 5),
        ("auto", 64, 10_000, 4),
        ("auto", 2, 10_000, 2),
        ("auto", 64, 450, 2),
        ("auto", 64, 0, 1),
    ],
)
def test_as_many_workers_as_asked_for_or_as_pay(monkeypatch, workers, concurrency, units, expected):
    monkeypatch.setattr("scanner.app.crew.cores.cores", lambda: 4)
    settings = Settings(workers=workers, concurrency=concurrency)

    assert workers_of(settings, units) == expected


@pytest.mark.parametrize(
    ("quota", "expected"),
    [
        ("max 100000", 8), ("200000 100000", 2), ("50000 100000", 1), ("1600000 100000", 8),
        ("nonsense", 8), (None, 8),
    ],
)  # fmt: skip
def test_a_containers_limit_counts(monkeypatch, tmp_path, quota, expected):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)))
    if quota is not None:
        (tmp_path / "cpu.max").write_text(f"{quota}\n")

    assert cores(tmp_path / "cpu.max") == expected
