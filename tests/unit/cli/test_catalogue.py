"""The catalogue and its IAM documents, as commands."""

import json

import pytest

MINE = """
from scanner import Call, ResourceType

QUEUE = ResourceType("AWS::SQS::Queue", service="sqs", list=Call("ListQueues", out="QueueUrls[].{U: @}"), id="U")
OTHER = ResourceType("mine:thing", service="sqs", list=Call("ListQueues", out="QueueUrls[].{U: @}"), id="U")
"""
MINE_CALLING = """
from scanner import Call, ResourceType
T = ResourceType("mine:thing", service="sts", list=Call("{operation}", out="Things"), id="Id")
"""


def shown(run, *arguments):
    ended = run(*arguments)
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


def test_one_type_is_explained_in_full(run):
    ended = run("types", "AWS::S3::Bucket")
    for each in ("curated", "GetBucketPolicy", "s3:ListAllMyBuckets", "actions"):
        assert each in ended.out


def test_all_has_derived_types_and_says_so(run):
    everything = shown(run, "types", "all", "--json")
    origins = {each["origin"] for each in everything}
    assert origins == {"curated", "derived"}
    assert len(everything) >= 1500
    assert len({each["service"] for each in everything}) >= 300
    assert all(each["actions"] for each in everything)


def test_what_was_left_out_has_its_reason(run):
    rows = shown(run, "types", "--excluded", "--json")
    assert len(rows) > 500
    assert all(each["reason"] and each["text"] for each in rows)
    assert run("types", "--excluded").out.rstrip().endswith("operations")


def test_a_type_of_ones_own_takes_the_place_of_a_built_in_one(run, here):
    (here / "mine.py").write_text(MINE)
    assert shown(run, "types", "mine:thing", "--types-from", str(here), "--json")
    (queue,) = shown(run, "types", "AWS::SQS::Queue", "--types-from", "mine.py", "--json")
    assert (queue["id"], queue["details"]) == ("U", {})


@pytest.mark.parametrize(
    ("text", "said"),
    [("x = (", "SyntaxError"), ("x = 1", "declares no ResourceType"), (None, "no such file")],
)
def test_a_file_of_types_that_can_not_be_used_is_one_line(run, here, text, said):
    if text is not None:
        (here / "mine.py").write_text(text)
    ended = run("types", "--types-from", "mine.py")
    assert ended.code == 2
    assert said in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize(
    ("operation", "said"),
    [("GetFederationToken", "hands out credentials"), ("DeleteThing", "may change something")],
)
def test_a_type_of_ones_own_whose_call_would_be_refused_is_one_line(run, here, operation, said):
    (here / "mine.py").write_text(MINE_CALLING.format(operation=operation))
    ended = run("types", "--types-from", "mine.py")
    assert (ended.code, ended.err) == (2, f"scanner: mine:thing: sts:{operation} {said}\n")


@pytest.mark.parametrize("document", ["policy", "trust", "template", "central"])
def test_iam_documents_are_json(run, document):
    ended = run("iam", "--types", "AWS::SQS::*", "--document", document)
    assert ended.code == 0
    assert json.loads(ended.out)


def test_iam_actions_are_those_of_the_calls_and_no_more(run):
    ended = run("iam", "--types", "AWS::SQS::Queue", "--document", "actions")
    assert ended.out.split() == [
        "ec2:DescribeRegions", "sqs:GetQueueAttributes", "sqs:ListQueues", "tag:GetResources",
    ]  # fmt: skip


def test_a_policy_over_the_limit_is_split_into_lines(run):
    lines = run("iam").out.splitlines()
    assert len(lines) > 1
    assert all(len(each) <= 6144 for each in lines)


@pytest.mark.parametrize(
    "path",
    ["AWS::Lambda::Function", "configuration.Environment", "AWS::Nope::Nope:configuration.X", "*"],
)
def test_nothing_is_spared_wholesale(run, path):
    ended = run("scan", "--no-redact", path, "--out", "scan")
    assert ended.code == 2
    assert "redact" in ended.err
    assert ended.err.count("\n") == 1
