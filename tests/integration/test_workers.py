"""Several processes come to the records of one, whichever of them dies; the parent alone writes."""

import json
import os
import signal
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

import scanner as library
from benchmarks.fake_aws import (
    Break,
    Options,
    Organization,
    Rule,
    Slow,
    Volume,
    denied,
    serve,
)
from scanner.model.outcome import Status
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
    started,
    until,
)

pytestmark = pytest.mark.timeout(90)

REGIONS = ("us-east-1", "eu-west-1")
ACCOUNTS = 6
PLAIN = Organization.of(ACCOUNTS, regions=REGIONS)
SECRET = "an-external-id-of-its-own"
ORGANIZATION = replace(
    PLAIN, members=(replace(PLAIN.members[0], external_id=SECRET), *PLAIN.members[1:])
)
OWN = {"account_id": PLAIN.members[0].id, "external_id": SECRET}
OTHERS = [{"account_id": each.id} for each in PLAIN.members[1:]]
OPTIONS = Options(volume=Volume(1, 2))
UNITS = ACCOUNTS * len(REGIONS) * SERVICES
SCAN = (
    "scan", "--role", ROLE, "--out", "scan", "--regions", ",".join(REGIONS),
    "--types", ",".join(TYPES), "--accounts", "@accounts.json", "--log-format", "json",
)  # fmt: skip
TWO = (*SCAN, "--workers", "2")


@pytest.fixture(autouse=True)
def accounts(tmp_path):
    (tmp_path / "accounts.json").write_text(json.dumps([OWN, *OTHERS]))
    return f"@{tmp_path / 'accounts.json'}"


@pytest.fixture
async def fake(monkeypatch):
    async with serve(ORGANIZATION, OPTIONS) as running:
        point_here(monkeypatch, environment(running))
        yield running


@pytest.fixture
def out(tmp_path):
    return tmp_path / "scan"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Take the truth once: the same scan by one process, into memory."""
    path = tmp_path_factory.mktemp("truth") / "accounts.json"
    path.write_text(json.dumps([OWN, *OTHERS]))
    with pytest.MonkeyPatch.context() as patch:
        return anyio.run(whole_scan, patch, f"@{path}")


async def whole_scan(patch, accounts):
    sink = library.MemorySink()
    async with serve(ORGANIZATION, OPTIONS) as fake:
        point_here(patch, environment(fake))
        await library.scan(
            sink=sink, role=ROLE, regions=REGIONS, types=TYPES, accounts=accounts
        )  # fmt: skip
    return by_key(sink.records), outcome_facts(sink.outcomes)


def workers_of(child):
    """Return the processes that a process started and that are still there."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(parent) == child.process.pid and state != "Z":
            found.append(int(path.parent.name))
    return sorted(found)


def gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def given_to(pids):
    """Read what anybody on the machine may read of processes: arguments, and environments."""
    paths = [Path(f"/proc/{pid}/{name}") for pid in pids for name in ("cmdline", "environ")]
    return [path.read_bytes() for path in paths]


def told(child, event):
    lines = [json.loads(line) for line in child.err.splitlines() if line.startswith("{")]
    return [line for line in lines if event in line["event"]]


def check_whole(out, truth):
    records, outcomes = truth
    assert inventory(out) == records
    assert outcome_facts(ledger(out)) == outcomes
    assert (manifest(out)["status"], manifest(out)["planned"]) == ("complete", UNITS)
    assert not list(out.glob("runs/*/spool"))


async def resumed(out, tmp_path, fake, truth):
    fake.faults.clear()
    child = await scanner((*TWO[:1], "--resume", "latest"), tmp_path, environment(fake))
    assert child.code == 0, child.err
    check_whole(out, truth)


async def test_two_processes_leave_what_one_does(fake, tmp_path, out, undisturbed):
    fake.faults.add(Rule(action=Slow(0.1)))
    child = await scanner((*TWO, "--concurrency", "4"), tmp_path, environment(fake))

    assert child.code == 0, child.err
    check_whole(out, undisturbed)
    assert {each["worker"] for each in told(child, "unit done")} == {0, 1}
    assert manifest(out)["accounts"]["entered"] == ACCOUNTS
    assert manifest(out)["requests"] == sum(each.requests for each in ledger(out))
    files = [path for path in out.rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert fake.journal.violations == []


async def test_a_worker_killed_at_work_is_told_and_costs_no_unit(fake, tmp_path, out, undisturbed):
    fake.faults.add(Rule(action=Slow(0.1)))
    async with started((*TWO, "--concurrency", "2"), tmp_path, environment(fake)) as child:
        await until(lambda: fake.journal.count(operation="GetCallerIdentity") == 3)
        before = fake.journal.requests
        await until(lambda: fake.journal.requests >= before + 12)
        victim, *_ = workers_of(child)
        os.kill(victim, signal.SIGKILL)
        ended = await child.ended()

    assert ended.code == 0, ended.err
    check_whole(out, undisturbed)
    (death,) = told(ended, "a worker process died")
    assert death["event"] == "a worker process died: killed by SIGKILL"
    assert death["units"] > 0
    assert fake.journal.violations == []


async def test_the_parent_killed_takes_its_workers_along_and_the_run_goes_on(
    fake, tmp_path, out, undisturbed
):
    fake.faults.add(Rule(action=Slow(0.1)))
    async with started((*TWO, "--concurrency", "2"), tmp_path, environment(fake)) as child:
        await until(lambda: any(out.glob("coverage/*/*")) and len(ledger(out)) > 0)
        pids = workers_of(child)
        child.process.kill()
        assert (await child.ended()).code == -signal.SIGKILL
        await until(lambda: all(map(gone, pids)), 10)
    settled = {each.key for each in ledger(out)}
    fake.journal.clear()

    assert len(pids) == 2
    await resumed(out, tmp_path, fake, undisturbed)
    assert 0 < len(settled) < UNITS
    called = {f"{c.account}/{c.region}/{c.service}" for c in fake.journal.calls}
    assert not called & settled


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_first_signal_finishes_open_units_whoever_gets_it(fake, tmp_path, out, number):
    fake.faults.add(Rule(action=Slow(0.1)))
    async with started((*TWO, "--concurrency", "4"), tmp_path, environment(fake)) as child:
        await until(lambda: fake.journal.count(service="rds") > 0)
        for pid in (*workers_of(child), child.process.pid):
            os.kill(pid, number)
        ended = await child.ended()
    lines = ledger(out)

    assert ended.code == 130, ended.err
    assert told(ended, "a worker process died") == []
    assert len({each.key for each in lines}) == len(lines) == UNITS
    assert {each.status for each in lines} == {Status.COMPLETE, Status.NOT_ATTEMPTED}
    assert {each.error for line in lines for each in line.types.values()} == {
        None, f"interrupted by {number.name}",
    }  # fmt: skip


async def test_a_second_signal_stops_all_at_once_and_no_secret_was_to_be_seen(
    fake, tmp_path, out, undisturbed
):
    fake.faults.add(Rule(action=Slow(60), service="batch"))
    async with started(TWO, tmp_path, environment(fake)) as child:
        await until(lambda: fake.journal.count(service="batch") > 0)
        pids = workers_of(child)
        seen = given_to(pids)
        child.process.send_signal(signal.SIGINT)
        child.process.send_signal(signal.SIGTERM)
        await until(lambda: all(map(gone, pids)))
        ended = await child.ended()

    assert (len(pids), ended.code) == (2, 130)
    assert "stopped at once" in ended.err
    assert len(seen) == 4
    assert SECRET.encode() not in b"".join(seen)
    await resumed(out, tmp_path, fake, undisturbed)


async def test_an_account_that_refuses_is_failed_and_stops_nobody(fake, tmp_path, out):
    refusing = ORGANIZATION.account_ids[4]
    fake.faults.add(Rule(action=denied(), account=refusing, operation="AssumeRole"))
    child = await scanner(TWO, tmp_path, environment(fake))
    facts = manifest(out)

    assert child.code == 3
    assert [each["account_id"] for each in facts["accounts"]["failed"]] == [refusing]
    assert facts["accounts"]["entered"] == ACCOUNTS - 1
    assert facts["by_status"]["not_attempted"] == len(REGIONS) * SERVICES


async def test_the_deadline_brings_all_processes_home(fake, tmp_path, out, undisturbed):
    fake.faults.add(Rule(action=Break.HANG, service="batch"))
    child = await scanner((*TWO, "--deadline", "8s"), tmp_path, environment(fake))
    lines = ledger(out)

    assert child.code == 5, child.err
    assert len({each.key for each in lines}) == len(lines) == UNITS
    assert manifest(out)["stopped_by"] == "deadline"
    assert {each.service for each in lines if not each.status.settled} == {"batch"}


@pytest.fixture
async def big(monkeypatch):
    async with serve(ORGANIZATION, Options(volume=Volume(2, 55))) as running:
        point_here(monkeypatch, environment(running))
        yield running


def big_units(accounts):
    kind = "AWS::RDS::DBInstance"
    return {"role": ROLE, "regions": REGIONS, "types": kind, "accounts": accounts}


async def test_units_too_big_for_a_message_are_whole(big, tmp_path, accounts):
    sink = library.MemorySink()
    await library.scan(sink=sink, **big_units(accounts))
    summary = await library.scan(out=tmp_path / "scan", workers=2, **big_units(accounts))

    assert summary.status == "complete"
    assert inventory(tmp_path / "scan") == by_key(sink.records)
    places = {(each.file, each.offset) for each in ledger(tmp_path / "scan")}
    assert len(places) == ACCOUNTS * len(REGIONS), "a member of its own for each of them"


async def test_what_a_worker_cannot_write_ends_the_run(big, out, accounts):
    async def be_in_the_way():
        await until(lambda: big.journal.count(service="rds") > 0)
        (run,) = out.glob("runs/2*")
        (run / "spool").write_text("")

    big.faults.add(Rule(action=Slow(1), service="rds"))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(be_in_the_way)
        with pytest.raises(library.OutputError, match="spool"):
            await library.scan(out=out, workers=2, **big_units(accounts))


@pytest.mark.parametrize("options", [{"workers": 2}, {"workers": 0}, {"workers": "all"}])
async def test_a_caller_that_takes_units_as_they_come_is_fed_by_one_process(fake, options):
    with pytest.raises(library.SettingsError, match="workers"):
        await library.scan(sink=library.MemorySink(), role=ROLE, **options)

    assert fake.journal.requests == 0
