"""Checks by the handler: of a run in a bucket, of one made for them, in chains and in shards."""

import json

import anyio
import boto3
import pytest

from benchmarks.fake_aws import Options, Organization, Rule, Volume, denied, serve
from scanner.app.place import opened
from scanner.aws_lambda import Failing, Incomplete
from scanner.model.errors import SettingsError
from scanner.output import read_findings
from scanner.settings import Settings
from tests.integration.invoking import (
    chained,
    count_time_in_requests,
    invoke,
    leave_this_process_as_it_is,
)
from tests.integration.runtime_api import function
from tests.unit.app.support import ROLE, environment, point_here, scanner

pytestmark = pytest.mark.timeout(180)

REGIONS = ["us-east-1", "eu-west-1"]
ORGANIZATION = Organization.of(4, regions=REGIONS)
REFUSING = ORGANIZATION.account_ids[1]
BUCKET = "checked-bucket"
OUT = f"s3://{BUCKET}/scans"
POLICIES = """
policies:
- name: vpcs
  resource: aws.vpc
  metadata: {severity: high}
- name: own-vpcs
  resource: aws.vpc
  filters: [{InstanceTenancy: no-such-tenancy}]
- name: shared-repositories
  resource: aws.ecr
  metadata: {severity: low}
  filters: [{Policy: present}]
"""
EXCEPTIONS = f"""
exceptions:
- {{control: vpcs, account: '{REFUSING}', reason: known, owner: me, expires: 2099-01-01}}
- {{control: vpcs, reason: known, owner: me, expires: 2020-01-01}}
"""
CHOICE = {"role": ROLE, "regions": REGIONS, "exclude_accounts": "999999999999"}
CHECK = {"job": "check", "policies": "p.yml"}
SCAN = {**CHECK, **CHOICE, "scan": True}
TYPES = ["AWS::EC2::VPC", "AWS::ECR::Repository"]


@pytest.fixture(autouse=True)
def package(monkeypatch, tmp_path):
    leave_this_process_as_it_is(monkeypatch)
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "p.yml").write_text(POLICIES)
    (folder / "e.yml").write_text(EXCEPTIONS)
    monkeypatch.setenv("LAMBDA_TASK_ROOT", str(folder))
    return folder


@pytest.fixture
def bucket(moto):
    keys = {"aws_access_key_id": "k", "aws_secret_access_key": "s", "region_name": "us-east-1"}
    s3 = boto3.client("s3", endpoint_url=moto, **keys)
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="policies/p.yml", Body=POLICIES.encode())
    yield moto
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
        for each in page.get("Contents", ()):
            s3.delete_object(Bucket=BUCKET, Key=each["Key"])
    s3.delete_bucket(Bucket=BUCKET)
    s3.close()


@pytest.fixture
async def fake(monkeypatch, bucket):
    async with serve(ORGANIZATION, Options(volume=Volume(1, 2))) as running:
        running.surroundings = environment(running) | {"AWS_ENDPOINT_URL_S3": bucket}
        point_here(monkeypatch, running.surroundings)
        yield running


def plain(findings):
    """Return findings as lines that can be compared."""
    return sorted(json.dumps(each, sort_keys=True) for each in findings)


async def found(answer):
    """Read the findings that an answer names."""

    def read():
        with opened(Settings.of(out=OUT)) as placed:
            path = placed.out
            for part in answer["findings"].removeprefix(f"{OUT}/").split("/"):
                path = path / part
            return [*read_findings(path)]

    return plain(await anyio.to_thread.run_sync(read))


async def by_command(fake, package, *options):
    """Check the stored run by the command, and return its findings."""
    words = ("check", "p.yml", "--format", "ocsf", "--out", OUT, "--log-format", "json", *options)
    done = await scanner(words, package, fake.surroundings)
    assert done.code == 0, done.err
    return plain(map(json.loads, done.out.splitlines()))


async def test_a_check_of_a_stored_run_is_the_command_s(fake, package):
    fake.faults.add(Rule(action=denied(), account=REFUSING, operation="AssumeRole"))
    scanned = await invoke({**CHOICE, "out": OUT, "types": TYPES, "fail_on": "never"})
    commanded = await by_command(fake, package)
    fake.journal.clear()
    answer = await invoke({**CHECK, "out": OUT})
    again = await invoke({**CHECK, "out": OUT, "run": scanned["run_id"]})

    results = answer["results"]
    assert (answer["job"], answer["run_id"]) == ("check", scanned["run_id"])
    assert (answer["status"], answer["exit_code"], answer["controls"]) == ("partial", 0, 3)
    assert answer["findings"].startswith(f"{OUT}/findings/")
    assert 0 < answer["read_percent"] < 100
    assert answer["failed_by_severity"] == {
        "high": results["fail"] - answer["failed_by_severity"]["low"],
        "low": answer["failed_by_severity"]["low"],
    }  # fmt: skip
    assert results["fail"] + results["unknown"] == len(commanded)
    assert min(results["pass"], results["fail"], results["unknown"]) > 0
    assert again["results"] == results
    assert {each.service for each in fake.journal.calls} == {"sts"}
    assert await found(answer) == commanded


async def test_policies_and_exceptions_may_lie_in_s3_or_beside_the_code(fake):
    await invoke({**CHOICE, "out": OUT, "types": TYPES})
    plain_answer = await invoke(
        {**CHECK, "out": OUT, "policies": [f"s3://{BUCKET}/policies/p.yml"]}
    )
    excepted = await invoke({**CHECK, "out": OUT, "exceptions": "e.yml"})

    assert plain_answer["results"]["suppressed"] == 0 < excepted["results"]["suppressed"]
    assert (
        excepted["results"]["fail"] + excepted["results"]["suppressed"]
        == (plain_answer["results"]["fail"])
    )


async def test_a_scan_for_a_check_asks_for_what_is_read_and_is_judged_as_the_stored_run(
    fake, package
):
    answer = await invoke({**SCAN, "out": OUT})
    asked = {each.operation for each in fake.journal.calls if each.service in ("ec2", "ecr")}

    assert asked == {"DescribeVpcs", "DescribeRepositories", "GetRepositoryPolicy"}
    assert (answer["job"], answer["status"], answer["continuation"]) == ("check", "complete", None)
    assert (answer["coverage_percent"], answer["read_percent"]) == (100, 100)
    assert answer["results"]["fail"] > 0 == answer["results"]["unknown"]
    assert await found(answer) == await by_command(fake, package)


async def test_a_scan_for_a_check_goes_on_until_it_can_be_judged_whole(fake, package, monkeypatch):
    count_time_in_requests(monkeypatch, fake, 22)
    *before, last = await chained({**SCAN, "out": OUT, "concurrency": 1})

    assert len(before) > 0
    assert {each["findings"] for each in before} == {None}
    assert before[0]["continuation"] == {
        **CHECK, "scan": True, "out": OUT, "role": ROLE, "concurrency": 1,
        "resume": last["run_id"], "left": before[0]["by_status"]["not_attempted"],
    }  # fmt: skip
    assert (last["status"], last["results"]["unknown"]) == ("complete", 0)
    assert await found(last) == await by_command(fake, package)


async def test_the_last_shard_home_judges_the_run(fake, package):
    event = {**SCAN, "out": OUT, "run_id": "nightly"}
    first, last = [await invoke({**event, "shard": each}) for each in ("1/2", "2/2")]

    assert (first["findings"], first["whole"]) == (None, None)
    assert last["whole"] == "complete"
    assert await found(last) == await by_command(fake, package)


async def test_failures_raise_where_the_event_says_so(fake, tmp_path):
    event = {**SCAN, "out": str(tmp_path / "out")}
    with pytest.raises(
        Failing, match=r"^run \S+: \d+ fail \(\d+ high, \d+ low\), see \S+/findings/"
    ):
        await invoke({**event, "exit_code": True})
    assert (await invoke({**event, "exit_code": False}))["results"]["fail"] > 0


async def test_a_scan_that_is_not_tolerated_raises_once_it_is_judged(fake, tmp_path):
    fake.faults.add(Rule(action=denied(), account=REFUSING, operation="AssumeRole"))
    out = tmp_path / "out"
    with pytest.raises(Incomplete, match="1 accounts failed"):
        await invoke({**SCAN, "out": str(out)})

    (file,) = out.glob("findings/*/*")
    findings = await anyio.to_thread.run_sync(lambda: [*read_findings(file)])
    assert {each["unmapped"]["result"] for each in findings} == {"fail", "unknown"}


async def test_what_changed_goes_into_security_hub_where_the_event_says_so(fake, moto, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECURITYHUB", moto)
    await invoke({**CHOICE, "out": OUT, "types": TYPES})
    event = {**CHECK, "out": OUT, "security_hub": True, "hub_region": "eu-west-1"}
    first, again = [await invoke(event) for _ in range(2)]

    failed = first["results"]["fail"]
    assert first["security_hub"] == {"imported": failed, "archived": 0}
    assert again["security_hub"] == {"imported": 0, "archived": 0}


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"policies": None}, "event: policies: must be a text, or a list of texts"),
        ({"policies": [3]}, "event: policies: must be a text, or a list of texts"),
        (
            {"policies": "cis-aws-4", "scan": True},
            r"'cis-aws-4' is no file, pack or plugin: did you mean 'cis-aws",
        ),
        ({"policies": "/tmp/rules.py"}, "event: /tmp/rules.py is not in the function's package"),
        (
            {"policy": "p.yml"},
            "event: 'policy' is no setting, and nothing that job check takes: did",
        ),
        ({"hub_region": "eu-west-1"}, "event: hub_region is for findings to Security Hub: add sec"),
        ({"scan": "yes"}, "event: scan: must be true or false"),
        ({"scan": True, "exit_code": 1}, "event: exit_code: must be true or false"),
        ({"scan": True, "run": "latest"}, "event: scan makes a run of its own: leave out run"),
        ({"resume": "latest"}, "event: resume goes on with a scan: add scan"),
        ({"regions": "all"}, "event: only a scan heeds that: leave out regions"),
        ({"exceptions": "gone.yml"}, "gone.yml can't be read"),
        ({"run": "no-such-run"}, "no-such-run"),
    ],
)
async def test_what_can_t_be_checked_is_one_line(fake, tmp_path, event, said):
    with pytest.raises(SettingsError, match=said) as caught:
        await invoke({**CHECK, "out": str(tmp_path / "out"), **event})

    assert "\n" not in str(caught.value)
    assert fake.journal.connections == 0


async def test_in_aws_s_own_runtime_client_a_scan_and_a_later_check_agree(fake, package, tmp_path):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    surroundings = {**fake.surroundings, "LAMBDA_TASK_ROOT": str(package)}
    async with function(surroundings, str(temporary)) as lambda_:
        cold = await lambda_.invoke({**SCAN, "out": OUT})
        warm = await lambda_.invoke({**CHECK, "out": OUT, "exceptions": "e.yml"})
        failing = await lambda_.invoke({**CHECK, "out": OUT, "exit-code": True})

    assert cold.value["results"]["fail"] > 0
    assert warm.value["run_id"] == cold.value["run_id"]
    assert warm.value["results"]["pass"] == cold.value["results"]["pass"]
    assert warm.value["results"]["suppressed"] > 0
    assert failing.error[0] == "Failing"
    assert [*temporary.iterdir()] == []
    expired = [each for each in lambda_.logs() if each["event"] == "an exception expired"]
    assert [(each["control"], each["expires"]) for each in expired] == [("vpcs", "2020-01-01")]
