"""The manifest says what is there, last, and never hides a unit that is missing."""

import gzip
import hashlib
import json
from contextlib import suppress
from functools import partial

import anyio
import pytest

from scanner.model.errors import OutputError
from scanner.model.outcome import Status
from scanner.output import (
    create_run,
    find_run,
    read_latest,
    read_ledger,
    read_manifest,
    read_plan,
    read_records,
    resume_run,
)
from scanner.output.layout import number_of
from tests.unit.output.support import RUN_ID, SMALL, commit, failing, outcome, scan, summary, unit

WORK = {unit(n, s): (n % 3, Status.COMPLETE) for n in range(9) for s in ("ec2", "s3")}
LATER = "20261125T000000Z-000000"


def last_ledger_file(out):
    return max(out.glob("coverage/**/*.gz"), key=number_of)


create_empty = partial(create_run, plan={})


def finished(out, run_id=RUN_ID, opening=create_empty, **values):
    async def main():
        async with opening(out, run_id) as run:
            return await run.finish(summary(0) | values)

    return anyio.run(main)


def test_the_manifest_has_the_fields_of_the_contract_in_order(tmp_path):
    accounts = {"discovered": 3, "selected": 2, "entered": 2, "failed": []}
    manifest = finished(tmp_path, accounts=accounts, resume=None, note="extra", run_id_of="x")
    assert manifest == read_manifest(tmp_path, RUN_ID)
    assert " ".join(manifest).startswith(
        "schema run_id job status started_at finished_at scanner_version planned by_status "
        "accounts records requests throttles files resume"
    )
    assert manifest["accounts"] == accounts
    assert manifest["note"] == "extra"
    assert manifest["started_at"] == read_plan(tmp_path, RUN_ID)["started_at"]


def test_totals_come_from_the_ledger(tmp_path):
    async def main():
        async with create_run(tmp_path, RUN_ID, {}, SMALL) as run:
            for number, status in enumerate((Status.COMPLETE, Status.COMPLETE, Status.DENIED)):
                buffer = run.open_unit(unit(number))
                await run.commit(
                    buffer, outcome(unit(number), 0, status, requests=5, throttles=number)
                )
            await commit(run, unit(9), 4)
            return await run.finish(summary(4, "partial") | {"records": 99, "files": []})

    manifest = anyio.run(main)
    assert {s: n for s, n in manifest["by_status"].items() if n} == {"complete": 3, "denied": 1}
    assert set(manifest["by_status"]) == {status.value for status in Status}
    assert (manifest["records"], manifest["requests"], manifest["throttles"]) == (4, 15, 3)


def test_files_are_named_with_their_lines_bytes_and_digest(tmp_path):
    scan(tmp_path, WORK)
    files = read_manifest(tmp_path, RUN_ID)["files"]
    on_disk = [*tmp_path.glob("inventory/**/*.gz"), *tmp_path.glob("coverage/**/*.gz")]
    assert sorted(each["path"] for each in files) == sorted(
        str(p.relative_to(tmp_path)) for p in on_disk
    )
    for each in files:
        content = (tmp_path / each["path"]).read_bytes()
        assert each["bytes"] == len(content)
        assert each["sha256"] == hashlib.sha256(content).hexdigest()
        assert each["records"] == len(gzip.decompress(content).splitlines())


@pytest.mark.parametrize("planned", [len(WORK) - 1, len(WORK) + 1])
def test_a_ledger_that_does_not_fit_the_plan_is_never_published(tmp_path, planned):
    async def main():
        async with create_run(tmp_path, RUN_ID, {}, SMALL) as run:
            for of, (records, _) in WORK.items():
                await commit(run, of, records)
            await run.finish(summary(planned))

    with pytest.raises(OutputError, match=f"{planned} units were planned, the ledger has 18 lines"):
        anyio.run(main)
    assert read_manifest(tmp_path, RUN_ID) is None
    assert read_latest(tmp_path)["complete"] is None


def test_a_doubled_unit_does_not_stand_in_for_a_missing_one(tmp_path):
    async def main():
        async with create_run(tmp_path, RUN_ID, {}, SMALL) as run:
            await commit(run, unit(1))
            await commit(run, unit(1))
            await run.finish(summary(2))

    with pytest.raises(OutputError, match="2 lines for 1 units"):
        anyio.run(main)


def test_latest_points_at_the_newest_of_each_kind(tmp_path):
    entry = {"run_id": LATER, "manifest": f"runs/{LATER}/manifest.json"}
    finished(tmp_path, LATER)
    finished(tmp_path, RUN_ID)
    assert read_latest(tmp_path) == {"schema": 1, "complete": entry, "partial": None}
    finished(tmp_path, "20261126T000000Z-000000", status="interrupted")
    latest = read_latest(tmp_path)
    assert latest["complete"] == entry
    assert latest["partial"]["run_id"] == "20261126T000000Z-000000"


def test_a_partial_run_that_is_completed_changes_its_place(tmp_path):
    finished(tmp_path, status="partial")
    assert read_latest(tmp_path)["partial"]["run_id"] == RUN_ID
    finished(tmp_path, opening=resume_run)
    latest = read_latest(tmp_path)
    assert (latest["complete"]["run_id"], latest["partial"]) == (RUN_ID, None)


def test_a_run_that_goes_on_is_not_whole_meanwhile(tmp_path):
    finished(tmp_path, LATER)
    finished(tmp_path, RUN_ID, status="partial")

    async def main():
        async with resume_run(tmp_path, RUN_ID):
            pass

    anyio.run(main)
    assert read_manifest(tmp_path, RUN_ID) is None
    latest = read_latest(tmp_path)
    assert (latest["complete"]["run_id"], latest["partial"]) == (LATER, None)


def test_a_crash_while_publishing_leaves_no_false_pointer(tmp_path):
    scan(tmp_path, WORK, finish=False)
    for at in range(1, 200):
        with failing(at) as system:
            with suppress(OutputError):
                scan(tmp_path, WORK)
            if not system.failed:
                break
        for slot in ("complete", "partial"):
            entry = read_latest(tmp_path)[slot]
            assert entry is None or (tmp_path / entry["manifest"]).exists()
    assert at > 10
    assert read_latest(tmp_path)["complete"]["run_id"] == RUN_ID
    assert read_manifest(tmp_path, RUN_ID)["planned"] == len(WORK)


def test_damage_to_a_finished_ledger_is_loud(tmp_path):
    scan(tmp_path, WORK)
    path = last_ledger_file(tmp_path)
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(OutputError, match="damaged at byte"):
        list(read_ledger(tmp_path, RUN_ID))


def test_the_ledger_of_a_stopped_run_is_read_as_far_as_it_goes(tmp_path):
    scan(tmp_path, WORK, finish=False)
    path = last_ledger_file(tmp_path)
    path.write_bytes(path.read_bytes()[:-4])
    assert 0 < len(list(read_ledger(tmp_path, RUN_ID))) < len(WORK)


def test_missing_records_are_loud(tmp_path):
    scan(tmp_path, WORK)
    for path in tmp_path.glob("inventory/**/*.gz"):
        path.unlink()
    with pytest.raises(OutputError, match="can't read"):
        list(read_records(tmp_path, RUN_ID))


def test_runs_are_found_by_name_or_as_the_latest(tmp_path):
    with pytest.raises(OutputError, match="no run in"):
        find_run(tmp_path, "latest")
    finished(tmp_path, LATER)
    finished(tmp_path, RUN_ID)
    assert find_run(tmp_path) == LATER
    assert find_run(tmp_path, RUN_ID) == RUN_ID
    with pytest.raises(OutputError, match="no run 20200101T000000Z-000000"):
        find_run(tmp_path, "20200101T000000Z-000000")


def test_a_run_that_never_had_a_plan_is_not_the_latest(tmp_path):
    finished(tmp_path)
    (tmp_path / "runs" / LATER).mkdir()

    assert find_run(tmp_path) == RUN_ID


def test_a_document_that_is_no_object_is_damaged(tmp_path):
    finished(tmp_path)
    path = tmp_path / "runs" / RUN_ID / "manifest.json"
    path.write_text(json.dumps([1]))
    with pytest.raises(OutputError, match="not a JSON object"):
        read_manifest(tmp_path, RUN_ID)
