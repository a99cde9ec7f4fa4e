"""Shards write side by side into one run: one name, one plan, one manifest."""

import os
import threading
from contextlib import suppress
from dataclasses import replace
from functools import partial

import anyio
import anyio.lowlevel
import pytest

from scanner.model.errors import OutputError
from scanner.model.outcome import Status
from scanner.model.shard import Shard
from scanner.output import (
    absent_shards,
    claim_run,
    create_run,
    disk,
    find_plan,
    find_run,
    merge_shards,
    planning,
    read_latest,
    read_ledger,
    read_manifest,
    read_records,
    resume_run,
    share_plan,
    sharing,
)
from scanner.output.layout import Layout
from tests.unit.output.support import (
    RUN_ID,
    SMALL,
    commit,
    expected_keys,
    failing,
    files_of,
    keys,
    raw_records,
    scan,
    scan_shard,
    summary,
    unit,
    whole,
)

LATER = "20261125T000000Z-000000"
WORK = {unit(n, s): (n % 4, Status.COMPLETE) for n in range(12) for s in ("ec2", "s3")}
THREE = Shard.all(3)


def together(*calls):
    """Call all at the same moment, each in a thread; return what they returned."""
    ready, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place, call):
        ready.wait(10)
        results[place] = call()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    return results


def all_home(out, shards=THREE):
    for shard in shards:
        scan_shard(out, WORK, shard)


def test_the_first_to_claim_a_name_gives_the_run_its_id(tmp_path):
    assert claim_run(tmp_path, "nightly", RUN_ID) == RUN_ID
    assert claim_run(tmp_path, "nightly", LATER) == RUN_ID
    assert claim_run(tmp_path, "other", LATER) == LATER
    assert claim_run(tmp_path, LATER, RUN_ID) == LATER  # an id names itself


def test_of_many_that_claim_a_name_at_once_all_get_the_same_id(tmp_path):
    ids = [f"20261124T08061{n}Z-7f3a9c" for n in range(8)]
    claimed = together(*(lambda mine=each: claim_run(tmp_path, "n", mine) for each in ids))
    assert len(set(claimed)) == 1
    assert claimed[0] in ids


def test_of_many_plans_offered_at_once_one_counts_for_all(tmp_path):
    def offer(number):
        return lambda: share_plan(tmp_path, RUN_ID, {"planned": number}, 3, SMALL)

    plans = together(*map(offer, range(8)))
    assert all(each == plans[0] for each in plans)
    assert find_plan(tmp_path, RUN_ID) == plans[0]
    assert [each.name for each in (tmp_path / "runs" / RUN_ID).iterdir()] == ["plan.json"]


def test_a_shared_plan_says_how_many_shards_there_are_and_is_private(tmp_path):
    plan = share_plan(tmp_path, RUN_ID, {"planned": 7, "shards": 99}, 3, SMALL)
    assert plan == {
        "schema": 1,
        "run_id": RUN_ID,
        "job": "inventory",
        "shards": 3,
        "compression": "gzip",
        "started_at": "2026-11-24T12:00:00Z",
        "planned": 7,
    }
    assert Layout(tmp_path, RUN_ID).plan.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("at", range(1, 12))
def test_a_plan_that_could_not_be_written_whole_is_not_there(tmp_path, at):
    with failing(at) as system:
        try:
            share_plan(tmp_path, RUN_ID, {"planned": 1}, 3, SMALL)
        except OutputError:
            assert system.failed
    plan = find_plan(tmp_path, RUN_ID)
    assert plan is None or plan["planned"] == 1
    assert share_plan(tmp_path, RUN_ID, {"planned": 1}, 3, SMALL)["planned"] == 1


@pytest.fixture
def looks(monkeypatch):
    """Count the looks for a plan that another shard is making; no time passes between them."""
    seen, real = [], anyio.sleep

    async def sleep(seconds):
        seen.append(seconds)
        await real(0)

    monkeypatch.setattr(sharing, "sleep", sleep)
    return seen


async def plan_or_turn(out, found):
    async with planning(out, RUN_ID) as plan:
        found.append(plan)


async def looked(looks):
    with anyio.fail_after(10):
        while not looks:
            await anyio.lowlevel.checkpoint()


async def test_while_one_shard_plans_the_others_wait_and_take_its_plan(tmp_path, looks):
    found = []
    async with anyio.create_task_group() as tasks, planning(tmp_path, RUN_ID) as nothing:
        tasks.start_soon(plan_or_turn, tmp_path, found)
        await looked(looks)
        assert (nothing, found) == (None, [])
        offer = partial(share_plan, tmp_path, RUN_ID, {"planned": 5}, 3, SMALL)
        plan = await anyio.to_thread.run_sync(offer)
    assert found == [plan]


async def test_where_planning_fails_the_next_has_its_turn(tmp_path, looks):
    found = []
    async with anyio.create_task_group() as tasks:
        with suppress(OutputError):
            async with planning(tmp_path, RUN_ID):
                tasks.start_soon(plan_or_turn, tmp_path, found)
                await looked(looks)
                raise OutputError("no credentials")
    assert found == [None]


async def test_one_that_waits_for_a_plan_can_be_stopped(tmp_path, looks):
    found = []
    async with anyio.create_task_group() as tasks, planning(tmp_path, RUN_ID):
        tasks.start_soon(plan_or_turn, tmp_path, found)
        await looked(looks)
        tasks.cancel_scope.cancel()
    await plan_or_turn(tmp_path, found)
    assert found == [None]


def test_a_run_is_found_by_its_name(tmp_path):
    claim_run(tmp_path, "nightly", RUN_ID)
    with pytest.raises(OutputError, match="there is no run"):
        find_run(tmp_path, "nightly")
    all_home(tmp_path)
    assert find_run(tmp_path, "nightly") == find_run(tmp_path) == RUN_ID
    with pytest.raises(OutputError, match="there is no run weekly"):
        find_run(tmp_path, "weekly")


def test_the_last_shard_home_writes_the_one_manifest(tmp_path):
    scan_shard(tmp_path, WORK, THREE[1])
    scan_shard(tmp_path, WORK, THREE[2])
    assert whole(tmp_path) is None
    assert read_latest(tmp_path)["complete"] is None
    assert absent_shards(tmp_path, RUN_ID, 3) == (THREE[0],)
    scan_shard(tmp_path, WORK, THREE[0])

    manifest = whole(tmp_path)
    assert manifest["status"] == "complete"
    assert (manifest["planned"], manifest["by_status"]["complete"]) == (len(WORK), len(WORK))
    assert manifest["records"] == len(expected_keys(WORK))
    assert manifest["accounts"] == {
        "discovered": len(WORK), "selected": len(WORK), "entered": 12, "failed": [],
    }  # fmt: skip
    assert manifest["shards"] == {"planned": 3, "missing": []}
    assert manifest["resume"] is None
    assert read_latest(tmp_path)["complete"]["run_id"] == RUN_ID
    assert (
        keys(read_records(tmp_path, RUN_ID)) == keys(raw_records(tmp_path)) == expected_keys(WORK)
    )


def test_the_manifest_of_shards_has_the_fields_of_any_other_and_one_more(tmp_path):
    scan(tmp_path / "one", WORK)
    all_home(tmp_path / "three")
    assert [*whole(tmp_path / "three")] == [*whole(tmp_path / "one"), "shards"]


def test_the_manifest_names_every_file_of_every_shard(tmp_path):
    all_home(tmp_path)
    named = {each["path"]: each["bytes"] for each in whole(tmp_path)["files"]}
    on_disk = {str(path.relative_to(tmp_path)): path.stat().st_size for path in files_of(tmp_path)}
    assert named == {
        name: size for name, size in on_disk.items() if name.startswith(("inv", "cov"))
    }
    assert {path.name.split("-")[2] for path in map(tmp_path.joinpath, named)} == {"1", "2", "3"}


def test_shards_that_end_at_the_same_moment_make_one_manifest(tmp_path):
    together(*(lambda mine=each: scan_shard(tmp_path, WORK, mine) for each in THREE))
    manifest = whole(tmp_path)
    assert (manifest["status"], manifest["planned"]) == ("complete", len(WORK))
    assert keys(read_records(tmp_path, RUN_ID)) == expected_keys(WORK)
    assert merge_shards(tmp_path, RUN_ID) == manifest


def test_merging_again_changes_nothing(tmp_path):
    all_home(tmp_path)
    before = {path: path.read_bytes() for path in files_of(tmp_path)}
    merge_shards(tmp_path, RUN_ID)
    assert {path: path.read_bytes() for path in files_of(tmp_path)} == before


def test_one_that_is_not_complete_makes_the_run_partial_and_going_on_with_it_mends_that(tmp_path):
    broken = {of: (n, Status.DENIED if n == 2 else s) for of, (n, s) in WORK.items()}
    for shard in THREE:
        scan_shard(tmp_path, broken, shard)
    manifest = whole(tmp_path)
    halves = [each for each in THREE if read_manifest(tmp_path, RUN_ID, each)["resume"]]
    assert manifest["status"] == "partial"
    assert manifest["resume"] == "; ".join(["again"] * len(halves))
    assert read_latest(tmp_path)["partial"]["run_id"] == RUN_ID

    for shard in halves:
        scan_shard(tmp_path, WORK, shard)
    assert whole(tmp_path)["status"] == "complete"
    assert read_latest(tmp_path)["complete"]["run_id"] == RUN_ID
    assert read_latest(tmp_path)["partial"] is None
    assert keys(raw_records(tmp_path)) == expected_keys(WORK)


def test_a_shard_that_goes_on_takes_the_manifests_back_first(tmp_path):
    all_home(tmp_path)
    scan_shard(tmp_path, WORK, THREE[1], finish=False)
    assert whole(tmp_path) is None
    assert absent_shards(tmp_path, RUN_ID, 3) == (THREE[1],)
    assert merge_shards(tmp_path, RUN_ID) is None
    assert read_latest(tmp_path)["complete"] is None
    scan_shard(tmp_path, WORK, THREE[1])
    assert whole(tmp_path)["status"] == "complete"


def test_the_ledger_of_a_shard_is_its_own_and_that_of_the_run_is_all(tmp_path):
    all_home(tmp_path)
    by_shard = [[each.key for each in read_ledger(tmp_path, RUN_ID, shard)] for shard in THREE]
    assert sorted(key for part in by_shard for key in part) == sorted(of.key for of in WORK)
    assert sorted(each.key for each in read_ledger(tmp_path, RUN_ID)) == sorted(
        of.key for of in WORK
    )


def test_what_the_manifest_does_not_name_is_not_of_the_run(tmp_path):
    all_home(tmp_path)
    torn = Layout(tmp_path, RUN_ID, shard=THREE[0]).coverage(99)
    torn.write_bytes(b"torn")
    assert len([*read_ledger(tmp_path, RUN_ID)]) == len(WORK)


def test_two_writers_of_one_shard_do_not_meet(tmp_path):
    scan_shard(tmp_path, WORK, THREE[0], finish=False)
    with (
        disk.locked(Layout(tmp_path, RUN_ID, shard=THREE[0]).lock),
        pytest.raises(OutputError, match="1-of-3 is being written by another process"),
    ):
        scan_shard(tmp_path, WORK, THREE[0])
    scan_shard(tmp_path, WORK, THREE[1])  # its neighbours never waited


@pytest.mark.parametrize("shard", [None, Shard(1, 2), Shard(1, 4)])
def test_a_run_is_not_written_in_another_split_than_it_was_planned(tmp_path, shard):
    share_plan(tmp_path, RUN_ID, {"planned": 0}, 3, SMALL)

    async def main():
        async with resume_run(tmp_path, RUN_ID, replace(SMALL, shard=shard)):
            pass

    with pytest.raises(OutputError, match="has 3 shards"):
        anyio.run(main)


def test_a_run_without_shards_has_none_to_go_on_with(tmp_path):
    async def main():
        async with create_run(tmp_path, RUN_ID, {}, SMALL):
            pass
        async with resume_run(tmp_path, RUN_ID, replace(SMALL, shard=Shard(1, 2))):
            pass

    with pytest.raises(OutputError, match="has no shards, not 2"):
        anyio.run(main)


def test_a_shard_takes_no_account_of_another(tmp_path):
    foreign = next(of for of in WORK if not THREE[0].holds(of.account.id))
    share_plan(tmp_path, RUN_ID, {"planned": 1}, 3, SMALL)

    async def main():
        async with resume_run(tmp_path, RUN_ID, replace(SMALL, shard=THREE[0])) as run:
            await commit(run, foreign, 1)
            await run.finish(summary(1))

    with pytest.raises(OutputError, match="is not of shard 1/3"):
        anyio.run(main)
    assert read_manifest(tmp_path, RUN_ID, THREE[0]) is None


def test_shards_that_do_not_add_up_to_the_plan_make_no_manifest(tmp_path):
    share_plan(tmp_path, RUN_ID, {"planned": len(WORK) + 1, "accounts": {}}, 3, SMALL)
    for shard in THREE[:2]:
        scan_shard(tmp_path, WORK, shard)
    with pytest.raises(OutputError, match=f"{len(WORK) + 1} units were planned, .* {len(WORK)};"):
        scan_shard(tmp_path, WORK, THREE[2])
    assert whole(tmp_path) is None


def test_a_file_that_lost_something_since_makes_no_manifest(tmp_path):
    all_home(tmp_path, THREE[:2])
    victim = max(tmp_path.glob("inventory/**/*.gz"), key=lambda path: path.stat().st_size)
    os.truncate(victim, victim.stat().st_size - 1)
    with pytest.raises(OutputError, match="its shard wrote"):
        all_home(tmp_path, THREE[2:])
    assert whole(tmp_path) is None


def test_without_going_again_every_unit_with_an_outcome_stays(tmp_path):
    denied = dict.fromkeys(WORK, (0, Status.DENIED))
    scan_shard(tmp_path, denied, THREE[0])
    mine = {of.key for of in WORK if THREE[0].holds(of.account.id)}
    assert scan_shard(tmp_path, denied, THREE[0], again=False) == mine
    assert scan_shard(tmp_path, WORK, THREE[0], again=True) == frozenset()
