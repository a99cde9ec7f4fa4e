"""A scan that is killed, interrupted or refused, and then resumed, is a whole scan."""

import os
import signal
from contextlib import suppress
from random import Random

import anyio
import pytest

import scanner as library
from benchmarks.fake_aws import Options, Organization, Rule, Slow, Volume, denied, serve
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
ACCOUNTS = 30
ORGANIZATION = Organization.of(ACCOUNTS, regions=REGIONS)
OPTIONS = Options(volume=Volume(2, 3))
UNITS = ACCOUNTS * len(REGIONS) * SERVICES
SCAN = (
    "scan", "--role", ROLE, "--out", "scan", "--concurrency", "8", "--regions", ",".join(REGIONS),
    "--types", ",".join(TYPES), "--exclude-accounts", "999999999999",
)  # fmt: skip
RESUME = ("scan", "--resume", "latest", "--out", "scan")


@pytest.fixture
async def fake():
    async with serve(ORGANIZATION, OPTIONS) as running:
        yield running


@pytest.fixture(scope="module")
def undisturbed():
    """Take the truth once: the same scan, at full speed, into memory."""
    with pytest.MonkeyPatch.context() as patch:
        return anyio.run(whole_scan, patch)


async def whole_scan(patch):
    sink = library.MemorySink()
    async with serve(ORGANIZATION, OPTIONS) as fake:
        point_here(patch, environment(fake))
        summary = await library.scan(sink=sink, role=ROLE, regions=REGIONS, types=TYPES)
        assert (summary.status, len(sink.outcomes)) == ("complete", UNITS)
        return by_key(sink.records), outcome_facts(sink.outcomes), fake.journal.requests


def settled(out):
    return {each.key for each in ledger(out) if each.status.settled}


def units_called(fake):
    """Name the units that the journal saw calls of."""
    others = {"sts", "organizations", "account"}
    return {
        f"{call.account}/{call.region}/{call.service}"
        for call in fake.journal.calls
        if call.service not in others and call.operation != "DescribeRegions"
    }


def files_and_bytes(out):
    return {path: path.read_bytes() for path in out.rglob("*.jsonl*")}


@pytest.mark.parametrize("seed", range(3))
async def test_a_scan_killed_at_any_moment_resumes_to_the_whole(fake, tmp_path, undisturbed, seed):
    records, outcomes, requests = undisturbed
    out, moment = tmp_path / "scan", Random(seed).uniform(0.2, 0.98)
    fake.faults.add(Rule(action=Slow(0.02)))
    async with started(SCAN, tmp_path, environment(fake)) as child:
        await until(lambda: fake.journal.requests >= moment * requests)
        child.process.kill()
        assert (await child.ended()).code == -signal.SIGKILL
    assert manifest(out) is None
    before = settled(out)
    fake.faults.clear()
    fake.journal.clear()

    resumed = await scanner(RESUME, tmp_path, environment(fake))

    assert (resumed.code, manifest(out)["status"]) == (0, "complete")
    assert inventory(out) == records
    assert outcome_facts(ledger(out)) == outcomes
    assert units_called(fake) == outcomes.keys() - before
    assert fake.journal.violations == []


async def test_killed_again_and_again_it_still_becomes_whole(fake, tmp_path, undisturbed):
    records, outcomes, _ = undisturbed
    out = tmp_path / "scan"
    fake.faults.add(Rule(action=Slow(0.04)))
    for command in (SCAN, RESUME):
        known = len(settled(out)) if (out / "runs").exists() else 0
        async with started(command, tmp_path, environment(fake)) as child:
            await until(
                lambda least=known: (out / "coverage").exists() and len(settled(out)) > least
            )
            with suppress(ProcessLookupError):  # it may have come to its end by now
                child.process.kill()
            await child.ended()
    fake.faults.clear()
    resumed = await scanner(RESUME, tmp_path, environment(fake))

    assert resumed.code == 0
    assert inventory(out) == records
    assert outcome_facts(ledger(out)) == outcomes


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_lets_open_units_finish_and_the_run_resumes(
    fake, tmp_path, undisturbed, number
):
    records, outcomes, requests = undisturbed
    out = tmp_path / "scan"
    fake.faults.add(Rule(action=Slow(0.02)))
    async with started(SCAN, tmp_path, environment(fake)) as child:
        await until(lambda: fake.journal.requests >= requests / 3)
        os.kill(child.process.pid, number)
        ended = await child.ended()
    statuses = {status for status, _ in outcome_facts(ledger(out)).values()}
    left = manifest(out)
    fake.faults.clear()
    fake.journal.clear()

    assert ended.code == 130
    assert "once more stops at once" in ended.err
    assert "Traceback" not in ended.err
    assert "--resume" in ended.out
    assert statuses == {Status.COMPLETE, Status.NOT_ATTEMPTED}
    assert (left["status"], left["planned"], len(ledger(out))) == ("interrupted", UNITS, UNITS)
    assert left["resume"] == f"scanner scan --resume {left['run_id']} --out scan"
    assert inventory(out).items() <= records.items()

    before = settled(out)
    resumed = await scanner(left["resume"].split()[1:], tmp_path, environment(fake))

    assert resumed.code == 0
    assert inventory(out) == records
    assert outcome_facts(ledger(out)) == outcomes
    assert units_called(fake) == outcomes.keys() - before


async def test_a_second_signal_stops_at_once_and_the_run_resumes(fake, tmp_path, undisturbed):
    records, outcomes, requests = undisturbed
    out = tmp_path / "scan"
    fake.faults.add(
        Rule(action=Slow(60), calls=range(requests // 3, 10**9)), Rule(action=Slow(0.02))
    )
    async with started(SCAN, tmp_path, environment(fake)) as child:
        await until(lambda: fake.journal.requests >= requests // 3 + 4)
        child.process.terminate()
        heard = b""
        while b"once more stops at once" not in heard:
            heard += await child.process.stderr.receive()
        child.process.terminate()
        with anyio.fail_after(10):
            ended = await child.ended()
    said = heard.decode() + ended.err
    fake.faults.clear()

    assert ended.code == 130
    assert "stopped at once; go on with: scanner scan --resume" in said
    assert "Traceback" not in said
    assert manifest(out) is None

    resumed = await scanner(RESUME, tmp_path, environment(fake))

    assert resumed.code == 0
    assert inventory(out) == records
    assert outcome_facts(ledger(out)) == outcomes


async def test_an_account_that_refused_is_retried_once_it_is_mended(fake, tmp_path, undisturbed):
    records, outcomes, _ = undisturbed
    out, refusing = tmp_path / "scan", fake.organization.account_ids[3]
    unreadable = fake.organization.account_ids[5]
    fake.faults.add(
        Rule(action=denied(), account=refusing, operation="AssumeRole"),
        Rule(action=denied(), account=unreadable, operation="DescribeSubnets"),
    )
    first = await scanner(SCAN, tmp_path, environment(fake))
    left = manifest(out)
    fake.faults.clear()
    fake.journal.clear()

    assert (first.code, left["status"]) == (3, "partial")
    assert [each["account_id"] for each in left["accounts"]["failed"]] == [refusing]
    assert refusing in first.out
    assert unreadable in first.out
    assert len(ledger(out)) == UNITS

    resumed = await scanner(RESUME, tmp_path, environment(fake))
    redone = {f"{refusing}/{region}" for region in REGIONS}

    assert (resumed.code, manifest(out)["accounts"]["failed"]) == (0, [])
    assert inventory(out) == records
    assert outcome_facts(ledger(out)) == outcomes
    assert {unit.rpartition("/")[0] for unit in units_called(fake)} == redone | {
        f"{unreadable}/{region}" for region in REGIONS
    }
    assert {u for u in units_called(fake) if u.startswith(unreadable)} == {
        f"{unreadable}/{region}/ec2" for region in REGIONS
    }


async def test_resuming_a_complete_run_calls_nothing_and_changes_nothing(fake, tmp_path):
    surroundings = environment(fake)
    assert (await scanner(SCAN, tmp_path, surroundings)).code == 0
    before = files_and_bytes(tmp_path)
    fake.journal.clear()
    again = await scanner(RESUME, tmp_path, surroundings)

    assert again.code == 0
    assert fake.journal.connections == 0
    assert files_and_bytes(tmp_path) == before


async def test_resume_asks_for_the_external_id_again_and_uses_it(fake, tmp_path):
    secret = "correct-horse-battery-staple"
    refusing = Rule(
        action=denied(), operation="AssumeRole", account=fake.organization.account_ids[0]
    )
    fake.faults.add(refusing)
    first = await scanner((*SCAN, "--external-id", secret), tmp_path, environment(fake))
    fake.faults.clear()
    without = await scanner(RESUME, tmp_path, environment(fake))
    with_it = await scanner(RESUME, tmp_path, environment(fake) | {"SCANNER_EXTERNAL_ID": secret})
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    assert [first.code, without.code, with_it.code] == [3, 2, 0]
    assert without.err.startswith("scanner: run ")
    assert "give --external-id again" in without.err
    assert without.err.count("\n") == 1
    assert secret not in first.out + first.err + with_it.out + with_it.err
    assert secret.encode() not in written


async def test_output_that_breaks_in_mid_run_is_code_6_and_the_run_resumes(
    fake, tmp_path, undisturbed
):
    records, outcomes, _ = undisturbed
    out = tmp_path / "scan"
    fake.faults.add(Rule(action=Slow(0.04)))
    async with started(SCAN, tmp_path, environment(fake)) as child:
        await until(lambda: (out / "coverage").exists() and len(ledger(out)) > 0)
        (out / "inventory").rename(tmp_path / "moved")
        (out / "inventory").write_text("in the way")
        ended = await child.ended()
    (out / "inventory").unlink()
    (tmp_path / "moved").rename(out / "inventory")
    fake.faults.clear()

    assert ended.code == 6
    assert ended.err.splitlines()[-1].startswith("scanner: can't ")
    assert "Traceback" not in ended.err
    assert manifest(out) is None

    resumed = await scanner(RESUME, tmp_path, environment(fake))

    assert resumed.code == 0
    assert inventory(out) == records
    assert outcome_facts(ledger(out)) == outcomes
