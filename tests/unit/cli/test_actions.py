"""The actions of remediation, as a command; and those of the user's own."""

import json
import sys
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import pytest

import scanner.catalog.find
from scanner.catalog.actions import actions
from scanner.model.errors import CatalogError

PAGE = Path(__file__).parents[3] / "docs" / "actions.md"
MINE = PAGE.read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]


def shown(run, *arguments):
    ended = run("remediate", "actions", *arguments)
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


def test_what_matches_by_type_or_name_is_listed(run):
    of_s3 = shown(run, "aws::s3::b*", "--json")
    deleting = shown(run, "delete", "--json")

    assert {each["type"] for each in of_s3} == {"AWS::S3::Bucket"}
    assert {"set-public-block", "tag", "mark-for-op"} <= {each["name"] for each in of_s3}
    assert {each["name"] for each in deleting} == {"delete"}
    assert len(deleting) > 5


def test_an_action_alone_is_told_in_full(run):
    (each,) = shown(run, "set-metadata-access", "--json")

    assert each["options"]["tokens"]["default"] == "required"
    assert each["actions"] == ["ec2:DescribeInstances", "ec2:ModifyInstanceMetadataOptions"]
    assert (each["risk"], each["irreversible"]) == ("medium", False)
    assert "ModifyInstanceMetadataOptions" in run("remediate", "actions", "set-metadata-access").out


def test_the_actions_on_tags_are_one_line_each(run):
    lines = run("remediate", "actions").out.splitlines()

    assert sum(line.startswith("any type with tags") for line in lines) == 4
    assert "those on tags" in lines[-1]


def test_a_pattern_that_matches_nothing_is_one_line(run):
    ended = run("remediate", "actions", "set-metadata-acces")

    assert ended.code == 2
    assert "did you mean set-metadata-access" in ended.err


def test_an_action_of_ones_own_is_known_as_the_page_shows_it(run, here):
    (here / "mine.py").write_text(MINE)

    (each,) = shown(
        run, "AWS::CloudWatch::Alarm", "--actions-from", str(here), "--json"
    )[:1]  # fmt: skip
    assert (each["name"], each["actions"]) == (
        "delete", ["cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = (", "SyntaxError"),
        ("x = 1", "declares no Action"),
        (
            MINE + "\nfrom dataclasses import replace\nAGAIN = replace(DELETE_ALARM)",
            "more than once",
        ),
        (MINE.replace('"DescribeAlarms"', '"DeleteAlarms"'), "may change something"),
        (None, "no such file"),
    ],
)
def test_a_file_of_actions_that_can_not_be_used_is_one_line(run, here, text, said):
    if text is not None:
        (here / "mine.py").write_text(text)
    ended = run("remediate", "actions", "--actions-from", "mine.py")

    assert ended.code == 2
    assert said in ended.err


def test_an_action_of_ones_own_takes_the_place_of_a_built_in_one(here):
    path = here / "mine.py"
    path.write_text(MINE.replace("AWS::CloudWatch::Alarm", "ec2:snapshot"))

    assert actions([])["ec2:snapshot", "delete"].service == "ec2"
    assert actions([], [path])["ec2:snapshot", "delete"].service == "cloudwatch"


def plugged(monkeypatch, *values):
    module = ModuleType("acme_actions")
    module.__dict__.update({f"A{index}": value for index, value in enumerate(values)})
    monkeypatch.setitem(sys.modules, "acme_actions", module)
    entry = EntryPoint("acme", "acme_actions", "scanner.actions")
    monkeypatch.setattr(
        scanner.catalog.find,
        "entry_points",
        lambda group: {entry} if group == "scanner.actions" else set(),
    )


def test_a_plugin_adds_its_actions_and_replaces_none(monkeypatch):
    built_in = actions([])["ec2:snapshot", "delete"]

    plugged(monkeypatch, replace(built_in, name="burn"))
    assert actions([])["ec2:snapshot", "burn"].does == built_in.does
    plugged(monkeypatch, replace(built_in))
    with pytest.raises(CatalogError, match="more than once: ec2:snapshot delete"):
        actions([])
