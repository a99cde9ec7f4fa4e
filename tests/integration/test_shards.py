"""Processes that share a run come to the records of one process, whichever of them is missing."""

import json
import signal

import anyio
import pytest

import scanner as library
from benchmarks.fake_aws import Options, Organization, Rule, Slow, Volume, denied, serve
from scanner.app.library import prepare
from scanner.app.merge import merge
from scanner.app.summary import exit_code
from scanner.model.outcome import Status
from scanner.model.shard import Shard
from scanner.output import find_run, read_latest, read_ledger
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
    started,
    until,
)

pytestmark = pytest.mark.timeout(90)

REGIONS = ("us-east-1", "eu-west-1")
ACCOUNTS = 12
ORGANIZATION = Organization.of(ACCOUNTS, regions=REGIONS)
OPTIONS = Options(volume=Volume(1, 2))
UNITS = ACCOUNTS * len(REGIONS) * SERVICES
SCAN = (
    "scan", "--role", ROLE, "--out", "scan", "--regions", ",".join(REGIONS),
    "--types", ",".join(TYPES), "--exclude-accounts", "999999999999",
)  # fmt: skip
CHOICE = {
    "role": ROLE, "regions": REGIONS, "types": TYPES, "exclude_accounts": "999999999999",
}  # fmt: skip
THREE = Shard.all(3)
MINE = {each: [a for a in ORGANIZATION.account_ids if each.holds(a)] for each in THREE}


@pytest.fixture
async def fake(monkeypatch):
    async with serve(ORGANIZATION, OPTIONS) as running:
        point_here(monkeypatch, environment(running))
        yield running


@pytest.fixture
def out(tmp_path):
    return tmp_path / "scan"


@pytest.fixture(scope="module")
def undisturbed():
    """Take the truth once: the same scan by one process, into memory."""
    with pytest.MonkeyPatch.context() as patch:
        return anyio.run(whole_scan, patch)


async def whole_scan(patch):
    sink = library.MemorySink()
    async with serve(ORGANIZATION, OPTIONS) as fake:
        point_here(patch, environment(fake))
        await library.scan(sink=sink, **CHOICE)
    return by_key(sink.records), outcome_facts(sink.outcomes)


def part(shard):
    return (*SCAN, "--shard", str(shard), "--run-id", "nightly")


async def take(out, *shards, **options):
    """Scan shards one after the other in this process; return how the last one ended."""
    summary = None
    for shard in shards:
        chosen = {**CHOICE, "run_id": "nightly"} | options
        summary = await library.scan(out=out, shard=str(shard), **chosen)
    return summary


def code(summary):
    return exit_code(summary, Settings())


async def at_once(commands, cwd, surroundings):
    """Run several `scanner` at the same time, each with its own surroundings."""
    ended = [None] * len(commands)

    async def run(place, command, extra):
        ended[place] = await scanner(command, cwd, surroundings | extra)

    async with anyio.create_task_group() as tasks:
        for place, (command, extra) in enumerate(commands):
            tasks.start_soon(run, place, command, extra)
    return ended


def check_whole(out, truth):
    records, outcomes = truth
    assert inventory(out) == records
    assert outcome_facts(ledger(out)) == outcomes
    assert (manifest(out)["status"], manifest(out)["planned"]) == ("complete", UNITS)
    assert manifest(out)["shards"] == {"planned": 3, "missing": []}
    assert read_latest(out)["complete"]["run_id"] == manifest(out)["run_id"]
    assert read_latest(out)["partial"] is None


async def test_three_shards_at_once_are_one_run(fake, tmp_path, out, undisturbed):
    ended = await at_once([(part(each), {}) for each in THREE], tmp_path, environment(fake))

    assert [each.code for each in ended] == [0, 0, 0], [each.err for each in ended]
    check_whole(out, undisturbed)
    assert any("All shards are home; the run is complete" in each.out for each in ended)
    assert {each.out.splitlines()[0] for each in ended} == {
        f"complete  run {manifest(out)['run_id']}, shard {each}" for each in THREE
    }
    assert manifest(out)["accounts"] == {
        "discovered": ACCOUNTS + 1, "selected": ACCOUNTS, "entered": ACCOUNTS, "failed": [],
    }  # fmt: skip
    assert fake.journal.violations == []


def child_of_batch(index):
    return {
        "SCANNER_SHARD": "auto",
        "AWS_BATCH_JOB_ID": f"0bb17543-ece6-4480-b1a7-a556d344746b:{index}",
        "AWS_BATCH_JOB_ARRAY_INDEX": str(index),
        "AWS_BATCH_JOB_ARRAY_SIZE": "3",
    }


def pod_of_kubernetes(index):
    return {
        "SCANNER_SHARD": "auto",
        "SCANNER_SHARDS": "3",
        "SCANNER_RUN_ID": "5b9c1d2e-7a41-4a4e-9f0e-3d1d0c9f2b11",
        "JOB_COMPLETION_INDEX": str(index),
    }


@pytest.mark.parametrize("surround", [child_of_batch, pod_of_kubernetes])
async def test_a_scheduler_that_counts_its_processes_makes_them_one_run(
    fake, tmp_path, out, undisturbed, surround
):
    commands = [(SCAN, surround(index)) for index in range(3)]
    ended = await at_once(commands, tmp_path, environment(fake))

    assert [each.code for each in ended] == [0, 0, 0], [each.err for each in ended]
    check_whole(out, undisturbed)


async def test_a_later_shard_works_on_the_first_ones_plan_and_discovers_nothing(fake, out):
    await take(out, THREE[0])
    fake.journal.clear()
    await take(out, THREE[1])
    called = [call for call in fake.journal.calls if call.service != "sts"]

    assert not {call.service for call in called} & {"organizations", "account"}
    assert {call.account for call in called} == {*MINE[THREE[1]]}


async def test_a_shard_that_never_ran_is_missing_by_name_and_can_come_later(fake, out, undisturbed):
    await take(out, *THREE[:2])
    assert manifest(out) is None
    merged = await merge(out, "nightly")
    left, lost = manifest(out), outcome_facts(ledger(out))

    assert code(merged) == 3
    assert left["shards"] == {"planned": 3, "missing": ["3/3"]}
    assert (left["status"], left["planned"], len(lost)) == ("partial", UNITS, UNITS)
    assert left["by_status"][Status.NOT_ATTEMPTED] == len(MINE[THREE[2]]) * 2 * SERVICES
    assert {key[:12] for key, (status, _) in lost.items() if status == Status.NOT_ATTEMPTED} == {
        *MINE[THREE[2]]
    }
    assert left["accounts"]["entered"] == ACCOUNTS - len(MINE[THREE[2]])
    assert left["resume"] == f"scanner scan --resume {left['run_id']} --shard 3/3 --out {out}"
    assert read_latest(out)["partial"]["run_id"] == left["run_id"]
    assert (await merge(out, "latest")).manifest == left

    resumed = await library.scan(out=out, resume=left["run_id"], shard="3/3", role=ROLE)

    assert code(resumed) == 0
    check_whole(out, undisturbed)


async def test_what_a_killed_shard_had_written_is_in_the_merged_run(
    fake, tmp_path, out, undisturbed
):
    records, outcomes = undisturbed
    await take(out, *THREE[1:])
    run_id, surroundings = find_run(out), environment(fake)
    fake.faults.add(Rule(action=Slow(0.3)))
    async with started((*part(THREE[0]), "--concurrency", "2"), tmp_path, surroundings) as child:
        await until(lambda: len([*read_ledger(out, run_id, THREE[0])]) > 0)
        child.process.kill()
        assert (await child.ended()).code == -signal.SIGKILL
    fake.faults.clear()
    written = outcome_facts(read_ledger(out, run_id, THREE[0]))
    merged = await scanner(("merge", "--out", "scan"), tmp_path, surroundings)
    kept = outcome_facts(ledger(out))

    assert merged.code == 3
    assert "Shards that did not come home: 1/3" in merged.out
    assert "shard 1/3 did not come home" in merged.out
    assert manifest(out)["shards"] == {"planned": 3, "missing": ["1/3"]}
    assert kept.keys() == outcomes.keys()
    assert {key: kept[key] for key in written} == written
    assert {kept[key][0] for key in kept.keys() - written.keys()} == {
        Status.COMPLETE, Status.NOT_ATTEMPTED,
    }  # fmt: skip
    assert inventory(out).items() < records.items()

    assert code(await take(out, THREE[0])) == 0
    check_whole(out, undisturbed)


async def test_while_a_shard_is_at_work_nothing_is_merged(fake, tmp_path):
    surroundings = environment(fake)
    fake.faults.add(Rule(action=Slow(60), service="ec2"))
    async with started(part(THREE[0]), tmp_path, surroundings) as child:
        await until(lambda: any(call.service == "ec2" for call in fake.journal.calls))
        merged = await scanner(("merge", "--out", "scan"), tmp_path, surroundings)
        child.process.kill()

    assert merged.code == 6
    assert "1-of-3 is being written by another process" in merged.err


async def test_a_shard_that_is_home_calls_nothing_and_merges_what_was_left_to_merge(
    fake, out, undisturbed
):
    await take(out, *THREE)
    (out / "runs" / find_run(out) / "manifest.json").unlink()  # as if killed before merging
    fake.journal.clear()
    again = await take(out, THREE[1])

    assert (code(again), fake.journal.connections) == (0, 0)
    check_whole(out, undisturbed)


async def test_a_shard_ends_with_its_own_code_though_the_run_is_partial(fake, out, undisturbed):
    refusing = MINE[THREE[0]][0]
    refusal = Rule(action=denied(), account=refusing, operation="AssumeRole")
    fake.faults.add(refusal)
    ended = [await take(out, each) for each in THREE]
    left = manifest(out)

    assert [code(each) for each in ended] == [3, 0, 0]
    assert (code(await merge(out, "latest")), left["status"]) == (3, "partial")
    assert [each["account_id"] for each in left["accounts"]["failed"]] == [refusing]
    assert left["shards"]["missing"] == []
    assert "--shard 1/3" in left["resume"]

    fake.faults.clear()
    await take(out, THREE[0])
    check_whole(out, undisturbed)


async def test_an_interrupted_shard_is_home_and_the_run_can_be_gone_on_with(fake, out, undisturbed):
    await take(out, *THREE[1:])
    scan = await library_scan(out, THREE[0])
    scan.stop("interrupted by SIGTERM")
    ended = await scan.run()

    assert (code(ended), ended.status) == (130, "interrupted")
    assert ended.whole == manifest(out)
    assert (manifest(out)["status"], manifest(out)["shards"]["missing"]) == ("partial", [])
    assert (code(await take(out, THREE[0])), code(await merge(out, "nightly"))) == (0, 0)
    check_whole(out, undisturbed)


async def test_a_shard_without_accounts_is_complete(fake, out):
    many = Shard.all(40)
    empty = next(each for each in many if not any(map(each.holds, ORGANIZATION.account_ids)))
    summary = await take(out, empty)

    assert code(summary) == 0
    assert (summary.manifest["planned"], summary.status) == (0, "complete")
    assert summary.manifest["shard"] == str(empty)
    assert summary.whole is None


async def test_the_machine_reads_of_shard_and_run_as_json(fake, tmp_path, out):
    await take(out, *THREE[1:])
    last = await scanner((*part(THREE[0]), "--json"), tmp_path, environment(fake))
    shown = json.loads(last.out)

    assert shown["shard"] == "1/3"
    assert shown["whole"] == manifest(out)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"run_id": None}, "need the same --run-id"),
        ({"shard": None}, "give --shard too"),
        ({"run_id": "a/b"}, "not a name of a run: 'a/b'"),
        ({"run_id": ""}, "not a name of a run: ''"),
        ({"shard": "auto"}, "--shard auto: neither"),
        ({"shard": "0/3"}, "shards count from 1"),
        ({"shard": "1/2"}, "has 3 shards: --shard 1/2 is none"),
        ({"shard": "2/3", "types": TYPES}, "another --types"),
    ],
)
async def test_what_does_not_fit_the_run_is_bad_input(fake, out, options, said):
    one_type = {"types": TYPES[:1]}
    await take(out, THREE[0], **one_type)
    fake.journal.clear()
    chosen = {**CHOICE, "shard": "1/3", "run_id": "nightly"} | one_type | options
    with pytest.raises(library.SettingsError, match=said):
        await library.scan(out=out, **chosen)

    assert fake.journal.connections == 0


async def test_a_shard_that_lost_the_race_to_plan_is_held_to_the_winners_plan(fake, out):
    """Both began before there was a plan; the slower one had other types in mind."""
    slow = await library_scan(out, THREE[1], types=TYPES[:1])
    await take(out, THREE[0])
    with pytest.raises(library.SettingsError, match="another --types"):
        await slow.run()


async def library_scan(out, shard, **options):
    chosen = {**CHOICE, "out": out, "shard": str(shard), "run_id": "nightly"} | options
    return await prepare(chosen, into_files=True)


async def test_of_shards_that_begin_at_the_same_time_one_discovers(fake, out, undisturbed):
    scans = [await library_scan(out, each) for each in THREE]  # none of them sees a plan yet
    async with anyio.create_task_group() as tasks:
        for each in scans:
            tasks.start_soon(each.run)
    called = [call.operation for call in fake.journal.calls]

    check_whole(out, undisturbed)
    assert called.count("ListAccounts") == 1


async def test_a_run_of_shards_is_resumed_by_shard(fake, out):
    await take(out, THREE[0])
    with pytest.raises(library.SettingsError, match="has 3 shards: give the one to go on with"):
        await library.scan(out=out, resume="latest")


async def test_a_run_without_shards_is_nothing_to_merge(fake, out):
    with pytest.raises(library.SettingsError, match=r"can't read|there is no run"):
        await merge(out, "latest")
    await library.scan(out=out, **CHOICE)
    with pytest.raises(library.SettingsError, match="has no shards"):
        await merge(out, "latest")


async def test_a_program_may_take_a_shard_into_a_sink_of_its_own(fake, undisturbed):
    outcomes = []
    for shard in THREE:
        sink = library.MemorySink()
        summary = await library.scan(sink=sink, shard=str(shard), **CHOICE)
        assert summary.manifest["planned"] == len(sink.outcomes)
        outcomes += sink.outcomes

    assert outcome_facts(outcomes) == undisturbed[1]
