"""Tags of a simulated organization: what is planned, from its own tag policies and from ours."""

import json
import os
import subprocess
import sys
from collections import Counter
from functools import partial

import boto3
import pytest
from anyio.from_thread import start_blocking_portal

from scanner.output.plans import read_change_plan
from scanner.simulation import simulated_organization
from tests.unit.app.support import ROOT

pytest.importorskip("moto")
pytestmark = pytest.mark.timeout(240)

REGION = "eu-west-1"
TYPES = "AWS::SQS::Queue,AWS::SNS::Topic,AWS::S3::Bucket,AWS::Lambda::Function,AWS::IAM::Role"
POLICY = """
tags:
- {key: Cost, renames: [cost-center], default: "${account.tag:cost-center}"}
- {key: Owner, key_case: fix, default: "${account.tag:owner}"}
- {key: Unit, default: "${ou.name}", types: "AWS::S3::*"}
exemptions:
- {account: "111122223333", reason: no tags of its own, owner: ann, expires: 2999-01-01}
"""


@pytest.fixture(scope="module")
def simulation():
    make = partial(simulated_organization, accounts=7, regions=[REGION])
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(portal.call(make)) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def scanner(simulation, tmp_path_factory):
    """Run the program in one directory, against the simulation."""
    directory = tmp_path_factory.mktemp("tags")
    (directory / "t.yaml").write_text(POLICY)
    environment = simulation.surround(os.environ) | {
        "PYTHONPATH": str(ROOT),
        "SCANNER_ROLE": simulation.role_name,
    }

    def run(*arguments, code=0):
        ended = subprocess.run(
            [sys.executable, "-m", "scanner", *arguments],
            cwd=directory, env=environment, text=True, capture_output=True, check=False, timeout=120,
        )  # fmt: skip
        assert ended.returncode == code, ended.stderr
        return ended

    run.directory = directory
    run("scan", "--types", TYPES, "--regions", REGION, "--include-management", code=3)
    return run


@pytest.fixture(scope="module")
def organizations(simulation):
    names = {"AWS_ENDPOINT_URL": "endpoint_url", "AWS_ACCESS_KEY_ID": "aws_access_key_id",
             "AWS_SECRET_ACCESS_KEY": "aws_secret_access_key"}  # fmt: skip
    given = {name: simulation.environment[key] for key, name in names.items()}
    client = boto3.client("organizations", region_name="us-east-1", **given)
    yield client
    client.close()


def test_the_policies_of_the_organization_are_inherited(scanner, organizations):
    root = organizations.list_roots()["Roots"][0]["Id"]
    units = organizations.list_organizational_units_for_parent(ParentId=root)["OrganizationalUnits"]
    security = next(each["Id"] for each in units if each["Name"] == "Security")
    organizations.enable_policy_type(RootId=root, PolicyType="TAG_POLICY")
    for target, key, values in ((root, "Owner", None), (security, "Environment", ["test"])):
        setting = {"tag_key": {"@@assign": key}} | (
            {"tag_value": {"@@assign": values}} if values else {}
        )
        made = organizations.create_policy(
            Content=json.dumps({"tags": {key.lower(): setting}}),
            Description="",
            Name=key,
            Type="TAG_POLICY",
        )
        organizations.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=target)

    found = json.loads(scanner("tag", "plan", "organization", "--json").stdout)

    counts = Counter()
    for each in found["problems"]:
        counts[each["key"], each["kind"], each["obstacle"] is None] += each["resources"]
    assert counts["Owner", "wrong case", True] > counts["Environment", "wrong case", True] > 0
    assert counts["Environment", "wrong value", False] == counts["Environment", "wrong case", True]
    assert {key for key, _, _ in counts} == {"Owner", "Environment"}


def test_what_is_planned_is_what_the_policy_says(scanner):
    scanner("tag", "plan", "t.yaml", "-o", "plan.jsonl")

    plan = read_change_plan(scanner.directory / "plan.jsonl")
    assert {each.resource_type for each in plan.changes} == set(TYPES.split(","))
    assert not plan.skipped
    for each in plan.changes:
        assert each.account_id != "111122223333"
        assert each.options["set"].keys() <= {"Cost", "Owner", "Unit"}
        assert set(each.options["remove"]) <= {"cost-center", "owner"}
        assert {tag["Key"] for tag in each.before["Tags"]} <= {"cost-center", "owner", "Unit"}
    own = {each.service for each in plan.changes if each.resource_type == "AWS::IAM::Role"}
    assert own == {"iam"}


def member(simulation, account_id, service):
    """Return a client in a member account, as the role that organizations give themselves."""
    names = {"AWS_ENDPOINT_URL": "endpoint_url", "AWS_ACCESS_KEY_ID": "aws_access_key_id",
             "AWS_SECRET_ACCESS_KEY": "aws_secret_access_key"}  # fmt: skip
    given = {name: simulation.environment[key] for key, name in names.items()}
    sts = boto3.client("sts", region_name=REGION, **given)
    arn = f"arn:aws:iam::{account_id}:role/{simulation.role_name}"
    keys = sts.assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    sts.close()
    return boto3.client(
        service, region_name=REGION, endpoint_url=given["endpoint_url"],
        aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )  # fmt: skip


@pytest.fixture(scope="module")
def reserved(scanner, simulation):
    """Give a topic tags of AWS's and Control Tower's own before anything is planned."""
    plan = read_change_plan(scanner.directory / "plan.jsonl")
    topic = next(each for each in plan.changes if each.resource_type == "AWS::SNS::Topic")
    client = member(simulation, topic.account_id, "sns")
    client.tag_resource(
        ResourceArn=topic.arn,
        Tags=[{"Key": "AWSControlTowerX", "Value": "y"}, {"Key": "Cost", "Value": "0"}],
    )
    yield client, topic
    client.close()


def apply(scanner, plan, *more, code=0):
    said = scanner(
        "tag",
        "apply",
        plan,
        "--yes",
        "--max-percent",
        "100",
        "--canary",
        "0",
        "--max-errors",
        "100",
        "--json",
        *more,
        code=code,
    )
    return json.loads(said.stdout)


def test_what_changed_behind_its_back_is_refused_and_what_fails_fails_alone(scanner, reserved):
    client, topic = reserved

    ended = apply(scanner, "plan.jsonl", code=3)

    plan = read_change_plan(scanner.directory / "plan.jsonl")
    queues = {each.id for each in plan.changes if each.resource_type == "AWS::SQS::Queue"}
    by_ending = {}
    for each in ended["bad"]:
        by_ending.setdefault(each["ending"], set()).add(each["id"])
    assert by_ending == {"refused": {topic.id}, "failed": queues}  # moto tags no queue so
    assert all(
        "Service not yet supported" in each["reason"]
        for each in ended["bad"]
        if each["id"] in queues
    )
    assert ended["endings"]["done"] == len(plan.changes) - len(queues) - 1
    assert ended["unverified"] == 0
    tags = {
        each["Key"]: each["Value"]
        for each in client.list_tags_for_resource(ResourceArn=topic.arn)["Tags"]
    }
    assert tags["Cost"] == "0"
    assert tags["AWSControlTowerX"] == "y"


def test_a_second_plan_holds_what_is_left_and_undo_gives_back_the_rest(scanner, reserved):
    _, topic = reserved
    first = read_change_plan(scanner.directory / "plan.jsonl")
    done = [
        each
        for each in first.changes
        if each.resource_type != "AWS::SQS::Queue" and each.id != topic.id
    ]
    scanner("tag", "plan", "t.yaml", "-o", "second.jsonl")
    second = read_change_plan(scanner.directory / "second.jsonl")

    left = {each.arn for each in second.changes}
    assert {each.arn for each in first.changes if each.resource_type == "AWS::SQS::Queue"} <= left
    assert left.isdisjoint({each.arn for each in done})
    assert second.head.fine >= len(done)

    [results] = (scanner.directory / "scan" / "changes").rglob("*.jsonl.gz")
    scanner("tag", "undo", str(results), "-o", "undo.jsonl")
    undone = apply(scanner, "undo.jsonl")
    assert undone["endings"]["done"] == len(done)
    scanner("tag", "plan", "t.yaml", "-o", "third.jsonl")
    third = {
        each.id: (each.before, each.goal)
        for each in read_change_plan(scanner.directory / "third.jsonl").changes
    }
    assert {each.id: (each.before, each.goal) for each in done}.items() <= third.items()
