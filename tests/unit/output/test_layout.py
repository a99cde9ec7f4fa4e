"""Paths and run ids."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from scanner.model.errors import OutputError
from scanner.model.shard import Shard
from scanner.output.layout import (
    Layout,
    is_run_id,
    is_run_name,
    name_file,
    new_run_id,
    number_of,
)
from tests.unit.output.support import RUN_ID


def test_run_ids_sort_by_time_whatever_the_zone():
    early = datetime(2026, 11, 24, 8, 6, 19, tzinfo=UTC)
    late = (early + timedelta(seconds=1)).astimezone(timezone(timedelta(hours=-9)))
    assert new_run_id(early, "ffffff") == "20261124T080619Z-ffffff"
    assert new_run_id(early, "ffffff") < new_run_id(late, "000000")


def test_run_ids_of_one_second_differ():
    second = datetime(2026, 11, 24, tzinfo=UTC)
    ids = [new_run_id(second + timedelta(milliseconds=4 * each)) for each in range(250)]
    assert ids == sorted(set(ids))
    assert all(map(is_run_id, ids))
    assert len({new_run_id(second) for _ in range(5)}) > 1


@pytest.mark.parametrize(
    "text",
    ["", "latest", "../x", RUN_ID + "/..", "20261324T080619Z-7f3a9c", "20261124T080619Z-7F3A9C"],
)
def test_what_is_no_run_id_is_refused(tmp_path, text):
    assert not is_run_id(text)
    with pytest.raises(OutputError, match="not a run id"):
        Layout(tmp_path, text)


def test_files_are_where_the_contract_says(tmp_path):
    layout = Layout(tmp_path, RUN_ID, shard=Shard(3, 4))
    name = layout.relative(layout.data("ec2", "eu-west-1", 2))
    assert name == f"inventory/dt=2026-11-24/service=ec2/region=eu-west-1/{RUN_ID}-3-2.jsonl.gz"
    assert layout.relative(layout.coverage(0)) == f"coverage/dt=2026-11-24/{RUN_ID}-3-0.jsonl.gz"
    assert layout.relative(layout.whole.manifest) == f"runs/{RUN_ID}/manifest.json"
    assert layout.relative(layout.manifest) == f"runs/{RUN_ID}/shards/3-of-4/manifest.json"
    assert layout.relative(layout.plan) == f"runs/{RUN_ID}/plan.json"


def test_plain_files_have_no_gz_but_the_ledger_always_has(tmp_path):
    layout = Layout(tmp_path, RUN_ID, compression="none")
    assert layout.data("ec2", "global", 0).name.endswith("-0.jsonl")
    assert layout.coverage(0).name.endswith("-0.jsonl.gz")


@pytest.mark.parametrize(
    ("job", "tree"),
    [
        ("inventory", "inventory"),
        ("compliance", "findings"),
        ("remediation", "changes"),
        ("my_task", "my_task"),
    ],
)
def test_each_job_has_its_tree(tmp_path, job, tree):
    layout = Layout(tmp_path, RUN_ID, job=job)
    assert layout.relative(layout.data("s3", "global", 0)).startswith(f"{tree}/dt=")


@pytest.mark.parametrize("bad", ["..", "", "a/b", "*", ".hidden"])
def test_no_name_escapes_its_directory(tmp_path, bad):
    layout = Layout(tmp_path, RUN_ID)
    with pytest.raises(OutputError, match="not a name"):
        layout.data(bad, "eu-west-1", 0)
    with pytest.raises(OutputError, match="not a name"):
        layout.data("ec2", bad, 0)


@pytest.mark.parametrize("job", ["../x", "", "*", "a-b"])
def test_jobs_are_plain_words(tmp_path, job):
    with pytest.raises(OutputError, match="not a job"):
        Layout(tmp_path, RUN_ID, job=job)


def test_a_run_without_shards_is_shard_0_of_its_files_and_keeps_all_in_one_place(tmp_path):
    layout = Layout(tmp_path, RUN_ID)
    assert layout.relative(layout.coverage(0)) == f"coverage/dt=2026-11-24/{RUN_ID}-0-0.jsonl.gz"
    assert {layout.home, layout.manifest.parent, layout.lock.parent} == {layout.run}


@pytest.mark.parametrize("bad", ["", "..", ".hidden", "a/b", "latest", "a b", "x" * 129])
def test_names_of_runs_are_plain_words(tmp_path, bad):
    assert not is_run_name(bad)
    with pytest.raises(OutputError, match="not a name of a run"):
        name_file(tmp_path, bad)


def test_files_are_listed_in_the_order_of_their_numbers_and_by_shard(tmp_path):
    mine, other = Layout(tmp_path, RUN_ID), Layout(tmp_path, RUN_ID, shard=Shard(1, 2))
    for path in [mine.coverage(10), mine.coverage(2), other.coverage(0), mine.data("a", "b", 11)]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert [number_of(path) for path in mine.coverage_files()] == [2, 10]
    assert mine.ledger_files() == [mine.coverage(2), mine.coverage(10), other.coverage(0)]
    assert list(other.data_files()) == []
    assert mine.last_number(mine.data("a", "b", 0).parent) == 11
    assert other.last_number(mine.data("a", "b", 0).parent) == -1
