"""Old runs go whole, and nothing that is named or being worked on goes at all."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import anyio
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from scanner.cli import program
from scanner.model.errors import OutputError, SettingsError
from scanner.model.outcome import Status
from scanner.model.shard import Shard
from scanner.output import (
    Options,
    claim_run,
    create_run,
    disk,
    find_run,
    old_runs,
    read_latest,
    remove_run,
)
from scanner.output.layout import Layout, new_run_id
from tests.unit.output.support import commit, failing, files_of, summary, unit

NOW = datetime.now(UTC).replace(microsecond=0)
DENIED = Status.DENIED


def run_of(age, number=0):
    return new_run_id(NOW - timedelta(days=age), f"{number:06x}")


def write(out, run_id, status="complete", *, finish=True):
    async def main():
        async with create_run(out, run_id, {}, Options()) as run:
            await commit(run, unit(1), 2)
            if finish:
                await run.finish(summary(1, status))

    anyio.run(main)


@pytest.fixture
def out(tmp_path):
    for age in (50, 40, 20, 10):
        write(tmp_path, run_of(age))
    return tmp_path


def left(out):
    return {path.name.partition("-0-")[0] for path in out.rglob("*.jsonl.gz")}


def prune(out, *arguments):
    arguments = ["prune", "--out", str(out), *arguments]
    return CliRunner().invoke(program, arguments, standalone_mode=False)


def test_runs_older_than_asked_go_whole(out):
    ended = prune(out, "--keep", "35d", "--json")

    assert [each["run_id"] for each in json.loads(ended.stdout)] == [run_of(50), run_of(40)]
    assert left(out) == {run_of(20), run_of(10)}
    assert not [path for path in files_of(out) if run_of(50) in str(path)]
    assert {path.name for path in (out / "runs").iterdir() if path.is_dir()} == left(out)


def test_no_empty_directory_stays(out):
    prune(out, "--keep", "35d")

    assert [path for path in out.rglob("*") if path.is_dir() and not any(path.iterdir())] == []


def test_a_dry_run_only_says_what_would_go(out):
    before = files_of(out)
    ended = prune(out, "--keep", "35d", "--dry-run")

    assert files_of(out) == before
    assert f"{run_of(50)}  " in ended.stdout
    assert "2 runs would go" in ended.stdout


def test_what_latest_names_stays_whatever_its_age(tmp_path):
    write(tmp_path, run_of(60), "partial")
    write(tmp_path, run_of(50))
    write(tmp_path, run_of(40), finish=False)

    assert [each.run_id for each in old_runs(tmp_path, NOW)] == [run_of(40)]
    prune(tmp_path, "--keep", "1d")
    assert left(tmp_path) == {run_of(60), run_of(50)}


def test_a_run_that_is_worked_on_stays(out):
    with disk.locked(Layout(out, run_of(50)).lock):
        ended = prune(out, "--keep", "35d")

    assert "is being worked on and stays" in ended.stderr
    assert left(out) == {run_of(50), run_of(20), run_of(10)}


def test_a_run_of_which_a_shard_is_worked_on_stays(out):
    layout = Layout(out, run_of(50), shard=Shard(2, 3))
    with disk.locked(layout.lock):
        assert not remove_run(out, run_of(50))

    assert run_of(50) in left(out)
    assert remove_run(out, run_of(50))


def test_the_names_of_a_run_go_with_it(out):
    claim_run(out, "nightly", run_of(50))
    claim_run(out, "other", run_of(20))
    prune(out, "--keep", "35d")

    assert find_run(out, "other") == run_of(20)
    with pytest.raises(OutputError):
        find_run(out, "nightly")


@given(at=st.integers(1, 40))
def test_stopped_anywhere_it_leaves_nothing_that_passes_for_a_run(tmp_path_factory, at):
    out = tmp_path_factory.mktemp("out")
    for age in (50, 10):
        write(out, run_of(age))
    with suppress(OutputError), failing(at):
        remove_run(out, run_of(50))

    whole = (out / "runs" / run_of(50) / "manifest.json").exists()
    assert not whole or run_of(50) in left(out)
    remove_run(out, run_of(50)) if (out / "runs" / run_of(50)).is_dir() else None
    assert left(out) == {run_of(10)}
    assert read_latest(out)["complete"]["run_id"] == run_of(10)


@pytest.mark.parametrize("keep", ["", "x", "none", "-3d", "0d"])
def test_what_is_no_age_is_refused(tmp_path, keep):
    ended = prune(tmp_path, f"--keep={keep}")

    assert isinstance(ended.exception, SettingsError)
    assert "--keep" in str(ended.exception)
