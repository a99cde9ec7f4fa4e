"""The state machine of deploy/batch.yaml runs its array of shards and, come what may, the merge.

By MiniStack, which knows no AWS Batch: the two tasks are handed to a stand-in for it that runs what
the template's container would run, as processes of this machine with Batch's own variables. That
the rest of the template is what CloudFormation takes, cfn-lint says (tests/golden/test_deploy.py).
"""

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from secrets import token_hex

import pytest
from cfnlint.decode import decode

from scanner.model.shard import Shard
from tests.emulator.ministack import REGION, ended
from tests.emulator.organization import (
    BUCKET,
    CENTRAL,
    DEPLOY,
    SECRET,
    TYPES,
    kept,
    organization,
    scan,
)
from tests.unit.app.support import ROOT, by_key

pytestmark = pytest.mark.timeout(240)

SHARDS = 2
BATCH = "arn:aws:states:::batch:submitJob.sync"
JOB = "0bb17543-ece6-4480-b1a7-a556d344746b"
VALUES = {
    "AWS::Partition": "aws",
    "AWS::StackName": "night",
    "Queue": "arn:aws:batch:us-east-1:111122223333:job-queue/queue",
    "Task": "arn:aws:batch:us-east-1:111122223333:job-definition/task:1",
    "Shards": str(SHARDS),
    "OutputBucket": BUCKET,
    "OutputPrefix": "scans",
    "FailOn": "partial",
    "MemberRole": "ScannerReadRole",
    "Regions": REGION,
    "Types": ",".join(TYPES),
}


def resources():
    template, problems = decode(str(DEPLOY / "batch.yaml"))
    assert not problems
    return template["Resources"]


def container(coverage):
    """Return the command and the environment of the template's container."""
    properties = resources()["Task"]["Properties"]["ContainerProperties"]
    given = {}
    for each in (*properties["Environment"], *properties["Secrets"]["Fn::If"][1]):
        condition, named, _ = each.get("Fn::If", (None, each, None))
        if condition != "HasOutputKey":
            given[named["Name"]] = filled(named.get("Value"), coverage)
    return properties["Command"], given | {"SCANNER_EXTERNAL_ID": SECRET}


def filled(value, coverage):
    """Put in what CloudFormation would."""
    values = VALUES | {"MinCoverage": coverage}
    if value is None:
        return ""
    if "Ref" in value:
        return values[value["Ref"]]
    return re.sub(r"\$\{([\w:]+)\}", lambda found: values[found[1]], value["Fn::Sub"])


class Batch:
    """Stands in for AWS Batch: takes jobs that the machine submits, and runs them as processes."""

    def __init__(self, world, coverage, broken=()):
        self.world, self.coverage, self.broken = world, coverage, broken
        self.states = world.emulator.client("stepfunctions")
        self.name = f"night-{token_hex(4)}"
        self.activity = self.states.create_activity(name=self.name)["activityArn"]
        self.submitted = []

    def machine(self):
        properties = resources()["Night"]["Properties"]
        definition = filled(properties["DefinitionString"], self.coverage)
        assert definition.count(BATCH) == 2
        machine = self.states.create_state_machine(
            name=self.name,
            definition=definition.replace(BATCH, self.activity),
            roleArn=CENTRAL,
        )
        return machine["stateMachineArn"]

    def run(self, **order):
        """Run an execution to its end, serving its jobs."""
        arn = self.states.start_execution(stateMachineArn=self.machine(), input=json.dumps(order))
        for _ in range(2):
            task = self.states.get_activity_task(activityArn=self.activity)
            if self.took(json.loads(task["input"])):
                self.states.send_task_success(taskToken=task["taskToken"], output="{}")
            else:
                self.states.send_task_failure(taskToken=task["taskToken"], error="Batch")
        return ended(
            lambda: self.states.describe_execution(executionArn=arn["executionArn"]),
            lambda each: each["status"] != "RUNNING",
        )

    def took(self, job):
        """Run a job; say whether it, and every child of it, succeeded."""
        self.submitted.append(job)
        command, environment = container(self.coverage)
        overrides = job["ContainerOverrides"]
        command = overrides.get("Command", command)
        environment |= {each["Name"]: each["Value"] for each in overrides.get("Environment", ())}
        size = job.get("ArrayProperties", {}).get("Size", 0)
        if not size:
            return self.process(command, environment) == 0
        children = [environment | child(index, size) for index in range(size)]
        with ThreadPoolExecutor(size) as pool:
            return not any([*pool.map(partial(self.process, command), children)])

    def process(self, command, environment):
        if environment.get("AWS_BATCH_JOB_ARRAY_INDEX") in self.broken:
            return 1
        ran = subprocess.run(
            [sys.executable, "-m", "scanner", *command],
            env={"PYTHONPATH": str(ROOT), **self.world.surroundings, **environment},
            check=False,
        )
        return ran.returncode


def child(index, size):
    """Return what Batch tells the child of an array job."""
    return {
        "AWS_BATCH_JOB_ID": f"{JOB}:{index}",
        "AWS_BATCH_JOB_ARRAY_INDEX": str(index),
        "AWS_BATCH_JOB_ARRAY_SIZE": str(size),
    }


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with organization(tmp_path_factory.mktemp("emulator"), SHARDS) as lent:
        yield lent


@pytest.fixture(scope="module")
def truth(world):
    """Return what one process finds."""
    return by_key(scan()[1].records)


def test_the_children_of_an_execution_are_one_run_with_the_records_of_one_process(world, truth):
    batch = Batch(world, "100")
    execution = batch.run(run_id="nightly-2026-11-24T01:00:00Z")
    manifest, records = kept("nightly-2026-11-24T01:00:00Z")

    assert (execution["status"], manifest["status"]) == ("SUCCEEDED", "complete")
    assert manifest["shards"] == {"planned": SHARDS, "missing": []}
    assert records == truth
    assert {each["JobDefinition"] for each in batch.submitted} == {VALUES["Task"]}


def test_what_came_home_is_merged_and_judged_though_the_array_failed(world, truth):
    lost = next(each for each in Shard.all(SHARDS) if each.holds(world.accounts[0]))
    execution = Batch(world, "0", broken={str(lost.index - 1)}).run()
    manifest, records = kept(execution["name"])

    assert execution["status"] == "SUCCEEDED"
    assert (manifest["status"], manifest["shards"]["missing"]) == ("partial", [str(lost)])
    assert records == {key: each for key, each in truth.items() if not lost.holds(key[:12])}
