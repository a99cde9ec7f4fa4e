"""What is known of earlier nights: kept when a check ends well, and never taken on trust."""

import pytest

from scanner.findings.memory import remembering
from scanner.model.control import Control
from scanner.model.errors import OutputError
from scanner.model.finding import Finding, Result, State, Subject

CONTROL = Control("c", "t", ("T",))
FINDING = Finding(CONTROL, Subject("1", "r", "T", "x"), Result.FAIL)
FIRST, SECOND = "20261123T010000Z-00000a", "20261124T010000Z-00000b"


def recall(path, run_id, *, fails=False):
    with remembering(path, run_id, "2026-11-24T01:00:00Z", [CONTROL]) as memory:
        found = memory.recall(FINDING)
        if fails:
            raise RuntimeError
    return found.state


def test_a_check_that_fails_is_not_remembered(tmp_path):
    with pytest.raises(RuntimeError):
        recall(tmp_path / "m", FIRST, fails=True)

    assert recall(tmp_path / "m", SECOND) is State.NEW


def test_checks_of_other_controls_do_not_touch_what_is_known(tmp_path):
    recall(tmp_path / "m", FIRST)
    other = Control("d", "t", ("T",))
    with remembering(tmp_path / "m", SECOND, "2026-11-24T01:00:00Z", [other]) as memory:
        assert list(memory.rest([other], lambda before: before)) == []

    assert recall(tmp_path / "m", SECOND) is State.OPEN


@pytest.mark.parametrize("text", [b"this is no database, however long it may be" * 40])
def test_a_damaged_memory_is_said(tmp_path, text):
    (tmp_path / "m").write_bytes(text)

    with pytest.raises(OutputError, match="without it all are new"):
        recall(tmp_path / "m", FIRST)


def test_a_memory_of_another_version_is_not_guessed_at(tmp_path, monkeypatch):
    recall(tmp_path / "m", FIRST)
    monkeypatch.setattr("scanner.findings.memory.VERSION", 2)

    with pytest.raises(OutputError, match="it is of version 1, not 2"):
        recall(tmp_path / "m", SECOND)


def test_many_open_findings_are_all_turned(tmp_path):
    many = [Finding(CONTROL, Subject("1", "r", "T", str(n)), Result.FAIL) for n in range(1203)]
    with remembering(tmp_path / "m", FIRST, "2026-11-23T01:00:00Z", [CONTROL]) as memory:
        for each in many:
            memory.recall(each)

    with remembering(tmp_path / "m", SECOND, "2026-11-24T01:00:00Z", [CONTROL]) as memory:
        turned = list(
            memory.rest([CONTROL], lambda before: Finding(CONTROL, before.subject, Result.PASS))
        )

    assert {each.finding.uid for each in turned} == {each.uid for each in many}
    assert {each.state for each in turned} == {State.RESOLVED}
