"""Scans of an organization that throttles: the clock is virtual, it moves when nobody sends."""

import os
import stat
from contextlib import asynccontextmanager
from functools import partial

import anyio
import orjson

import scanner
from benchmarks.fake_aws import Options, Organization, Throttle, Volume, serve
from scanner.app import link
from scanner.aws.gate import Gate
from scanner.aws.limits import Limits, Time

TYPES = ("AWS::EC2::VPC", "AWS::RDS::DBInstance", "AWS::FSx::FileSystem", "AWS::Lambda::Function")
REGION = "us-east-1"


class Virtual:
    """A clock that leaps to the next wake-up whenever no request is on its way."""

    def __init__(self):
        self.now = 1_800_000_000.0
        self.gates = []
        self._sleepers = []

    def __call__(self):
        return self.now

    def gate(self, **options):
        self.gates.append(Gate(time=Time(self, self.sleep), **options))
        return self.gates[-1]

    async def sleep(self, seconds):
        woken = anyio.Event()
        self._sleepers.append((self.now + seconds, woken))
        await woken.wait()

    async def drive(self):
        while True:
            await anyio.sleep(0.001)
            if self._sleepers and not any(gate.traffic.in_flight for gate in self.gates):
                first = min(self._sleepers, key=lambda each: each[0])
                self._sleepers.remove(first)
                self.now = max(self.now, first[0])
                first[1].set()


@asynccontextmanager
async def throttling(monkeypatch):
    """Give an AWS that bears 4 requests a second of each service: far less than the table says."""
    clock = Virtual()
    monkeypatch.setattr(link, "Gate", clock.gate)
    monkeypatch.setattr(link, "Limits", partial(Limits, Time(clock, clock.sleep)))
    options = Options(volume=Volume(8, 2), throttle=Throttle(4, 4), clock=clock)
    async with serve(Organization.of(2, regions=(REGION,)), options) as fake:
        for name, value in {
            "AWS_ENDPOINT_URL": fake.url,
            "AWS_ACCESS_KEY_ID": fake.organization.key,
            "AWS_SECRET_ACCESS_KEY": fake.organization.secret,
            "AWS_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "NO_PROXY": "localhost,127.0.0.1",
        }.items():
            monkeypatch.setenv(name, value)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(clock.drive)
            yield fake
            tasks.cancel_scope.cancel()


async def night(fake, out, sink=None):
    """Scan into files or a sink; return the share of requests that were throttled."""
    fake.journal.clear()
    place = {"sink": sink} if sink else {"out": out}
    summary = await scanner.scan(role="R", regions=[REGION], types=TYPES, **place)
    assert summary.manifest["status"] == "complete"
    return fake.journal.throttled.total() / fake.journal.requests


async def test_few_requests_are_throttled_and_the_next_night_fewer(monkeypatch, tmp_path):
    async with throttling(monkeypatch) as fake:
        first = await night(fake, tmp_path / "out")
        second = await night(fake, tmp_path / "out")
    assert 0 < first < 1 / 3
    assert second < first
    file = tmp_path / "out" / "state" / "rates.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    learned = {
        each["bucket"]: each["per_second"] for each in orjson.loads(file.read_bytes())["rates"]
    }
    assert {"ec2:*", "rds", "fsx", "lambda"} <= set(learned)
    assert max(learned.values()) < 10


async def test_a_damaged_file_of_rates_is_replaced_and_the_scan_complete(monkeypatch, tmp_path):
    file = tmp_path / "state" / "rates.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"{torn")
    async with throttling(monkeypatch) as fake:
        await night(fake, tmp_path)
    assert orjson.loads(file.read_bytes())["rates"]


async def test_a_scan_into_memory_leaves_no_file(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    async with throttling(monkeypatch) as fake:
        await night(fake, None, sink=scanner.MemorySink())
    assert not list(tmp_path.iterdir())
