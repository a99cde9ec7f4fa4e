"""Checks are found by pack, file, directory and plugin; values come from files and from S3."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from scanner.app import controls
from scanner.app.controls import find_checks, needed
from scanner.app.iam import actions_for
from scanner.app.types import catalog_of
from scanner.model.control import Control, Rule
from scanner.model.errors import SettingsError
from scanner.settings import Settings

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


def test_what_no_check_reads_need_not_be_asked_for(tmp_path):
    (tmp_path / "p.yml").write_text(POLICY % ("p", "Policy: present"))
    (tmp_path / "rules.py").write_text(
        "from scanner.model.control import Control, rule\n"
        "own = rule(Control('own', 't', ('AWS::S3::Bucket',)), ['Versioning'])(bool)\n"
        "any = rule(Control('any', 't', ('AWS::ECR::Repository',)))(bool)\n"
    )
    types, without = needed(find_checks([str(tmp_path / "p.yml"), str(tmp_path / "rules.py")], NOW))

    assert types == ("AWS::ECR::Repository", "AWS::S3::Bucket", "AWS::SQS::Queue")
    assert "AWS::SQS::Queue:Tags" in without
    assert "AWS::S3::Bucket:Policy" in without
    assert not {"AWS::SQS::Queue:Policy", "AWS::S3::Bucket:Versioning"} & set(without)
    assert not [each for each in without if each.startswith("AWS::ECR::")]


def test_checks_of_one_type_are_asked_for_together(tmp_path):
    (tmp_path / "p.yml").write_text(POLICY % ("p", "Policy: present"))
    (tmp_path / "q.yml").write_text(POLICY % ("q", "'tag:a': present"))

    assert needed(find_checks([str(tmp_path)], NOW)) == (("AWS::SQS::Queue",), ())


def test_every_control_of_the_packs_tells_what_it_reads():
    for check in find_checks(tuple(controls.PACKS), NOW):
        assert check.reads is not None, check.control.id


def test_details_that_are_left_out_are_left_out_of_calls_and_permissions():
    chosen = Settings.of(types="AWS::S3::Bucket", without="AWS::S3::Bucket:Policy")
    whole = catalog_of(Settings.of(types="AWS::S3::Bucket"), ["AWS::S3::Bucket"])
    less = catalog_of(chosen, ["AWS::S3::Bucket"])
    lost = {*actions_for(whole.select(["AWS::S3::Bucket"], ()), whole.types)} - {
        *actions_for(less.select(["AWS::S3::Bucket"], ()), less.types)
    }

    assert lost == {"s3:GetBucketPolicy"}
    assert less.types["AWS::S3::Bucket"].omitted == ("Policy",)


@pytest.mark.parametrize(
    ("without", "said"),
    [
        ("AWS::S3::Buckt:Policy", "there is no type AWS::S3::Buckt"),
        ("AWS::S3::Bucket:Polcy", "has no detail Polcy; it has .*Policy"),
        ("Policy", "there is no type "),
    ],
)
def test_details_that_are_not_there_can_not_be_left_out(without, said):
    with pytest.raises(SettingsError, match=f"--without: .*{said}|--without: {said}"):
        catalog_of(Settings.of(without=without), ["AWS::S3::Bucket"])
