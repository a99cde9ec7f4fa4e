"""Findings in a Security Hub of moto's: what changed is imported, what is over is archived."""

import json
import os
from contextlib import closing
from datetime import UTC, date, datetime

import anyio
import boto3
import pytest

from scanner.app.check import Checkup
from scanner.app.controls import find_checks
from scanner.app.delivery import Delivery
from scanner.app.texts import MOST, Texts
from scanner.aws.grant import HubGrant
from scanner.aws.hub import SecurityHub
from scanner.model.errors import SettingsError
from scanner.model.outcome import Status
from scanner.output.layout import started
from scanner.policies.exemptions import Exemption
from tests.unit.analysis.support import NEW, OLD, write_run
from tests.unit.app.support import point_here, scanner
from tests.unit.app.test_check import BAD, DENIED, QUEUE, planted, queue

pytestmark = pytest.mark.timeout(90)

CENTRAL = "123456789012"
KEYS = {"aws_access_key_id": "k", "aws_secret_access_key": "s"}
POLICIES = """
policies:
- name: encrypted
  resource: aws.sqs
  metadata: {severity: high, title: Queues are encrypted}
  filters: [{KmsMasterKeyId: absent}]
"""
PRODUCT = f"arn:aws:securityhub:eu-west-1:{CENTRAL}:product/{CENTRAL}/default"


def client(moto, service, region="us-east-1"):
    return closing(boto3.client(service, endpoint_url=moto, region_name=region, **KEYS))


@pytest.fixture
def here(moto, tmp_path, monkeypatch):
    point_here(monkeypatch, {
        "AWS_ENDPOINT_URL": moto, "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
    })  # fmt: skip
    (tmp_path / "p.yml").write_text(POLICIES)
    return tmp_path


def hub(moto, region="eu-west-1"):
    with client(moto, "securityhub", region) as found:
        return {
            each["Id"]: each
            for each in found.get_findings(Filters={}).get("Findings", [])
            if each["GeneratorId"] == "encrypted"
        }


def night(here, run_id, exemptions=(), **options):
    """Check a night and import what changed; return what was delivered."""
    if not (here / "runs" / run_id).exists():
        write_run(here, run_id, planted(run_id, **options))
    now = datetime.now(UTC)
    checks = find_checks([str(here / "p.yml")], started(run_id))
    answers = Checkup(here, run_id, checks, exemptions, now).run()
    return Delivery(here, answers.findings, None, None, now).run(here / "f.asff", send=True)


def test_what_changed_is_imported_and_what_is_over_is_archived(here, moto):
    first = night(here, OLD)
    imported = hub(moto)
    again = night(here, OLD)
    fixed = night(here, NEW, fixed=True)
    after = hub(moto)

    assert (first.sent, first.archived, dict(first.failed)) == (2, 0, {})
    assert {each["ProductFields"]["scanner/account_id"] for each in imported.values()} == {
        BAD, DENIED,
    }  # fmt: skip
    assert {each["ProductArn"] for each in imported.values()} == {PRODUCT}
    assert (again.sent, again.archived) == (0, 0)
    assert (fixed.sent, fixed.archived) == (1, 1)
    assert {
        each["ProductFields"]["scanner/account_id"]: (
            each["RecordState"], each["Compliance"]["Status"],
        )
        for each in after.values()
    } == {BAD: ("ARCHIVED", "PASSED"), DENIED: ("ACTIVE", "NOT_AVAILABLE")}  # fmt: skip


def test_an_exception_archives_and_its_end_brings_back(here, moto):
    accepted = Exemption("encrypted", "a test", "ann", date(2999, 1, 1), BAD)
    night(here, OLD)
    suppressed = night(here, OLD, [accepted])
    states = {each["RecordState"] for each in hub(moto).values()}
    back = night(here, OLD)

    assert (suppressed.sent, suppressed.archived) == (1, 1)
    assert states == {"ACTIVE", "ARCHIVED"}
    assert (back.sent, back.archived) == (1, 0)
    assert {each["RecordState"] for each in hub(moto).values()} == {"ACTIVE"}


def test_the_file_has_every_finding_changed_or_not(here):
    night(here, OLD)
    night(here, OLD)
    lines = [json.loads(line) for line in (here / "f.asff").read_text().splitlines()]

    assert len(lines) == 2
    assert (here / "f.asff").stat().st_mode & 0o077 == 0


def test_what_is_refused_is_told_and_sent_the_next_time(here, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(HubGrant, "covers", lambda *_: False)
        refused = night(here, OLD)
    done = night(here, OLD)

    assert (refused.sent, sum(refused.failed.values())) == (0, 2)
    assert (done.sent, dict(done.failed)) == (2, {})


def test_batches_are_of_a_hundred(here, monkeypatch):
    sizes = []
    monkeypatch.setattr(
        SecurityHub, "send", lambda _self, region, batch: sizes.append((region, len(batch))) or {}
    )
    run_id = "20261122T010000Z-00000a"
    bad = [queue(f"q{number}", BAD, run_id, encrypted=False) for number in range(250)]
    write_run(here, run_id, {(BAD, "eu-west-1"): ({QUEUE: Status.COMPLETE}, bad)})
    done = night(here, run_id)

    assert sizes == [("eu-west-1", 100), ("eu-west-1", 100), ("eu-west-1", 50)]
    assert done.sent == 250


async def test_the_command_says_what_it_imported(here, moto):
    await anyio.to_thread.run_sync(write_run, here / "scan", OLD, planted(OLD))
    surroundings = {name: each for name, each in os.environ.items() if name.startswith("AWS_")}
    command = ("check", "p.yml", "--security-hub", "--hub-region", "us-west-2", "--asff", "f.asff")
    done = await scanner(command, here, surroundings)
    imported = await anyio.to_thread.run_sync(hub, moto, "us-west-2")

    assert done.code == 0, done.err
    assert "Security Hub: 2 imported, 0 of them archived" in done.err
    assert len(imported) == 2
    assert {":us-west-2:" in each["ProductArn"] for each in imported.values()} == {True}


async def test_a_hub_that_takes_nothing_is_said_and_the_findings_are_there(here, moto):
    await anyio.to_thread.run_sync(write_run, here / "scan", OLD, planted(OLD))
    surroundings = {name: each for name, each in os.environ.items() if name.startswith("AWS_")}
    surroundings["AWS_ENDPOINT_URL_SECURITYHUB"] = f"{moto}/no-such-service"
    done = await scanner(("check", "p.yml", "--security-hub"), here, surroundings)

    assert done.code == 6
    assert "Security Hub refused 2" in done.err
    assert "findings: " in done.out


@pytest.fixture
def bucket(here, moto):
    with client(moto, "s3") as s3:
        s3.create_bucket(Bucket="policies")
        yield s3
        for each in s3.list_objects_v2(Bucket="policies").get("Contents", ()):
            s3.delete_object(Bucket="policies", Key=each["Key"])
        s3.delete_bucket(Bucket="policies")


FROM_S3 = """
policies:
- name: listed
  resource: aws.sqs
  filters:
  - {type: value, key: QueueName, op: in, value_from: {url: 's3://policies/names.json', expr: names}}
"""


def test_policies_and_values_come_out_of_a_bucket_each_once(bucket, monkeypatch):
    bucket.put_object(Bucket="policies", Key="p.yml", Body=FROM_S3.encode())
    bucket.put_object(Bucket="policies", Key="names.json", Body=b'{"names": ["a", "b"]}')
    texts = Texts()
    [check] = find_checks(["s3://policies/p.yml"], datetime.now(UTC), (), texts)

    assert [check.select([{"QueueName": name}]) != [] for name in "abc"] == [True, True, False]
    bucket.delete_object(Bucket="policies", Key="names.json")
    assert find_checks(["s3://policies/p.yml"], datetime.now(UTC), (), texts)
    with pytest.raises(SettingsError, match=r"s3://policies/names\.json can't be read"):
        find_checks(["s3://policies/p.yml"], datetime.now(UTC))


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("s3://policies/large.txt", b"x" * (MOST + 1), "has more than 8 MiB"),
        ("s3://policies/odd.txt", b"\xff\xfe", "can't be read"),
        ("s3://policies", None, "is no s3://BUCKET/KEY"),
        ("s3://policies/none.txt", None, "can't be read: s3:GetObject: NoSuchKey"),
    ],
)
def test_what_can_not_be_read_is_said_in_one_line(bucket, name, body, said):
    if body is not None:
        bucket.put_object(Bucket="policies", Key=name.rpartition("/")[2], Body=body)

    with pytest.raises(SettingsError, match=said):
        Texts().read(name)


def test_an_object_without_content_is_an_empty_text(bucket):
    bucket.put_object(Bucket="policies", Key="empty.txt", Body=b"")

    assert Texts().read("s3://policies/empty.txt") == ""
