"""Two runs on disk are compared as their manifests name them, in bounded memory."""

import json

import pytest
from click.testing import CliRunner

from scanner.app import diff as app
from scanner.app.diff import Diff, read_ignored
from scanner.cli import program
from scanner.model.errors import SettingsError
from scanner.model.outcome import Status
from tests.unit.analysis.support import ACCOUNT, NEW, OLD, REGION, TYPE, record, write_run

OTHER = "222222222222"


@pytest.fixture
def out(tmp_path):
    """Two nights: q0 goes, q1 changes, q9 comes; the other account is denied on the second."""
    complete, denied = {TYPE: Status.COMPLETE}, {TYPE: Status.DENIED}
    first = [record(f"q{number}") for number in range(9)]
    second = [
        record(f"q{number}", NEW, tags={"n": "1"} if number == 1 else {}) for number in range(1, 10)
    ]
    write_run(tmp_path, OLD, {
        (ACCOUNT, REGION): (complete, first),
        (OTHER, REGION): (complete, [record("theirs", account_id=OTHER)]),
    })  # fmt: skip
    write_run(tmp_path, NEW, {(ACCOUNT, REGION): (complete, second), (OTHER, REGION): (denied, [])})
    return tmp_path


def told(changes):
    return [(str(each.kind), each.key.resource_id) for each in changes]


WHOLE = [("removed", "q0"), ("changed", "q1"), ("added", "q9"), ("unknown", "theirs")]


def test_changes_of_two_runs_are_found(out):
    assert told(Diff.of(out, OLD, NEW).changes()) == WHOLE


def test_more_than_fits_into_memory_is_compared_piece_by_piece(out, monkeypatch):
    monkeypatch.setattr(app, "BUCKET_BYTES", 64)

    assert sorted(told(Diff.of(out, OLD, NEW).changes())) == sorted(WHOLE)


def test_runs_are_named_by_age(out):
    diff = Diff.of(out, "previous", "latest")

    assert (diff.old, diff.new) == (OLD, NEW)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("20200101T000000Z-000000", "latest", "there is no run 20200101T000000Z-000000"),
        ("previous", "20261125T010000Z-00000c", "is not finished: resume it first"),
    ],
)
def test_runs_that_can_not_be_compared_are_refused(out, old, new, message):
    (out / "runs" / "20261125T010000Z-00000c").mkdir()

    with pytest.raises(SettingsError, match=message):
        Diff.of(out, old, new)


def test_one_run_has_no_previous(tmp_path):
    write_run(tmp_path, NEW, {})

    with pytest.raises(SettingsError, match="has no previous finished run"):
        Diff.of(tmp_path, "previous", "latest")


def test_files_that_no_manifest_names_are_not_read(out):
    stray = next(out.glob("inventory/**/*.gz")).with_name(f"{NEW}-0-99.jsonl.gz")
    stray.write_bytes(b"not even gzip")

    assert told(Diff.of(out, OLD, NEW).changes()) == WHOLE


def test_members_to_ignore_are_read():
    found = read_ignored(("LastUsed", "AWS::EC2::Instance:State", "AWS::EC2::Instance:Tags"))

    assert found == {"*": {"LastUsed"}, "AWS::EC2::Instance": {"State", "Tags"}}
    with pytest.raises(SettingsError, match="name a member"):
        read_ignored(("AWS::EC2::Instance:",))


def run(out, *arguments):
    return CliRunner().invoke(
        program, ["diff", "--out", str(out), *arguments], standalone_mode=False
    )


def test_the_command_shows_each_change_and_the_totals(out):
    ended = run(out)

    assert f"- {ACCOUNT} {REGION} {TYPE} q0\n" in ended.stdout
    assert f"~ {ACCOUNT} {REGION} {TYPE} q1 (/tags/n)\n" in ended.stdout
    assert f"? {OTHER} {REGION} {TYPE} theirs (new run: denied)\n" in ended.stdout
    assert "1 added, 1 removed, 1 changed, 1 unknown" in ended.stdout
    assert ended.return_value == 0


def test_the_command_prints_json_lines_and_sums_up_beside_them(out):
    ended = run(out, "--json")
    lines = [json.loads(line) for line in ended.stdout.splitlines()]

    assert [(line["change"], line["resource_id"]) for line in lines] == WHOLE
    assert lines[1]["patch"] == [{"op": "add", "path": "/tags/n", "value": "1"}]
    assert {(line["old_run_id"], line["new_run_id"], line["schema"]) for line in lines} == {
        (OLD, NEW, 1)
    }
    assert "1 added, 1 removed" in ended.stderr


def test_the_exit_code_tells_of_changes_where_it_is_asked_to(out):
    assert run(out, "--exit-code").return_value == 1
    assert run(out, OLD, OLD, "--exit-code").return_value == 0
    assert "0 added" in run(out, OLD, OLD).stdout
