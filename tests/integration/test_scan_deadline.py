"""A scan with a deadline: what its process says and leaves, and that resuming does the rest."""

import time

import anyio
import pytest

import scanner as library
from benchmarks.fake_aws import Break, Options, Organization, Rule, Slow, Volume, serve, throttle
from scanner.app.prepare import prepare
from scanner.app.scan import Scan
from scanner.app.summary import DEADLINE, exit_code
from scanner.engine.deadline import GIVEN_UP, NOT_BEGUN, Deadline
from scanner.model.errors import DiscoveryError, OutOfTime
from scanner.model.outcome import Outcome, Status
from scanner.model.target import Account, Unit
from scanner.output import create_run, read_plan
from scanner.settings import Settings
from tests.unit.app.support import (
    ROLE,
    SERVICES,
    TYPES,
    by_key,
    environment,
    inventory,
    ledger,
    manifest,
    outcome_facts,
    point_here,
    scanner,
)

pytestmark = pytest.mark.timeout(90)

REGIONS = ("us-east-1", "eu-west-1")
OPTIONS = {"role": ROLE, "regions": REGIONS, "types": TYPES}
UNITS = 4 * len(REGIONS) * SERVICES
SCAN = ("scan", "--role", ROLE, "--regions", ",".join(REGIONS), "--types", ",".join(TYPES))


@pytest.fixture
async def fake(monkeypatch):
    organization = Organization.of(4, regions=REGIONS)
    async with serve(organization, Options(volume=Volume(2, 3))) as running:
        point_here(monkeypatch, environment(running))
        yield running


async def undisturbed():
    sink = library.MemorySink()
    summary = await library.scan(sink=sink, **OPTIONS)
    assert summary.status == "complete"
    return by_key(sink.records), outcome_facts(sink.outcomes)


def errors(outcomes):
    return {each.error for outcome in outcomes for each in outcome.types.values()} - {None}


async def test_the_process_is_home_with_code_5_and_its_resumption_does_the_rest(fake, tmp_path):
    records, outcomes = await undisturbed()
    fake.faults.add(Rule(action=Break.HANG, service="batch"))
    ended = await scanner((*SCAN, "--deadline", "8s"), tmp_path, environment(fake))
    out = tmp_path / "scan"
    left, lines = manifest(out), ledger(out)
    fake.faults.clear()
    fake.journal.clear()

    assert ended.code == 5
    assert (left["status"], left["stopped_by"]) == ("partial", "deadline")
    assert left["planned"] == len(lines) == len(outcomes)
    assert {each.status for each in lines} <= {Status.COMPLETE, Status.NOT_ATTEMPTED}
    assert errors(lines) <= {GIVEN_UP, NOT_BEGUN}
    assert f"The deadline came first, go on with: {left['resume']}" in ended.out
    assert "Traceback" not in ended.err
    assert inventory(out).items() <= records.items()
    settled = {each.key for each in lines if each.status.settled}

    resume = (*left["resume"].split()[1:], "--deadline", "none")
    resumed = await scanner(resume, tmp_path, environment(fake))

    assert (resumed.code, manifest(out)["stopped_by"]) == (0, None)
    assert inventory(out) == records
    assert outcome_facts(ledger(out)) == outcomes
    assert read_plan(out, left["run_id"])["settings"]["deadline"] == 8
    called = {f"{c.account}/{c.region}/{c.service}" for c in fake.journal.calls}
    assert not called & settled


async def test_a_deadline_before_anything_is_planned_is_code_4_and_nothing_to_resume(
    fake, tmp_path
):
    ended = await scanner((*SCAN, "--deadline", "0.01s"), tmp_path, environment(fake))

    assert ended.code == 4
    assert ended.err == "scanner: the deadline came while signing in: no unit had begun\n"
    assert not (tmp_path / "scan/runs").exists()
    assert fake.journal.requests == 0


async def test_a_deadline_before_a_resumed_run_goes_on_is_code_5_and_changes_nothing(
    fake, tmp_path
):
    fake.faults.add(Rule(action=throttle(), service="batch", calls={1}, apart=True))
    fake.faults.add(Rule(action=Break.TORN, service="fsx"))
    assert (await scanner(SCAN, tmp_path, environment(fake))).code == 3
    before = manifest(tmp_path / "scan")
    resume = ("scan", "--resume", "latest", "--deadline", "0.01s")
    ended = await scanner(resume, tmp_path, environment(fake))

    assert ended.code == 5
    assert "the run is as it was: resume it with more time" in ended.err
    assert manifest(tmp_path / "scan") == before


async def test_a_run_resumed_again_and_again_within_little_time_becomes_whole(fake, tmp_path):
    """Time is counted in requests here, so that no machine is too slow for the test."""
    records, outcomes = await undisturbed()
    settings = Settings.of(out=tmp_path / "scan", concurrency=2, **OPTIONS)
    known, resume = -1, None
    for _ in range(20):
        deadline = Deadline(fake.journal.requests + 60, lambda: fake.journal.requests)
        scan = Scan(settings, await anyio.to_thread.run_sync(prepare, settings, resume), deadline)
        summary = await scan.run()
        settled = {each.key for each in ledger(settings.out) if each.status.settled}

        assert len(ledger(settings.out)) == summary.manifest["planned"] == UNITS
        assert inventory(settings.out).items() <= records.items()
        if summary.status == "complete":
            break
        assert (summary.out_of_time, exit_code(summary, settings)) == (True, DEADLINE)
        assert len(settled) > known
        known, resume = len(settled), "latest"

    assert summary.status == "complete"
    assert resume is not None
    assert inventory(settings.out) == records
    assert outcome_facts(ledger(settings.out)) == outcomes


async def test_discovery_that_hangs_ends_by_the_deadline(fake, tmp_path):
    fake.faults.add(Rule(action=Slow(60), operation="ListAccounts"))
    settings = Settings.of(out=tmp_path / "scan", **OPTIONS)
    ready = await anyio.to_thread.run_sync(prepare, settings)

    with pytest.raises(OutOfTime, match="the deadline came while finding accounts") as caught:
        await Scan(settings, ready, Deadline.after(3)).run()
    assert isinstance(caught.value, DiscoveryError)


async def test_back_offs_that_would_outlast_the_run_are_not_begun(fake, tmp_path):
    fake.faults.add(Rule(action=throttle(retry_after=50), service="fsx"))
    sink = library.MemorySink()
    with anyio.fail_after(45):
        summary = await library.scan(sink=sink, deadline="40s", **OPTIONS)
    throttled = [each for each in sink.outcomes if each.service == "fsx"]

    assert {each.status for each in throttled} == {Status.THROTTLED}
    assert {each.retries for each in throttled} == {0}
    assert summary.manifest["stopped_by"] is None


async def earlier_night(out, *durations):
    """Leave an unfinished run of long ago with these units: (account, region, service, seconds)."""
    async with create_run(out, "20200101T000000Z-000000", {}) as run:
        for account, region, service, seconds in durations:
            unit = Unit(Account(account), region, service, ())
            ended = Outcome(
                account, region, service, Status.COMPLETE, started_at="t",
                duration_ms=1000 * seconds,
            )  # fmt: skip
            await run.commit(run.open_unit(unit), ended)


async def test_the_next_night_begins_with_what_was_long_in_the_last(fake, tmp_path):
    slow, other, *_ = fake.organization.account_ids
    await earlier_night(
        tmp_path / "scan",
        (other, "us-east-1", "ec2", 1),
        (other, "us-east-1", "fsx", 500),
        (slow, "eu-west-1", "batch", 900),
    )
    summary = await library.scan(out=tmp_path / "scan", concurrency=1, **OPTIONS)
    central = ("sts", "organizations", "account")
    called = [
        (call.account, call.region, call.service)
        for call in fake.journal.calls
        if call.service not in central
    ]

    assert summary.status == "complete"
    assert set(called[:2]) == {(slow, "eu-west-1", "batch"), (other, "us-east-1", "fsx")}
    assert {service for *_, service in called[2:6]} == {"ec2"}


async def test_an_earlier_ledger_that_is_damaged_stops_nobody(fake, tmp_path):
    out = tmp_path / "scan"
    await earlier_night(out, (fake.organization.account_ids[0], "us-east-1", "fsx", 500))
    for path in out.glob("coverage/**/*.gz"):
        path.write_bytes(path.read_bytes()[:-9] + b"not gzip")
    summary = await library.scan(out=out, **OPTIONS)

    assert (summary.status, len(ledger(out))) == ("complete", UNITS)


def test_the_clock_of_the_process_starts_with_it():
    from scanner.cli import BEGAN  # noqa: PLC0415 — the moment it is loaded counts

    assert time.monotonic() >= BEGAN
