"""A run in a store of objects: exactly once whatever happens, nothing left lying about."""

import gzip
import hashlib
import json
from contextlib import suppress
from dataclasses import replace

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.errors import OutputError
from scanner.model.outcome import Status
from scanner.model.shard import Shard
from scanner.output import (
    claim_run,
    create_run,
    find_run,
    finished_runs,
    merge_shards,
    old_runs,
    read_latest,
    read_ledger,
    read_manifest,
    read_records,
    remove_run,
    resume_run,
    update_state,
)
from scanner.output.lease import LASTS, RENEWED, Lease
from scanner.output.objects import object_path
from tests.unit.output.shelf import Crash, Shelf
from tests.unit.output.support import (
    NOON,
    RUN_ID,
    SMALL,
    commit,
    expected_keys,
    keys,
    scan,
    scan_shard,
    summary,
    unit,
)

OFTEN = replace(SMALL, checkpoint_bytes=600, spool_bytes=1500, member_seconds=0.0)
WORK = {
    unit(n, service): (n % 4, Status.THROTTLED if n == 5 else Status.COMPLETE)
    for n in range(8)
    for service in ("ec2", "s3")
}
AGAIN = dict.fromkeys(WORK, (2, Status.COMPLETE)) | {
    of: what for of, what in WORK.items() if what[1].settled
}
TREES = ("inventory/", "coverage/")


def placed(shelf):
    return {key for key in shelf.objects if key.startswith(TREES)}


def named(out, shelf):
    """Return what the manifests name, and check that it is there as they say."""
    files = (read_manifest(out, RUN_ID) or {"files": []})["files"]
    for each in files:
        body = shelf.objects[each["path"]].body
        assert (len(body), hashlib.sha256(body).hexdigest()) == (each["bytes"], each["sha256"])
        assert len(gzip.decompress(body).splitlines()) == each["records"]
    return {each["path"] for each in files}


def check_whole(out, shelf, work):
    assert {each.key for each in read_ledger(out, RUN_ID)} == {of.key for of in work}
    assert keys(read_records(out, RUN_ID)) == expected_keys(work)
    assert named(out, shelf) == placed(shelf)
    assert not any("/journal/" in key for key in shelf.objects)
    assert shelf.uploads == {}


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def out(shelf):
    return object_path(shelf)


def test_a_run_is_in_its_place_when_it_is_finished(shelf, out):
    scan(out, WORK, OFTEN)

    check_whole(out, shelf, WORK)
    assert find_run(out) == RUN_ID
    assert finished_runs(out) == [RUN_ID]
    assert read_latest(out)["complete"]["run_id"] == RUN_ID


def test_units_share_one_part_for_each_service_and_region(shelf, out):
    scan(out, WORK, replace(SMALL, file_bytes=1 << 20))

    assert len([key for key in placed(shelf) if key.startswith("inventory/")]) == 2


def test_nothing_is_where_readers_look_before_the_end(shelf, out):
    scan(out, WORK, OFTEN, finish=False)

    assert placed(shelf) == set()
    assert any("/journal/" in key for key in shelf.objects)
    assert shelf.uploads == {}


def test_units_that_ran_stay_and_the_others_run_again(shelf, out):
    scan(out, WORK, OFTEN, finish=False)

    done = scan(out, AGAIN, OFTEN)

    assert done == {of.key for of, (_, status) in WORK.items() if status.settled}
    check_whole(out, shelf, AGAIN)


def test_what_the_manifest_of_a_partial_run_names_stays_until_the_next_one(shelf, out):
    scan(out, WORK, OFTEN)
    before = named(out, shelf)
    scan(out, AGAIN, OFTEN, finish=False)
    assert named(out, shelf) == before == placed(shelf)

    scan(out, AGAIN, OFTEN)

    check_whole(out, shelf, AGAIN)


def changes_of(work, options=OFTEN):
    shelf = Shelf()
    scan(object_path(shelf), work, options)
    return shelf.changes


def crash_at(place):
    def fault(number, action, key):
        if number == place:
            raise Crash

    return fault


def broken_at(place):
    def fault(number, action, key):
        if number == place:
            raise OutputError(f"{key}: {action} failed")

    return fault


@pytest.mark.parametrize("place", range(1, 1 + changes_of(WORK)))
def test_a_crash_anywhere_and_a_resumption_are_exactly_once(place):
    shelf = Shelf()
    out = object_path(shelf)
    shelf.fault = crash_at(place)
    with suppress(Crash, BaseExceptionGroup):
        scan(out, WORK, OFTEN)
    shelf.revive()

    scan(out, AGAIN, OFTEN)

    check_whole(out, shelf, AGAIN if read_manifest(out, RUN_ID) else WORK)


@settings(max_examples=40)
@given(st.lists(st.integers(1, 40), min_size=2, max_size=4))
def test_crashes_of_the_resumptions_too_are_exactly_once(places):
    shelf = Shelf()
    out = object_path(shelf)
    for place in places:
        shelf.fault = crash_at(shelf.changes + place)
        with suppress(Crash, BaseExceptionGroup):
            scan(out, AGAIN, OFTEN)
        shelf.revive()
        assert named(out, shelf) <= placed(shelf)

    scan(out, AGAIN, OFTEN)

    check_whole(out, shelf, AGAIN)


@pytest.mark.parametrize("place", range(1, 1 + changes_of(WORK)))
def test_a_failure_leaves_no_upload_and_no_file_that_no_manifest_names(place):
    shelf = Shelf()
    out = object_path(shelf)
    shelf.fault = broken_at(place)
    with suppress(OutputError):
        scan(out, WORK, OFTEN)

    assert shelf.uploads == {}
    if read_manifest(out, RUN_ID) is None:
        assert placed(shelf) == set()
    else:
        assert named(out, shelf) <= placed(shelf)


def test_a_crash_redoes_no_more_than_what_came_after_the_checkpoint(shelf, out):
    shelf.fault = lambda number, action, key: (
        crash_at(number)(number, action, key) if ("/journal/000000-000003" in key) else None
    )
    with suppress(Crash, BaseExceptionGroup):
        scan(out, WORK, OFTEN)
    shelf.revive()

    assert len(scan(out, WORK, OFTEN)) >= 4


def test_a_second_writer_is_refused_while_the_first_one_lives(shelf, out):
    async def main():
        async with create_run(out, RUN_ID, {}, OFTEN) as run:
            await commit(run, unit(1), 1)
            with pytest.raises(OutputError, match="being written by another process"):
                async with resume_run(out, RUN_ID, OFTEN):
                    pass
            await run.finish(summary(1))

    anyio.run(main)
    check_whole(out, shelf, {unit(1): (1, Status.COMPLETE)})


def test_a_writer_that_lost_its_lease_writes_nothing_that_counts(shelf, out):
    work = {unit(n): (1, Status.COMPLETE) for n in range(3)}

    async def main():
        async with create_run(out, RUN_ID, {}, OFTEN) as sleeper:
            await commit(sleeper, unit(0), 1)
            await anyio.to_thread.run_sync(shelf.revive)  # its time is over, it does not know
            async with resume_run(out, RUN_ID, OFTEN) as other:
                for each in work:
                    if each.key not in other.done:
                        await commit(other, each, 1)
                await other.finish(summary(3))
            await commit(sleeper, unit(7), 1)
            await sleeper.finish(summary(2))

    with pytest.raises(OutputError, match="another process"):
        anyio.run(main)
    check_whole_but_journal(out, shelf, work)


def check_whole_but_journal(out, shelf, work):
    """Look past a segment that a writer may have left who was late: nobody reads it."""
    shelf.revive()
    for key in [key for key in shelf.objects if "/journal/" in key]:
        del shelf.objects[key]
    check_whole(out, shelf, work)


def test_of_two_manifests_based_on_the_same_one_wins(shelf, out):
    scan(out, WORK, OFTEN)
    before = shelf.objects[f"runs/{RUN_ID}/manifest.json"]

    async def main():
        async with resume_run(out, RUN_ID, OFTEN) as run:
            for of, (records, _) in AGAIN.items():
                if of.key not in run.done:
                    await commit(run, of, records)
            shelf.put(f"runs/{RUN_ID}/manifest.json", [before.body])  # another tag, same text
            await run.finish(summary(len(WORK)))

    with pytest.raises(OutputError, match="written by another process"):
        anyio.run(main)
    assert read_manifest(out, RUN_ID) == json.loads(before.body)
    assert named(out, shelf) == placed(shelf)


THREE = Shard.all(3)


def test_shards_make_one_run_with_the_store_alone(shelf, out):
    work = {unit(n, "ec2"): (2, Status.COMPLETE) for n in range(12)}
    for shard in THREE:
        scan_shard(out, work, shard, OFTEN)

    check_whole(out, shelf, work)
    assert read_manifest(out, RUN_ID)["shards"] == {"planned": 3, "missing": []}


def test_a_shard_that_goes_on_takes_the_runs_manifest_back_until_it_is_home(shelf, out):
    work = {unit(n, "ec2"): (2, Status.THROTTLED) for n in range(12)}
    for shard in THREE:
        scan_shard(out, work, shard, OFTEN)
    better = dict.fromkeys(work, (2, Status.COMPLETE))
    scan_shard(out, better, THREE[0], OFTEN, finish=False)
    assert read_manifest(out, RUN_ID) is None
    assert read_latest(out)["partial"] is None

    for shard in THREE:
        scan_shard(out, better, shard, OFTEN)

    check_whole(out, shelf, better)


def test_the_first_to_name_a_run_decides(out):
    other = "20261124T080619Z-aaaaaa"
    assert claim_run(out, "nightly", RUN_ID) == RUN_ID
    assert claim_run(out, "nightly", other) == RUN_ID


def test_merging_anew_changes_nothing(shelf, out):
    work = {unit(n, "ec2"): (2, Status.COMPLETE) for n in range(12)}
    for shard in THREE:
        scan_shard(out, work, shard, OFTEN)
    before = read_manifest(out, RUN_ID)

    assert merge_shards(out, RUN_ID) == before == read_manifest(out, RUN_ID)


def test_state_of_two_writers_at_once_is_that_of_both(shelf, out):
    entered = []

    def add(before):
        if not entered:
            entered.append(1)
            update_state(out, "rates", lambda before: {**(before or {}), "other": 2})
        return {**(before or {}), "mine": 1}

    update_state(out, "rates", add)

    assert json.loads(shelf.objects["state/rates.json"].body) == {"other": 2, "mine": 1}


def test_an_upload_whose_beginning_was_never_answered_does_not_outlast_its_writer(shelf, out):
    async def main():
        async with create_run(out, RUN_ID, {}, OFTEN) as run:
            for key in (f"runs/{RUN_ID}/journal/000000-000000", "inventory/other-run-0-0.jsonl.gz"):
                shelf.uploads[object()] = key
            await run.finish(summary(0))

    anyio.run(main)

    assert list(shelf.uploads.values()) == ["inventory/other-run-0-0.jsonl.gz"]


def test_prune_leaves_nothing_of_a_run(shelf, out):
    scan(out, WORK, OFTEN)
    later = "20261125T080619Z-7f3a9c"
    anyio.run(begin_and_end, out, later)
    shelf.uploads[object()] = f"runs/{RUN_ID}/journal/000001-000000"
    shelf.uploads[object()] = f"runs/{later}/journal/000001-000000"

    assert [each.run_id for each in old_runs(out, NOON)] == [RUN_ID]
    assert remove_run(out, RUN_ID)

    assert [key for key in shelf.objects if RUN_ID in key] == []
    assert list(shelf.uploads.values()) == [f"runs/{later}/journal/000001-000000"]
    assert finished_runs(out) == [later]


async def begin_and_end(out, run_id):
    async with create_run(out, run_id, {}, OFTEN) as run:
        await run.finish(summary(0))


def test_a_lease_lapses_unless_it_is_renewed(shelf):
    now = [1000.0]
    first, second = (Lease(shelf, "lock", lambda: now[0]) for _ in range(2))
    assert first.take()
    assert not second.take()
    now[0] += RENEWED
    first.renew()
    now[0] += LASTS - 1
    assert not second.take()
    now[0] += 2
    assert second.take()
    with pytest.raises(OutputError, match="taken by another process"):
        first.renew()
    first.release()
    second.renew()


class Ending:
    """Stands for an event that is set after so many waits."""

    def __init__(self, waits):
        self.waits = waits
        self.waited = []

    def wait(self, seconds):
        self.waited.append(seconds)
        return len(self.waited) > self.waits


def test_a_lease_is_kept_through_failures_until_it_ends_or_is_lost(shelf):
    now = [1000.0]
    lease, other = (Lease(shelf, "lock", lambda: now[0]) for _ in range(2))
    assert lease.take()
    shelf.fault = broken_at(shelf.changes + 1)
    now[0] += LASTS - 1
    lease.keep(Ending(2))
    now[0] += LASTS - 1
    assert not other.take()
    now[0] += 2
    assert other.take()
    lost = Ending(10)
    lease.keep(lost)
    assert lost.waited == [RENEWED] * 2


def test_a_dead_process_of_this_host_holds_no_lease(shelf):
    first, second = Lease(shelf, "lock"), Lease(shelf, "lock")
    assert first.take()
    document = json.loads(shelf.objects["lock"].body)
    shelf.put("lock", [json.dumps(document | {"pid": 2**22 + 1}).encode()])
    assert second.take()


def test_a_journal_that_leads_out_of_the_spool_is_refused(shelf, out):
    scan(out, WORK, OFTEN, finish=False)
    folder = f"runs/{RUN_ID}/journal/"
    key = next(key for key in shelf.objects if key.startswith(folder) and key.endswith("-000000"))
    head, _, rest = shelf.objects[key].body.partition(b"\n")
    document = json.loads(head)
    document["pieces"].append(["../../evil", 0, 1])
    shelf.put(key, [json.dumps(document).encode(), b"\n", rest, b"x"])

    with pytest.raises(OutputError, match="not a file of a run"):
        scan(out, WORK, OFTEN)
