"""A signal in any phase of a scan: what was finished stays, and going on makes it whole.

Each phase is held by a call that hangs, or by the lock that finishing waits for.
"""

import fcntl
import json
import os
import signal
from contextlib import contextmanager

import pytest

from benchmarks.fake_aws import Break, Options, Organization, Rule, Volume, serve
from scanner.engine.deadline import GIVEN_UP
from scanner.model.outcome import Status
from tests.unit.app.support import (
    ROLE,
    environment,
    inventory,
    ledger,
    manifest,
    scanner,
    started,
    until,
)

pytestmark = pytest.mark.timeout(90)

REGIONS = ("us-east-1", "eu-west-1")
ACCOUNTS = 3
TYPES = ("AWS::EC2::VPC", "AWS::RDS::DBInstance", "AWS::SQS::Queue", "AWS::FSx::FileSystem")
UNITS = ACCOUNTS * len(REGIONS) * len(TYPES)
RECORDS = UNITS * 2 * 2
SCAN = (
    "scan", "--role", ROLE, "--out", "scan", "--concurrency", "2", "--request-timeout", "2",
    "--regions", "all", "--types", ",".join(TYPES),
)  # fmt: skip
RESUME = ("scan", "--resume", "latest", "--out", "scan")
EARLY = {
    "signing in": "GetCallerIdentity",
    "finding accounts": "ListAccounts",
    "finding regions": "ListRegions",
}
ENDS = {signal.SIGINT: 130, signal.SIGTERM: 130, signal.SIGKILL: -9}


@pytest.fixture
async def fake():
    organization = Organization.of(ACCOUNTS, regions=REGIONS)
    async with serve(organization, Options(volume=Volume(2, 2))) as running:
        yield running


async def struck(fake, folder, number, held):
    """Scan, send the signal once the scan is held where it shall be, and return its end."""
    async with started(SCAN, folder, environment(fake)) as child:
        await until(held)
        os.kill(child.process.pid, number)
        return await child.ended()


async def goes_on(fake, folder, command):
    """Run what makes it whole, and see that it does."""
    fake.faults.clear()
    ended = await scanner(command, folder, environment(fake))
    out = folder / "scan"
    assert ended.code == 0, ended.err
    assert len(inventory(out)) == RECORDS
    assert {each.status for each in ledger(out)} == {Status.COMPLETE}
    assert len({each.key for each in ledger(out)}) == UNITS
    assert manifest(out)["status"] == "complete"
    latest = json.loads((out / "latest.json").read_text())
    assert latest["complete"]["run_id"] == manifest(out)["run_id"]
    assert fake.journal.violations == []


@pytest.mark.parametrize("number", ENDS, ids=lambda each: each.name)
@pytest.mark.parametrize("phase", EARLY)
async def test_before_the_plan_there_is_nothing_to_go_on_with(fake, tmp_path, phase, number):
    operation = EARLY[phase]
    fake.faults.add(Rule(action=Break.HANG, operation=operation))
    ended = await struck(
        fake, tmp_path, number, lambda: fake.journal.count(operation=operation) > 0
    )
    assert ended.code == ENDS[number]
    assert "Traceback" not in ended.err
    assert "--resume" not in ended.err
    assert not (tmp_path / "scan" / "runs").exists()


async def test_what_is_no_scan_ends_at_once_too(fake, tmp_path):
    fake.faults.add(Rule(action=Break.HANG, operation="ListAccounts"))
    async with started(("accounts", "--role", ROLE), tmp_path, environment(fake)) as child:
        await until(lambda: fake.journal.count(operation="ListAccounts") > 0)
        os.kill(child.process.pid, signal.SIGTERM)
        ended = await child.ended()
    assert (ended.code, ended.err.strip()) == (130, "scanner: interrupted")


@pytest.mark.parametrize("number", ENDS, ids=lambda each: each.name)
async def test_while_scanning_open_units_end_and_the_rest_is_not_attempted(fake, tmp_path, number):
    fake.faults.add(Rule(action=Break.HANG, operation="DescribeDBInstances", calls={1}))
    ended = await struck(
        fake, tmp_path, number, lambda: fake.journal.count(operation="DescribeDBInstances") > 0
    )
    assert ended.code == ENDS[number]
    assert "Traceback" not in ended.err
    if number == signal.SIGKILL:
        assert manifest(tmp_path / "scan") is None
    else:
        assert manifest(tmp_path / "scan")["status"] == "interrupted"
        statuses = {each.status for each in ledger(tmp_path / "scan")}
        assert statuses == {Status.COMPLETE, Status.NOT_ATTEMPTED}
    await goes_on(fake, tmp_path, RESUME)


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_open_units_are_given_up_where_the_end_may_take_no_longer(fake, tmp_path, workers):
    fake.faults.add(Rule(action=Break.HANG, operation="DescribeDBInstances"))
    patient = ("--request-timeout", "600", "--stop-timeout", "2s", "--workers", workers)
    async with started((*SCAN, *patient), tmp_path, environment(fake)) as child:
        await until(lambda: fake.journal.count(operation="DescribeDBInstances") > 1)
        os.kill(child.process.pid, signal.SIGTERM)
        ended = await child.ended()

    assert ended.code == 130
    assert "Traceback" not in ended.err
    found = manifest(tmp_path / "scan")
    assert (found["status"], found["stopped_by"]) == ("interrupted", "interrupt")
    given_up = {
        each.error
        for outcome in ledger(tmp_path / "scan")
        for each in outcome.types.values()
        if outcome.service == "rds"
    }
    assert GIVEN_UP in given_up
    await goes_on(fake, tmp_path, RESUME)


@contextmanager
def finishing_held(out):
    """Hold the lock that a run waits for between its manifest and `latest.json`."""
    (out / "runs").mkdir(parents=True)
    descriptor = os.open(out / "runs" / "latest.lock", os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("number", ENDS, ids=lambda each: each.name)
async def test_while_finishing_the_run_finishes_or_is_finished_later(fake, tmp_path, number):
    out = tmp_path / "scan"
    async with started(SCAN, tmp_path, environment(fake)) as child:
        with finishing_held(out):
            await until(lambda: list(out.glob("runs/*/manifest.json")))
            os.kill(child.process.pid, number)
            if number != signal.SIGKILL:
                heard = b""
                while b"once more stops at once" not in heard:
                    heard += await child.process.stderr.receive()
            else:
                await child.process.wait()
        ended = await child.ended()
    assert ended.code == (-9 if number == signal.SIGKILL else 0)
    assert not (out / "latest.json").exists() or number != signal.SIGKILL
    fake.journal.clear()
    await goes_on(fake, tmp_path, RESUME)
    assert fake.journal.requests == 0
