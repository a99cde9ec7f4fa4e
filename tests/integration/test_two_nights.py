"""Two nights and the mornings after, by the command line alone: the output is in S3.

A simulated organization is scanned; then a queue comes, one goes and one changes; it is scanned
again, and everything that reads runs is asked about the two.
"""

import json
import os
import subprocess
import sys
from functools import partial

import boto3
import duckdb
import pytest
from anyio.from_thread import start_blocking_portal

from scanner.simulation import simulated_organization
from tests.unit.app.support import ROOT

pytest.importorskip("moto")
pytestmark = pytest.mark.timeout(240)

REGION = "us-east-1"
PLACE = "s3://nightly-inventory/org"
TYPES = "AWS::SQS::Queue,AWS::S3::Bucket,AWS::EC2::Volume,AWS::IAM::User"
GONE, CHANGED, COME = "goes-tonight", "changes-tonight", "comes-tonight"


@pytest.fixture(scope="module")
def simulation():
    make = partial(simulated_organization, accounts=5, regions=(REGION,))
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(portal.call(make)) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def member(simulation):
    """Name an account that lets us in."""
    return min(
        account for account, standing in simulation.standing.items()
        if standing == "active" and account != simulation.management_account
    )  # fmt: skip


@pytest.fixture(scope="module")
def queues(simulation, member):
    """Open SQS of that account."""
    keys = {
        "aws_access_key_id": simulation.environment["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": simulation.environment["AWS_SECRET_ACCESS_KEY"],
        "region_name": REGION,
        "endpoint_url": simulation.url,
    }
    boto3.client("s3", **keys).create_bucket(Bucket="nightly-inventory")
    role = f"arn:aws:iam::{member}:role/{simulation.role_name}"
    entered = boto3.client("sts", **keys).assume_role(RoleArn=role, RoleSessionName="owner")
    lent = entered["Credentials"]
    return boto3.client(
        "sqs", region_name=REGION, endpoint_url=simulation.url,
        aws_access_key_id=lent["AccessKeyId"], aws_secret_access_key=lent["SecretAccessKey"],
        aws_session_token=lent["SessionToken"],
    )  # fmt: skip


@pytest.fixture(scope="module")
def call(simulation, tmp_path_factory):
    """Run a command of the program to its end, in a directory of its own."""
    here = tmp_path_factory.mktemp("morning")
    surroundings = simulation.surround(os.environ) | {
        "PYTHONPATH": str(ROOT), "SCANNER_OUT": PLACE, "TMPDIR": str(here),
    }  # fmt: skip

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "scanner", *arguments, "--log-level", "error"],
            cwd=here, env=surroundings, text=True, capture_output=True, check=False, timeout=90,
        )  # fmt: skip

    run.here = here
    return run


@pytest.fixture(scope="module")
def nights(simulation, queues, call):
    """Scan, change what is there, scan again; one account refuses both times."""
    scan = ("scan", "--role", simulation.role_name, "--types", TYPES, "--regions", REGION, "--json")
    for name in (GONE, CHANGED):
        queues.create_queue(QueueName=name)
    first = call(*scan)
    queues.delete_queue(QueueUrl=queues.get_queue_url(QueueName=GONE)["QueueUrl"])
    changed = queues.get_queue_url(QueueName=CHANGED)["QueueUrl"]
    queues.set_queue_attributes(QueueUrl=changed, Attributes={"VisibilityTimeout": "77"})
    queues.create_queue(QueueName=COME)
    second = call(*scan)
    assert (first.returncode, second.returncode) == (3, 3), first.stderr + second.stderr
    return [json.loads(each.stdout)["run_id"] for each in (first, second)]


def test_the_difference_is_what_was_done_and_nothing_else(nights, call, member):
    done = call("diff", "--json", "--exit-code")
    assert done.returncode == 1, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    told = {(line["change"], line["account_id"], line["resource_name"]) for line in lines}
    assert told == {
        ("removed", member, GONE), ("changed", member, CHANGED), ("added", member, COME),
    }  # fmt: skip
    assert {(line["old_run_id"], line["new_run_id"]) for line in lines} == {tuple(nights)}
    (change,) = [line for line in lines if line["change"] == "changed"]
    paths = {step["path"] for step in change["patch"]}
    assert "/configuration/VisibilityTimeout" in paths


def test_a_question_is_answered_over_one_night_and_over_all(nights, call, member):
    sql = f"SELECT run_id, name FROM sqs_queue WHERE account_id = '{member}' ORDER BY ALL"
    asked = [json.loads(call("query", sql, "--json", "--run", run).stdout) for run in nights]
    names = [{row["name"] for row in rows} for rows in asked]
    assert names[0] - names[1] == {GONE}
    assert names[1] - names[0] == {COME}
    both = json.loads(call("query", sql, "--json", "--run", "all").stdout)
    assert both == [row for rows in asked for row in rows]


def test_who_refused_is_unknown_in_every_answer(nights, call, simulation):
    (refusing,) = simulation.refusing
    sql = "SELECT DISTINCT account_id FROM coverage WHERE status = 'not_attempted'"
    assert json.loads(call("query", sql, "--json").stdout) == [{"account_id": refusing}]
    done = call("check", "fsbp", "--format", "ocsf")
    findings = [json.loads(line) for line in done.stdout.splitlines()]
    theirs = [each for each in findings if each["cloud"]["account"]["uid"] == refusing]
    assert theirs
    assert {each["unmapped"]["result"] for each in theirs} == {"unknown"}


def test_the_nights_are_exported_and_reported(nights, call):
    assert call("export", "--to", "parquet").returncode == 0
    table = call.here / "parquet" / "sqs_queue.parquet"
    found = duckdb.sql(f"SELECT count(*) FROM '{table}' WHERE name = '{COME}'").fetchall()
    assert found == [(1,)]
    done = call("report", "--to", "report.html")
    assert done.returncode == 0, done.stderr
    page = (call.here / "report.html").read_text(encoding="utf-8")
    assert nights[1] in page


def test_an_old_night_can_go_and_the_new_one_stays(nights, call):
    kept = call("prune", "--keep", "1s")
    assert kept.returncode == 0, kept.stderr
    rows = json.loads(
        call("query", "SELECT DISTINCT run_id FROM inventory", "--json", "--run", "all").stdout
    )
    assert rows == [{"run_id": nights[1]}]
