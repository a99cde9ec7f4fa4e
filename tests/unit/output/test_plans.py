"""A plan is read as it was written, or not at all; its trail survives a writer that was killed."""

import json
import stat
from dataclasses import replace

import pytest

from scanner.model.change import Write
from scanner.model.errors import OutputError, SettingsError
from scanner.model.planned import Ending, Past, Result, Skip, Why
from scanner.output import (
    open_trail,
    read_change_plan,
    read_results,
    write_change_plan,
    write_results,
)
from scanner.output.layout import trail_file
from tests.unit.engine.store import ACCOUNTS, NOW, change, plan_of, put

A = ACCOUNTS[0]
SKIP = Skip(A, "eu-west-1", "t", "i", "p", "set", Why.DENIED, "no")


@pytest.fixture
def written(tmp_path):
    writes = (
        put("x", 1, wait="w", wait_params={"Ids": ["$Id"]}, failures="F"),
        put("y", [1, {"b": None}]),
    )
    changes = [change(A, "a", {"x": 1}, {"x": 0}, writes=writes, permissions=("a:B",)),
               change(A, "b", {"x": 1}, {"x": 0}, goal={"x": 1}, undo=())]  # fmt: skip
    plan = replace(plan_of(changes, needs={"max_changes": 2}), skipped=(SKIP,))
    path = tmp_path / "plan.jsonl"
    return path, write_change_plan(path, plan)


def test_a_plan_is_read_as_it_was_written(written):
    path, plan = written

    assert read_change_plan(path) == plan
    assert len(plan.digest) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_same_plan_has_the_same_digest(written, tmp_path):
    _, plan = written

    assert write_change_plan(tmp_path / "again.jsonl", plan) == plan


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"Value":1', '"Value":2'),
        ('"max_changes":2', '"max_changes":1'),
        ('"arn:aws:test:eu-west-1:000000000001:b"', '"arn:aws:test:eu-west-1:000000000002:b"'),
        ('{"line":"skipped"', '{"line": "skipped"'),
    ],
)
def test_a_plan_that_was_edited_is_refused(written, old, new):
    path, _ = written
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))

    with pytest.raises(SettingsError, match="is not as it was written"):
        read_change_plan(path)


@pytest.mark.parametrize("cut", [1, 2])
def test_a_plan_that_lacks_a_line_is_refused(written, cut):
    path, _ = written
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-cut]))

    with pytest.raises(SettingsError, match="is not as it was written"):
        read_change_plan(path)


@pytest.mark.parametrize("text", ["", "x", "[]", '{"digest": "x"}', "{}"])
def test_what_is_no_plan_is_said_to_be_none(tmp_path, text):
    path = tmp_path / "plan.jsonl"
    path.write_text(text)

    with pytest.raises(SettingsError, match="is no plan of changes"):
        read_change_plan(path)


def test_results_are_told_with_their_changes(written, tmp_path):
    _, plan = written
    result = Result(plan.changes[1].id, Ending.DONE, "", {"x": 1}, 1, ("r",), verified=True)

    path = write_results(tmp_path, plan, {result.id: result}, {"operator": "me"})
    [(line, change_, read)] = read_results(path)

    assert (change_, read) == (plan.changes[1], result)
    assert line["operator"] == "me"
    assert line["plan"] == plan.digest
    assert line["site"]["resources"] == {"AWS::Test::Thing": 100}
    assert path.parent == tmp_path / "changes" / "dt=2026-11-24"


def test_what_is_no_file_of_results_is_said_to_be_none(written):
    with pytest.raises(SettingsError, match="is no file of results"):
        list(read_results(written[0]))


def opened(out):
    return open_trail(out, "d", {"operator": "me"}, lambda: NOW)


def test_a_trail_tells_what_was_begun_and_what_ended(tmp_path):
    with opened(tmp_path) as trail:
        trail.note("intent", "a")
        trail.note("wrote", "a", operation="Put", request_id="r1", waiting={"Ids": [1]})
        trail.note("image", "a", image={"x": 1})
        trail.note("intent", "b")
        ended = trail.end(Result("b", Ending.DONE))
    with opened(tmp_path) as trail:
        assert trail.begun == {
            "a": Past("2026-11-24T08:00:00.000Z", 1, ("r1",), {"Ids": [1]}, {"x": 1})
        }
        assert trail.results == {"b": ended}


def test_what_a_killed_writer_did_not_finish_is_cut_off(tmp_path):
    with opened(tmp_path) as trail:
        trail.note("intent", "a")
        trail.end(Result("a", Ending.DONE))
    path = trail_file(tmp_path, "d")
    text = path.read_bytes()
    for size in range(len(text)):
        path.write_bytes(text[:size])
        with opened(tmp_path) as trail:
            whole = text[:size].count(b"\n")
            assert len(trail.begun) == (whole == 2)
            assert trail.results == {}
            trail.note("intent", "b")
        lines = path.read_bytes().splitlines()
        assert [json.loads(line)["event"] for line in lines[whole:]] == ["apply", "intent"]


def test_a_damaged_trail_is_refused(tmp_path):
    path = trail_file(tmp_path, "d")
    path.parent.mkdir(parents=True)
    path.write_text("nonsense\n")

    with pytest.raises(OutputError, match="is damaged"), opened(tmp_path):
        pass


def test_two_processes_can_not_apply_one_plan(tmp_path):
    with opened(tmp_path), pytest.raises(SettingsError, match="another process"), opened(tmp_path):
        pass


def test_a_write_is_kept_with_all_that_it_has(written):
    path, _ = written

    [first, second] = read_change_plan(path).changes[0].writes
    assert first == Write("test", "PutThing", {"Name": "x", "Value": 1}, "w", {"Ids": ["$Id"]}, "F")
    assert (second.wait, second.failures) == ("", "")
