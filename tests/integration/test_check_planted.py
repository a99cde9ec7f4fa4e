"""What is planted in an organization between two nights is found by the packs, and nothing else."""

import json
import os
import subprocess
import sys
from contextlib import closing
from functools import partial

import boto3
import pytest
from anyio.from_thread import start_blocking_portal

from scanner.simulation import simulated_organization
from tests.unit.app.support import ROOT

pytest.importorskip("moto")
pytestmark = pytest.mark.timeout(180)

REGION = "us-east-1"
ANYBODY = "0.0.0.0/0"
BUCKET = {"cis-aws-3/2.1.1", "cis-aws-3/2.1.2", "cis-aws-3/2.1.4"}
GROUP = {"cis-aws-3/5.2"}
USER = {"cis-aws-3/1.15"}
VOLUMES = {"cis-aws-3/2.4.1"}


@pytest.fixture(scope="module")
def simulation():
    make = partial(simulated_organization, accounts=6, regions=[REGION])
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(portal.call(make)) as running,
    ):
        yield running


def keys_of(simulation, account):
    central = {
        "endpoint_url": simulation.url, "region_name": REGION,
        "aws_access_key_id": simulation.environment["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": "s",
    }  # fmt: skip
    with closing(boto3.client("sts", **central)) as sts:
        role = f"arn:aws:iam::{account}:role/{simulation.role_name}"
        found = sts.assume_role(RoleArn=role, RoleSessionName="plant")["Credentials"]
    return central | {
        "aws_access_key_id": found["AccessKeyId"],
        "aws_secret_access_key": found["SecretAccessKey"],
        "aws_session_token": found["SessionToken"],
    }


def plant(simulation, accounts):
    """Break a rule in each of three accounts; return what must be found, and the plain cases."""
    first, second, third = accounts
    with closing(boto3.client("ec2", **keys_of(simulation, first))) as ec2:
        [vpc] = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
        groups = [
            ec2.create_security_group(GroupName=name, Description="d", VpcId=vpc["VpcId"])[
                "GroupId"
            ]
            for name in ("open", "shut")
        ]
        for group, source in zip(groups, (ANYBODY, "10.0.0.0/8"), strict=True):
            ec2.authorize_security_group_ingress(
                GroupId=group, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp=source
            )
    with closing(boto3.client("s3", **keys_of(simulation, second))) as s3:
        s3.create_bucket(Bucket="planted-by-a-test")
    with closing(boto3.client("iam", **keys_of(simulation, third))) as iam:
        for name in ("direct", "grouped"):
            iam.create_user(UserName=name)
        statement = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName="direct", PolicyName="p", PolicyDocument=policy)
    with closing(boto3.client("efs", **keys_of(simulation, third))) as efs:
        plain = efs.create_file_system(CreationToken="plain", Encrypted=False)["FileSystemId"]
        efs.create_file_system(CreationToken="sealed", Encrypted=True)
    return {
        *((control, first, groups[0]) for control in GROUP),
        *((control, second, "planted-by-a-test") for control in BUCKET),
        *((control, third, "direct") for control in USER),
        *((control, third, plain) for control in VOLUMES),
    }


def check(simulation, directory):
    ended = subprocess.run(
        [
            sys.executable, "-m", "scanner", "check", "cis-aws-3", "--scan", "--format", "ocsf",
            "--role", simulation.role_name, "--include-management", "--regions", REGION,
        ],
        cwd=directory, text=True, capture_output=True, check=False, timeout=120,
        env=simulation.surround(os.environ) | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert ended.returncode == 3, ended.stderr  # an account refuses
    return [json.loads(line) for line in ended.stdout.splitlines()]


def named(line):
    return (
        line["compliance"]["control"],
        line["cloud"]["account"]["uid"],
        line["unmapped"]["resource_id"],
    )


@pytest.fixture(scope="module")
def nights(simulation, tmp_path_factory):
    directory = tmp_path_factory.mktemp("nights")
    before = check(simulation, directory)
    closed = simulation.refusing | simulation.suspended
    accounts = sorted(set(simulation.standing) - closed - {simulation.management_account})[:3]
    expected = plant(simulation, accounts)
    return before, expected, check(simulation, directory)


def test_every_planted_violation_is_new_and_nothing_else_is(nights):
    _, expected, after = nights
    fresh = {
        named(line)
        for line in after
        if (line["unmapped"]["state"], line["unmapped"]["result"]) == ("new", "fail")
    }

    assert fresh == expected


def test_what_was_there_before_is_open_still_and_nothing_is_resolved(nights):
    before, _, after = nights
    failed = {named(line) for line in before if line["unmapped"]["result"] == "fail"}

    assert failed
    assert failed == {
        named(line)
        for line in after
        if (line["unmapped"]["state"], line["unmapped"]["result"]) == ("open", "fail")
    }
    assert not [line for line in after if line["unmapped"]["state"] == "resolved"]


def test_an_account_that_refuses_is_unknown_to_every_control_and_fails_none(nights, simulation):
    _, _, after = nights
    controls = {line["compliance"]["control"] for line in after}
    for account in simulation.refusing:
        mine = [line for line in after if line["cloud"]["account"]["uid"] == account]

        assert {line["unmapped"]["result"] for line in mine} == {"unknown"}
        assert {line["compliance"]["control"] for line in mine} == controls
        assert all(line["compliance"]["status_detail"] for line in mine)
