"""Commit: units are written in groups, whole, in bounded memory, or the run stops."""

import gzip
import json
import threading
from dataclasses import replace
from unittest import mock

import anyio
import pytest
from anyio import to_thread
from anyio.lowlevel import checkpoint

from scanner.model.errors import OutputError
from scanner.model.outcome import Status
from scanner.output import Options, create_run, read_ledger, read_records, resume_run
from scanner.output.store import Store
from tests.unit.output.support import (
    RUN_ID,
    SMALL,
    commit,
    expected_keys,
    failing,
    files_of,
    keys,
    outcome,
    raw_records,
    record,
    scan,
    summary,
    unit,
)

WORK = {
    unit(number, service): ((number * 7) % 5, Status.COMPLETE)
    for number in range(12)
    for service in ("ec2", "s3")
}


def ledger(out):
    return list(read_ledger(out, RUN_ID))


@pytest.mark.parametrize("compression", ["gzip", "none"])
def test_every_unit_is_in_the_files_once_and_in_the_ledger_once(tmp_path, compression):
    scan(tmp_path, WORK, replace(SMALL, compression=compression))
    assert keys(raw_records(tmp_path)) == expected_keys(WORK)
    assert keys(read_records(tmp_path, RUN_ID)) == expected_keys(WORK)
    assert sorted(each.key for each in ledger(tmp_path)) == sorted(of.key for of in WORK)


def test_each_ledger_line_locates_the_member_of_its_unit(tmp_path):
    scan(tmp_path, WORK)
    for each in ledger(tmp_path):
        if each.records == 0:
            assert (each.file, each.offset, each.bytes) == (None, None, None)
            continue
        chain = (tmp_path / each.file).read_bytes()
        lines = gzip.decompress(chain[each.offset : each.offset + each.bytes]).splitlines()
        mine = [line for line in lines if json.loads(line)["account_id"] == each.account_id]
        assert len(mine) == each.records


def test_units_of_a_file_share_a_member(tmp_path):
    scan(tmp_path, WORK, Options())
    assert {(each.file, each.offset) for each in ledger(tmp_path) if each.records} == {
        (f"inventory/dt=2026-11-24/service={service}/region=eu-west-1/{RUN_ID}-0-0.jsonl.gz", 0)
        for service in ("ec2", "s3")
    }


def test_files_roll_when_they_are_big_enough(tmp_path):
    scan(tmp_path, WORK, replace(SMALL, file_bytes=100, member_bytes=1))
    assert len(list(tmp_path.glob("inventory/**/service=ec2/**/*.gz"))) > 2
    assert len(list(tmp_path.glob("coverage/**/*.gz"))) > 2
    assert keys(raw_records(tmp_path)) == expected_keys(WORK)
    assert len(ledger(tmp_path)) == len(WORK)


def test_a_big_unit_is_spooled_and_copied_as_its_own_member(tmp_path):
    work = {
        unit(0): (3, Status.COMPLETE),
        unit(1): (60, Status.COMPLETE),
        unit(2): (2, Status.COMPLETE),
    }
    scan(tmp_path, work, replace(SMALL, member_bytes=1 << 20))
    assert keys(raw_records(tmp_path)) == expected_keys(work)
    by_key = {each.key: each for each in ledger(tmp_path)}
    members = [(each.file, each.offset) for each in by_key.values()]
    assert members.count((by_key[unit(1).key].file, by_key[unit(1).key].offset)) == 1
    assert not (tmp_path / "runs" / RUN_ID / "spool").exists()


def test_everything_is_private_to_its_owner(tmp_path):
    scan(tmp_path / "out", WORK)
    assert {path.stat().st_mode & 0o777 for path in files_of(tmp_path)} == {0o600}
    directories = [path for path in tmp_path.rglob("*") if path.is_dir()]
    assert {path.stat().st_mode & 0o777 for path in directories} == {0o700}


class HeldStore:
    """Holds every write back until it is let go."""

    def __init__(self):
        self.go = threading.Event()
        self.began = threading.Event()
        self._append = Store.append

    def in_place_of_append(self):
        def append(store, groups):
            self.began.set()
            assert self.go.wait(10)
            self._append(store, groups)

        return append


@pytest.mark.parametrize("limits", [{"queue_units": 10}, {"queue_bytes": 6000}])
def test_commit_waits_while_the_disk_is_slow(tmp_path, limits):
    held = HeldStore()
    committed = []

    async def work(run):
        for number in range(100):
            await commit(run, unit(number), 1)
            committed.append(number)

    async def main():
        opening = create_run(tmp_path, RUN_ID, {}, Options(**limits))
        async with opening as run, anyio.create_task_group() as tasks:
            tasks.start_soon(work, run)
            await to_thread.run_sync(held.began.wait, 10)
            for _ in range(1000):
                await checkpoint()
            stopped_at = len(committed)
            held.go.set()
        return stopped_at

    with mock.patch.object(Store, "append", held.in_place_of_append()):
        stopped_at = anyio.run(main)
    assert 2 <= stopped_at <= 10
    assert len(committed) == 100
    assert len(ledger(tmp_path)) == 100


def test_a_lonely_unit_is_written_after_its_time(tmp_path):
    held = HeldStore()
    held.go.set()

    async def main():
        options = Options(member_seconds=0.01)
        async with create_run(tmp_path, RUN_ID, {}, options) as run:
            await commit(run, unit(), 1)
            assert await to_thread.run_sync(held.began.wait, 10)

    with mock.patch.object(Store, "append", held.in_place_of_append()):
        anyio.run(main)


async def commit_many(run):
    for number in range(100):
        await commit(run, unit(number), 2)


def test_a_full_disk_stops_the_run_at_the_next_commit_and_at_the_end(tmp_path):
    async def main():
        async with create_run(tmp_path, RUN_ID, {}, SMALL) as run:
            with failing(4):
                with pytest.raises(OutputError, match="No space left on device"):
                    await commit_many(run)
                with pytest.raises(OutputError, match="No space left on device"):
                    await run.finish(summary(100))

    with pytest.raises(OutputError, match="No space left on device"):
        anyio.run(main)
    assert len(ledger(tmp_path)) < 100
    assert not (tmp_path / "runs" / RUN_ID / "manifest.json").exists()


def test_what_fails_at_the_very_end_is_raised_when_the_run_closes(tmp_path):
    async def main():
        with failing(10**9) as system:
            async with create_run(tmp_path, RUN_ID, {}, Options()) as run:
                await commit(run, unit(), 1)
                system._at = system.changes + 1

    with pytest.raises(OutputError, match="No space left on device"):
        anyio.run(main)
    assert ledger(tmp_path) == []


def test_a_failed_write_lets_those_go_who_wait(tmp_path):
    held = HeldStore()
    errors = []

    async def work(run, start):
        try:
            for number in range(start, start + 20):
                await commit(run, unit(number), 1)
        except OutputError as error:
            errors.append(str(error))

    def fail(store, groups):
        held.began.set()
        assert held.go.wait(10)
        raise OutputError("can't write x: gone")

    async def main():
        opening = create_run(tmp_path, RUN_ID, {}, Options(queue_units=4))
        async with opening as run, anyio.create_task_group() as tasks:
            for start in (0, 100, 200):
                tasks.start_soon(work, run, start)
            await to_thread.run_sync(held.began.wait, 10)
            for _ in range(100):
                await checkpoint()
            held.go.set()

    with mock.patch.object(Store, "append", fail), pytest.raises(OutputError, match="gone"):
        anyio.run(main)
    assert errors == ["can't write x: gone"] * 3


def test_a_bug_in_the_writer_is_not_swallowed(tmp_path):
    async def main():
        async with create_run(tmp_path, RUN_ID, {}, Options()) as run:
            await commit(run, unit(), 1)

    broken = mock.patch.object(Store, "append", side_effect=ZeroDivisionError)
    with broken, pytest.raises(ExceptionGroup) as caught:
        anyio.run(main)
    assert caught.group_contains(ZeroDivisionError)


def test_finished_units_are_kept_when_the_run_is_cancelled(tmp_path):
    async def main():
        with anyio.CancelScope() as scope:
            async with create_run(tmp_path, RUN_ID, {}, Options()) as run:
                await commit(run, unit(1), 2)
                abandoned = run.open_unit(unit(2))
                await abandoned.add(record(unit(2)))
                scope.cancel()
                await anyio.sleep_forever()
        assert scope.cancelled_caught

    anyio.run(main)
    assert [each.key for each in ledger(tmp_path)] == [unit(1).key]
    assert len(raw_records(tmp_path)) == 2


def test_an_error_of_the_body_comes_out_as_it_is(tmp_path):
    async def main():
        async with create_run(tmp_path, RUN_ID, {}, Options()) as run:
            await commit(run, unit(1), 2)
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        anyio.run(main)
    assert len(ledger(tmp_path)) == 1


def test_a_discarded_unit_leaves_no_trace(tmp_path):
    async def main():
        async with create_run(tmp_path, RUN_ID, {}, SMALL) as run:
            buffer = run.open_unit(unit(1))
            for number in range(50):
                await buffer.add(record(unit(1), number))
            await buffer.discard()
            await commit(run, unit(2), 1)

    anyio.run(main)
    assert keys(raw_records(tmp_path)) == [f"{unit(2).key}/thing-0"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (outcome(unit(1), 2), "counts 2 records, the unit holds 1"),
        (outcome(unit(2), 1), "came with the unit"),
    ],
)
def test_an_outcome_that_does_not_match_its_unit_is_refused(tmp_path, wrong, message):
    async def main():
        async with create_run(tmp_path, RUN_ID, {}, Options()) as run:
            buffer = run.open_unit(unit(1))
            await buffer.add(record(unit(1)))
            with pytest.raises(OutputError, match=message):
                await run.commit(buffer, wrong)

    anyio.run(main)
    assert ledger(tmp_path) == []


def test_a_unit_is_taken_once_and_only_from_this_sink(tmp_path):
    async def main():
        async with create_run(tmp_path, RUN_ID, {}, Options()) as run:
            buffer = run.open_unit(unit(1))
            await run.commit(buffer, outcome(unit(1)))
            with pytest.raises(OutputError, match="ended already"):
                await run.commit(buffer, outcome(unit(1)))
            with pytest.raises(OutputError, match="another sink"):
                await run.commit(mock.Mock(), outcome(unit(1)))

    anyio.run(main)
    assert len(ledger(tmp_path)) == 1


def test_a_closed_run_takes_nothing(tmp_path):
    async def main():
        async with create_run(tmp_path, RUN_ID, {}, Options()) as run:
            await run.finish(summary(0))
            with pytest.raises(OutputError, match="has ended"):
                await commit(run, unit(1))
            with pytest.raises(OutputError, match="has ended"):
                await run.finish(summary(0))

    anyio.run(main)


def test_two_writers_of_a_run_are_refused(tmp_path):
    async def main():
        async with create_run(tmp_path, RUN_ID, {}, Options()):
            for opening in (resume_run(tmp_path, RUN_ID), create_run(tmp_path, RUN_ID, {})):
                with pytest.raises(OutputError, match="written by another process"):
                    async with opening:
                        pytest.fail("opened twice")

    anyio.run(main)


def test_a_run_is_created_once(tmp_path):
    scan(tmp_path, WORK)

    async def main():
        async with create_run(tmp_path, RUN_ID, {}):
            pytest.fail("created twice")

    with pytest.raises(OutputError, match="exists already"):
        anyio.run(main)


def test_a_run_in_an_impossible_place_starts_nothing(tmp_path):
    (tmp_path / "file").touch()

    async def main():
        async with create_run(tmp_path / "file", RUN_ID, {}):
            pytest.fail("opened")

    with pytest.raises(OutputError, match="not a directory"):
        anyio.run(main)
    assert files_of(tmp_path) == [tmp_path / "file"]


def test_the_plan_is_there_before_the_first_unit(tmp_path):
    async def main():
        plan = {"units": 3, "run_id": "not mine"}
        async with create_run(tmp_path, RUN_ID, plan, SMALL):
            return json.loads(
                await anyio.Path(tmp_path / "runs" / RUN_ID / "plan.json").read_text()
            )

    assert anyio.run(main) == {
        "schema": 1,
        "run_id": RUN_ID,
        "job": "inventory",
        "shard": "0",
        "compression": "gzip",
        "started_at": "2026-11-24T12:00:00Z",
        "units": 3,
    }
