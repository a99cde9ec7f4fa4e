"""A stopped run goes on: settled units stay, all others vanish and run again."""

import gzip
import os
import shutil
from dataclasses import replace

import pytest

from scanner.model.errors import OutputError
from scanner.model.outcome import Status
from scanner.output import Options, read_ledger, read_records
from tests.unit.output.support import (
    RUN_ID,
    SMALL,
    expected_keys,
    failing,
    files_of,
    keys,
    raw_records,
    scan,
    unit,
)

UNSETTLED = [Status.DENIED, Status.DENIED_SCP, Status.THROTTLED, Status.ERROR, Status.NOT_ATTEMPTED]
KEPT = [Status.COMPLETE, Status.UNAVAILABLE, Status.TRUNCATED]


def mixed(statuses=(*Status,)):
    """Two services, sixteen accounts, every status, so that members hold both kinds."""
    return {
        unit(number, service): (1 + number % 4, statuses[number % len(statuses)])
        for number in range(16)
        for service in ("ec2", "s3")
    }


def complete(work):
    return {of: (records, Status.COMPLETE) for of, (records, _) in work.items()}


def kept_keys(work):
    return {of.key for of, (_, status) in work.items() if status in KEPT}


def marks(records, account):
    return {r["configuration"]["Mark"] for r in records if r["account_id"] == account.account.id}


@pytest.mark.parametrize("options", [SMALL, Options(), replace(SMALL, compression="none")])
def test_settled_units_stay_and_all_others_run_again(tmp_path, options):
    work = mixed()
    scan(tmp_path, work, options, mark="old")
    done = scan(tmp_path, complete(work), options, mark="new")
    assert done == kept_keys(work)
    found = raw_records(tmp_path)
    assert keys(found) == expected_keys(work)
    assert keys(read_records(tmp_path, RUN_ID)) == expected_keys(work)
    for of in work:
        assert marks(found, of) == {"old" if of.key in done else "new"}
    assert len(list(read_ledger(tmp_path, RUN_ID))) == len(work)


@pytest.mark.parametrize("status", UNSETTLED)
def test_a_unit_of_that_status_is_asked_again(tmp_path, status):
    scan(tmp_path, {unit(): (0, status)})
    assert scan(tmp_path, {unit(): (2, Status.COMPLETE)}) == frozenset()
    assert len(raw_records(tmp_path)) == 2


@pytest.mark.parametrize("status", KEPT)
def test_a_unit_of_that_status_is_not_asked_again(tmp_path, status):
    scan(tmp_path, {unit(): (1, status)}, mark="old")
    assert scan(tmp_path, {unit(): (1, Status.COMPLETE)}, mark="new") == {unit().key}
    assert marks(raw_records(tmp_path), unit()) == {"old"}


def test_files_that_hold_settled_units_only_are_left_alone(tmp_path):
    work = {unit(n, "ec2"): (2, Status.COMPLETE) for n in range(4)}
    work |= {unit(n, "s3"): (2, Status.DENIED) for n in range(4)}
    scan(tmp_path, work)
    before = {
        path: path.stat().st_ino for path in tmp_path.glob("inventory/**/service=ec2/**/*.gz")
    }
    scan(tmp_path, work, finish=False)
    assert before == {path: path.stat().st_ino for path in before}


def test_a_run_without_any_settled_unit_starts_from_nothing(tmp_path):
    work = mixed(UNSETTLED)
    scan(tmp_path, work, finish=False)
    assert scan(tmp_path, {}, finish=False) == frozenset()
    assert list(tmp_path.glob("inventory/**/*.gz")) == []
    assert list(tmp_path.glob("coverage/**/*.gz")) == []


def test_resuming_twice_changes_nothing_more(tmp_path):
    work = mixed()
    scan(tmp_path, work)
    scan(tmp_path, {}, finish=False)
    first = {path: path.read_bytes() for path in files_of(tmp_path)}
    assert scan(tmp_path, {}, finish=False) == kept_keys(work)
    assert first == {path: path.read_bytes() for path in files_of(tmp_path)}


def test_torn_tails_orphans_and_leftovers_are_removed(tmp_path):
    work = complete(mixed())
    scan(tmp_path, work, finish=False)
    whole = {path: path.read_bytes() for path in files_of(tmp_path)}
    torn = gzip.compress(b'{"account_id": "1"}\n' * 50)[:-5]
    for path in (*tmp_path.glob("inventory/**/*.gz"), *tmp_path.glob("coverage/**/*.gz")):
        path.write_bytes(path.read_bytes() + torn)
    orphan = next(tmp_path.glob("inventory/**/*.gz")).with_name(f"{RUN_ID}-0-99.jsonl.gz")
    orphan.write_bytes(gzip.compress(b"{}\n"))
    spool = tmp_path / "runs" / RUN_ID / "spool"
    spool.mkdir()
    (spool / "3.member").write_bytes(b"x")
    assert scan(tmp_path, work, finish=False) == {of.key for of in work}
    assert whole == {path: path.read_bytes() for path in files_of(tmp_path)}
    assert not spool.exists()


def test_files_of_other_runs_and_shards_are_not_touched(tmp_path):
    scan(tmp_path, mixed())
    directory = next(tmp_path.glob("inventory/**/*.gz")).parent
    others = [
        directory / f"{RUN_ID}-1-0.jsonl.gz",
        directory / "20261124T080619Z-000000-0-0.jsonl.gz",
    ]
    for path in others:
        path.write_bytes(b"theirs")
    scan(tmp_path, mixed(), finish=False)
    assert [path.read_bytes() for path in others] == [b"theirs"] * 2


def test_records_that_went_missing_are_asked_for_again(tmp_path):
    work = complete(mixed())
    scan(tmp_path, work)
    victim = max(tmp_path.glob("inventory/**/*.gz"), key=lambda path: path.stat().st_size)
    os.truncate(victim, victim.stat().st_size // 2)
    done = scan(tmp_path, work)
    assert 0 < len(done) < len(work)
    assert keys(raw_records(tmp_path)) == expected_keys(work)


def interleaved():
    """Spread each records file over several ledger files, one unit to drop at its start."""
    return {
        unit(number, service): (1, Status.DENIED if number == 0 else Status.COMPLETE)
        for number in range(5)
        for service in ("ec2", "s3", "iam", "sqs")
    }


@pytest.mark.parametrize(
    ("work", "options"),
    [
        (mixed(), replace(SMALL, file_bytes=300)),
        (interleaved(), replace(SMALL, file_bytes=700, member_bytes=1)),
    ],
)
def test_a_crash_at_any_step_of_a_compaction_loses_and_doubles_nothing(tmp_path, work, options):
    scan(tmp_path / "0", work, options, mark="old")
    assert len(list((tmp_path / "0" / "coverage").glob("**/*.gz"))) > 1  # so several renames
    steps = 0
    for steps in range(1, 2000):
        out = tmp_path / "crashed"
        shutil.copytree(tmp_path / "0", out)
        sizes = {path: path.stat().st_size for path in files_of(out)}
        with failing(steps) as system:
            if not fails(out, system):
                break
            system.lose(out, 0, sizes)
        kept = [each.key for each in read_ledger(out, RUN_ID) if each.status in KEPT]
        assert sorted(kept) == sorted(kept_keys(work))
        assert scan(out, complete(work), options, mark="new") == kept_keys(work)
        assert keys(raw_records(out)) == expected_keys(work)
        assert keys(read_records(out, RUN_ID)) == expected_keys(work)
        shutil.rmtree(out)
    assert steps > 50


def test_a_resumed_run_goes_on_in_its_last_files(tmp_path):
    work = {unit(1): (1, Status.COMPLETE), unit(2): (1, Status.DENIED)}
    scan(tmp_path, work, Options())
    scan(tmp_path, complete(work), Options())
    (path,) = tmp_path.glob("inventory/**/*.gz")
    assert path.name == f"{RUN_ID}-0-1.jsonl.gz"


def fails(out, system):
    """Resume until the failure; False once all of it comes before the failure."""
    try:
        scan(out, {}, finish=False)
    except OutputError:
        return True
    return system.failed


def test_a_run_without_a_plan_can_not_go_on(tmp_path):
    (tmp_path / "runs" / RUN_ID).mkdir(parents=True)
    (tmp_path / "runs" / RUN_ID / "plan.json").write_text("{")
    with pytest.raises(OutputError, match=r"plan.json is damaged"):
        scan(tmp_path, {})


def test_a_run_keeps_its_compression(tmp_path):
    plain = replace(SMALL, compression="none")
    scan(tmp_path, {unit(1): (1, Status.COMPLETE)}, plain, finish=False)
    scan(tmp_path, {unit(2): (1, Status.COMPLETE)}, SMALL, finish=False)
    (path,) = tmp_path.glob("inventory/**/*.jsonl*")
    assert path.name == f"{RUN_ID}-0-0.jsonl"
    assert len(path.read_bytes().splitlines()) == 2
