"""deploy/organization.yaml is deployed and its state machine run: plan, shards, merge.

By MiniStack, which interprets Amazon States Language, Distributed Maps too, and runs the function
in processes of its own by Lambda's runtime API. The function is the real handler behind the real
runtime client, as the central role, under authorization; only the package is not that of
`scanner package lambda` but a script that starts our own interpreter. MiniStack does not check
what the machine's own role may do, and knows no jitter; a second of waiting takes a thousandth.
"""

import io
import json
import sys
import zipfile

import pytest

from scanner.model.shard import Shard
from tests.emulator.ministack import REGION, ended
from tests.emulator.organization import (
    BUCKET,
    CENTRAL,
    DEPLOY,
    OUT,
    SECRET,
    TYPES,
    kept,
    organization,
    scan,
)
from tests.unit.app.support import by_key

pytestmark = pytest.mark.timeout(240)

SHARDS = 3
TEMPLATE = (DEPLOY / "organization.yaml").read_text()
PARAMETERS = {
    "CentralRole": CENTRAL,
    "CodeBucket": BUCKET,
    "CodeKey": "package.zip",
    "OutputBucket": BUCKET,
    "Regions": REGION,
    "Types": ",".join(TYPES),
    "Python": "provided.al2023",
}
EVER = 10
"""Failures that are more than anything is tried again."""

BOOTSTRAP = """#!/bin/sh
export AWS_ENDPOINT_URL={url} PLANTED={planted} PYTHONPATH="$LAMBDA_TASK_ROOT"
exec {python} -m awslambdaric planted.handler
"""

PLANTED = '''
"""The handler, and what a test planted before it: one file a mishap, taken away as it happens."""
import os
from pathlib import Path
from scanner import aws_lambda

def handler(event, context):
    about = event.get("shard", event.get("job")).replace("/", "of")
    for file in Path(os.environ["PLANTED"]).glob(f"*-{about}-*"):
        try:
            file.unlink()
        except FileNotFoundError:  # another process took it
            continue
        if file.name.startswith("fail"):
            raise RuntimeError("planted")
        return {"continuation": {"job": "inventory", **event, "left": 1}}
    return aws_lambda.handler(event, context)
'''

TASK = """
from scanner import task

@task
async def queues(ctx):
    sqs = await ctx.client("sqs")
    for url in (await sqs.list_queues()).get("QueueUrls", []):
        yield {"resource_id": url, **ctx.params}
"""


class Machine:
    """The deployed state machine, and where mishaps are planted."""

    def __init__(self, world, planted, secret):
        self.world, self.planted, self.secret = world, planted, secret
        self.deploy()

    def deploy(self, **parameters):
        found = {
            "AccountsPerShard": str(len(self.world.accounts) // SHARDS),
            "ExternalIdSecret": self.secret,
        }
        given = PARAMETERS | found | parameters
        outputs = self.world.emulator.deploy("night", TEMPLATE, given)
        self.arn = outputs["StateMachineArn"]

    @property
    def lost(self):
        """Return a shard that has an account, for tests to lose."""
        return next(each for each in Shard.all(SHARDS) if each.holds(self.world.accounts[0]))

    def plant(self, kind, shard, times):
        for number in range(times):
            (self.planted / f"{kind}-{shard}-{number}".replace("/", "of")).touch()

    def run(self):
        """Run an execution to its end; return it, and its events."""
        states = self.world.emulator.client("stepfunctions")
        arn = states.start_execution(stateMachineArn=self.arn, input="{}")["executionArn"]
        execution = ended(
            lambda: states.describe_execution(executionArn=arn),
            lambda each: each["status"] != "RUNNING",
        )
        return execution, states.get_execution_history(executionArn=arn)["events"]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with organization(tmp_path_factory.mktemp("emulator"), SHARDS) as lent:
        yield lent


@pytest.fixture(scope="module")
def truth(world):
    """Return what one process finds."""
    return by_key(scan()[1].records)


@pytest.fixture(scope="module")
def deployed(world, tmp_path_factory):
    planted = tmp_path_factory.mktemp("planted")
    script = BOOTSTRAP.format(url=world.emulator.url, planted=planted, python=sys.executable)
    executable = zipfile.ZipInfo("bootstrap")
    executable.external_attr = 0o755 << 16
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr(executable, script)
        archive.writestr("planted.py", PLANTED)
        archive.writestr("tasks.py", TASK)
    s3 = world.emulator.client("s3")
    s3.put_object(Bucket=BUCKET, Key="package.zip", Body=package.getvalue())
    secrets = world.emulator.client("secretsmanager")
    secret = secrets.create_secret(Name="scanner/external-id", SecretString=SECRET)
    return Machine(world, planted, secret["ARN"])


@pytest.fixture
def machine(deployed):
    yield deployed
    for file in deployed.planted.iterdir():
        file.unlink()


def answer_of(execution):
    assert execution["status"] == "SUCCEEDED", execution
    return json.loads(execution["output"])


def test_shards_of_one_execution_are_one_run_with_the_records_of_one_process(machine, truth):
    execution, _ = machine.run()
    answer = answer_of(execution)
    manifest, records = kept(answer["run_id"])

    assert (answer["status"], answer["shards"]) == ("complete", {"planned": SHARDS, "missing": []})
    assert manifest["status"] == "complete"
    assert manifest["accounts"]["entered"] == len(machine.world.accounts)
    assert records == truth


def test_what_fails_is_tried_again_and_what_is_out_of_time_goes_on_until_it_is_not(machine, truth):
    machine.plant("fail", "plan", 1)
    machine.plant("fail", "2/3", 2)
    machine.plant("continue", "1/3", 3)
    machine.plant("fail", "merge", 1)
    answer = answer_of(machine.run()[0])

    assert list(machine.planted.iterdir()) == []
    assert answer["status"] == "complete"
    assert kept(answer["run_id"])[1] == truth


def test_a_shard_that_fails_for_good_within_what_is_tolerated_is_named(machine, truth):
    machine.deploy(ToleratedFailurePercentage="40")
    machine.plant("fail", machine.lost, EVER)
    answer = answer_of(machine.run()[0])
    manifest, records = kept(answer["run_id"])
    lost = {each for each in machine.world.accounts if machine.lost.holds(each)}

    assert (answer["status"], answer["shards"]["missing"]) == ("partial", [str(machine.lost)])
    assert manifest["shards"]["missing"] == [str(machine.lost)]
    assert records == {key: each for key, each in truth.items() if key[:12] not in lost}


def test_more_of_them_than_are_tolerated_fail_the_execution_which_names_them(machine):
    machine.deploy(ToleratedFailurePercentage="5")
    machine.plant("fail", machine.lost, EVER)
    execution, _ = machine.run()

    assert (execution["status"], execution["error"]) == ("FAILED", "ShardsMissing")
    assert json.loads(execution["cause"]) == {"planned": SHARDS, "missing": [str(machine.lost)]}


def test_what_else_fails_an_execution_is_the_users_choice(machine):
    machine.deploy(ToleratedFailurePercentage="40", FailOn="partial")
    machine.plant("fail", machine.lost, EVER)
    execution, _ = machine.run()

    assert (execution["status"], execution["error"]) == ("FAILED", "Incomplete")


def test_what_will_fail_again_is_not_tried_again(machine):
    machine.deploy(Types="AWS::No::Such")
    execution, events = machine.run()

    assert execution["status"] == "FAILED"
    assert "AWS::No::Such" in execution["cause"]
    assert [each["type"] for each in events].count("TaskFailed") == 1


def test_a_task_beside_the_code_is_done_instead_where_the_template_names_one(machine):
    machine.deploy(Task="tasks.py:queues", Param="a=b")
    answer = answer_of(machine.run()[0])
    manifest, records = kept(answer["run_id"], f"{OUT}/tasks/queues")

    assert (answer["status"], answer["shards"]) == ("complete", {"planned": SHARDS, "missing": []})
    assert manifest["job"] == "task:queues"
    assert {each["account_id"] for each in records.values()} == {*machine.world.accounts}
    assert {each["configuration"]["a"] for each in records.values()} == {"b"}
