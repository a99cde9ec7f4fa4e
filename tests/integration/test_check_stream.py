"""Units judged as they are taken over give what the stored run gives, however the work is shared."""

import json
from collections import Counter

import anyio
import boto3
import pytest

from benchmarks.fake_aws import Options, Organization, Rule, Volume, denied, serve
from scanner.catalog import Catalog
from tests.unit.app.support import (
    ROLE,
    environment,
    inventory,
    ledger,
    manifest,
    scanner,
)

pytestmark = pytest.mark.timeout(180)

REGIONS = ("us-east-1", "eu-west-1")
ORGANIZATION = Organization.of(5, regions=REGIONS)
REFUSING = ORGANIZATION.account_ids[1]
REPOSITORY = Catalog.load().types["AWS::ECR::Repository"]
POLICIES = """
policies:
- name: vpcs
  resource: aws.vpc
- name: own-vpcs
  resource: aws.vpc
  filters: [{InstanceTenancy: no-such-tenancy}]
- name: first-subnet
  resource: aws.subnet
  filters: [{type: reduce, sort-by: SubnetId, limit: 1}]
- name: locked-repositories
  resource: aws.ecr
  filters: [{Policy: absent}]
- name: a-job-queue-somewhere
  resource: aws.batch-queue
  expect: account
  filters: [{jobQueueName: no-such-name}]
- name: a-subnet-everywhere
  resource: aws.subnet
  expect: region
  filters: [{SubnetId: present}]
"""
CHECK = ("check", "p.yml", "--format", "ocsf", "--log-format", "json")
PLACES = (
    "--role", ROLE, "--regions", ",".join(REGIONS), "--exclude-accounts", "999999999999",
)  # fmt: skip
STREAMED = (*CHECK, "--scan", *PLACES)


@pytest.fixture
async def fake():
    async with serve(ORGANIZATION, Options(volume=Volume(1, 2))) as running:
        yield running


@pytest.fixture
def here(tmp_path):
    (tmp_path / "p.yml").write_text(POLICIES)
    return tmp_path


def refuse(fake):
    fake.faults.add(Rule(action=denied(), account=REFUSING, operation="AssumeRole"))


def lines(text):
    return sorted(text.splitlines())


def results(text):
    found = [json.loads(line) for line in text.splitlines()]
    return Counter(
        (each["compliance"]["control"], each["cloud"]["account"]["uid"], each["unmapped"]["result"])
        for each in found
    )


async def again(here, fake, *options):
    """Check the stored run: the states stay, for it is the same run."""
    return await scanner((*CHECK, *options), here, environment(fake))


async def test_findings_as_units_stream_are_those_of_the_stored_run(fake, here):
    refuse(fake)
    done = await scanner(STREAMED, here, environment(fake))
    stored = await again(here, fake)

    assert done.code == 3, done.err
    assert lines(done.out) == lines(stored.out)
    found = results(done.out)
    for account in ORGANIZATION.account_ids:
        expected = "unknown" if account == REFUSING else "fail"
        assert found["vpcs", account, expected]
        assert (found["own-vpcs", account, "unknown"] > 0) is (account == REFUSING)
        assert not found["own-vpcs", account, "fail"]
        assert found["a-job-queue-somewhere", account, expected] == 1


async def test_several_processes_give_the_same_findings(fake, here):
    done = await scanner((*STREAMED, "--workers", "2"), here, environment(fake))
    stored = await again(here, fake)

    assert done.code == 0, done.err
    assert "the work is shared" in done.err
    assert lines(done.out) == lines(stored.out)
    assert results(done.out)["vpcs", REFUSING, "fail"] == 4


async def test_a_resumed_run_is_judged_whole(fake, here):
    refuse(fake)
    first = await scanner(STREAMED, here, environment(fake))
    fake.faults.clear()
    fake.journal.clear()
    done = await scanner(
        (*CHECK, "--scan", "--role", ROLE, "--resume", "latest"), here, environment(fake)
    )
    stored = await again(here, fake)

    assert (first.code, done.code) == (3, 0), done.err
    assert {call.account for call in fake.journal.calls if call.service == "ec2"} == {REFUSING}
    assert lines(done.out) == lines(stored.out)
    found = results(done.out)
    assert {found["vpcs", each, "fail"] for each in ORGANIZATION.account_ids} == {4}
    assert not [key for key in found if key[2] == "unknown"]


async def test_the_last_shard_home_judges_the_run(fake, here):
    ended = []
    for shard in ("1/2", "2/2"):
        command = (*STREAMED, "--shard", shard, "--run-id", "nightly")
        ended.append(await scanner(command, here, environment(fake)))
    stored = await again(here, fake)

    assert [each.code for each in ended] == [0, 0], ended[1].err
    assert ended[0].out == ""
    assert "is not whole" in ended[0].err
    assert lines(ended[1].out) == lines(stored.out)
    found = results(ended[1].out)
    assert {found["vpcs", each, "fail"] for each in ORGANIZATION.account_ids} == {4}


async def test_a_check_in_a_bucket_leaves_nothing_on_disk(fake, here, moto):
    keys = {"aws_access_key_id": "k", "aws_secret_access_key": "s", "region_name": "us-east-1"}
    s3 = boto3.client("s3", endpoint_url=moto, **keys)
    await anyio.to_thread.run_sync(lambda: s3.create_bucket(Bucket="findings-bucket"))
    surroundings = environment(fake) | {"AWS_ENDPOINT_URL_S3": moto}
    out = ("--out", "s3://findings-bucket/scans")
    done = await scanner((*STREAMED, *out), here, surroundings)
    stored = await scanner((*CHECK, *out), here, surroundings)
    listed = await anyio.to_thread.run_sync(
        lambda: s3.list_objects_v2(Bucket="findings-bucket")["Contents"]
    )
    s3.close()

    assert (done.code, stored.code) == (0, 0), done.err + stored.err
    assert lines(done.out) == lines(stored.out)
    assert results(done.out)["vpcs", REFUSING, "fail"] == 4
    names = [each["Key"] for each in listed]
    assert "scans/state/findings.sqlite" in names
    assert len([name for name in names if name.startswith("scans/findings/dt=")]) == 2
    assert [each.name for each in here.iterdir()] == ["p.yml"]


async def test_only_what_the_policies_read_is_asked_for(fake, here):
    done = await scanner(STREAMED, here, environment(fake))
    asked = {call.operation for call in fake.journal.calls if call.service == "ecr"}
    fake.journal.clear()
    full = await scanner(
        (*STREAMED, "--types", "AWS::ECR::Repository", "--out", "full"), here, environment(fake)
    )
    all_calls = {call.operation for call in fake.journal.calls if call.service == "ecr"}
    records = [each for each in inventory(here / "scan").values() if each["service"] == "ecr"]

    assert (done.code, full.code) == (0, 0), done.err + full.err
    assert {name for line in ledger(here / "scan") for name in line.types} == {
        "AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::ECR::Repository", "AWS::Batch::JobQueue",
    }  # fmt: skip
    assert asked == {"DescribeRepositories", "GetRepositoryPolicy"}
    assert all_calls == {call.operation for call in REPOSITORY.calls} > asked
    assert {tuple(each["unread"]) for each in records} == {
        tuple(REPOSITORY.details - {"Policy", "Tags"})
    }
    assert all(each["tags"] is None for each in records)
    assert manifest(here / "scan")["status"] == "complete"


async def test_a_later_check_of_what_was_left_out_is_unknown(fake, here):
    await scanner(STREAMED, here, environment(fake))
    (here / "p.yml").write_text(
        "policies: [{name: lifecycle, resource: aws.ecr, filters: [{LifecyclePolicy: absent}]}]"
    )
    found = results((await again(here, fake)).out)

    assert found
    assert {result for _, _, result in found} == {"unknown"}
