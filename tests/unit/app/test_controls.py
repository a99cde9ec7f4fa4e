"""Checks are found by pack, file, directory and plugin; values come from files only."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from scanner.app import controls
from scanner.app.controls import find_checks
from scanner.model.control import Control, Rule
from scanner.model.errors import SettingsError

NOW = datetime(2026, 11, 24, tzinfo=UTC)
POLICY = "policies: [{name: %s, resource: sqs, filters: [%s]}]"


def ids(*names):
    return [check.control.id for check in find_checks(names, NOW)]


def test_a_directory_is_all_its_documents(tmp_path):
    for name in ("b.yml", "a.yaml", "c.json"):
        (tmp_path / name).write_text(POLICY % (name[0], "QueueName: x"))
    (tmp_path / "notes.txt").write_text("not a policy")

    assert ids(str(tmp_path)) == ["a", "b", "c"]


def test_a_plugin_is_the_rules_of_its_module(monkeypatch):
    rule = Rule(Control("own", "t", ("AWS::SQS::Queue",)), lambda queue: True)
    point = SimpleNamespace(name="ours", load=lambda: SimpleNamespace(rule=rule, other=3))
    monkeypatch.setattr(controls, "entry_points", lambda group: [point])

    assert ids("ours") == ["own"]


def test_two_packs_that_share_policies_have_their_own_ids():
    found = ids("cis-aws-3", "fsbp")

    assert len(found) == len(set(found))
    assert {"cis-aws-3/1.4", "fsbp/IAM.4"} <= set(found)


def test_the_same_control_twice_is_refused(tmp_path):
    (tmp_path / "a.yml").write_text(POLICY % ("a", "QueueName: x"))

    with pytest.raises(SettingsError, match="there twice: a"):
        find_checks([str(tmp_path / "a.yml")] * 2, NOW)


def test_values_are_read_from_files_and_from_nowhere_else(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "names.txt").write_text("x\ny\n")
    chosen = "{type: value, key: QueueName, op: in, value_from: {url: '%s'}}"
    (tmp_path / "a.yml").write_text(POLICY % ("a", chosen % "file://names.txt"))
    (tmp_path / "b.yml").write_text(POLICY % ("b", chosen % "https://bucket/names.txt"))

    (check,) = find_checks(["a.yml"], NOW)
    assert check.selects.match({"QueueName": "y"})
    with pytest.raises(
        SettingsError,
        match=r"b\.yml:1: https://bucket/names\.txt: values are read from files and from S3 only",
    ):
        find_checks(["b.yml"], NOW)
