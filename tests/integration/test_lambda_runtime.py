"""The handler in AWS's own runtime client, against a runtime API and a bucket on loopback."""

from pathlib import Path

import anyio
import boto3
import pytest

import scanner as library
from benchmarks.fake_aws import Break, Options, Organization, Rule, Volume, serve
from scanner.app.place import opened
from scanner.settings import Settings
from tests.integration import own_tasks
from tests.integration.runtime_api import function
from tests.unit.app.support import (
    ROLE,
    SERVICES,
    TYPES,
    by_key,
    environment,
    inventory,
    ledger,
    outcome_facts,
    point_here,
)

pytestmark = pytest.mark.timeout(180)

REGIONS = ("us-east-1", "eu-west-1")
ACCOUNTS = 4
UNITS = ACCOUNTS * len(REGIONS) * SERVICES
BUCKET = "inventory-bucket"
OUT = f"s3://{BUCKET}/scans"
CHOICE = {
    "role": ROLE, "regions": list(REGIONS), "types": list(TYPES),
    "exclude-accounts": "999999999999",
}  # fmt: skip
TASKS = Path(own_tasks.__file__)
SECRET = "a-secret-of-the-trust-policy"


@pytest.fixture
def bucket(moto):
    keys = {"aws_access_key_id": "k", "aws_secret_access_key": "s", "region_name": "us-east-1"}
    s3 = boto3.client("s3", endpoint_url=moto, **keys)
    s3.create_bucket(Bucket=BUCKET)
    yield moto
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
        for each in page.get("Contents", ()):
            s3.delete_object(Bucket=BUCKET, Key=each["Key"])
    s3.delete_bucket(Bucket=BUCKET)
    s3.close()


@pytest.fixture
async def fake(monkeypatch, bucket):
    organization = Organization.of(ACCOUNTS, regions=REGIONS)
    async with serve(organization, Options(volume=Volume(2, 3))) as running:
        surroundings = environment(running) | {"AWS_ENDPOINT_URL_S3": bucket}
        running.surroundings = surroundings
        point_here(monkeypatch, surroundings)
        yield running


async def undisturbed():
    sink = library.MemorySink()
    await library.scan(sink=sink, **{n.replace("-", "_"): v for n, v in CHOICE.items()})
    return by_key(sink.records), outcome_facts(sink.outcomes)


async def in_the_bucket(place=OUT):
    def read():
        with opened(Settings.of(out=place)) as placed:
            return inventory(placed.out), outcome_facts(ledger(placed.out))

    return await anyio.to_thread.run_sync(read)


async def test_cold_then_warm_with_other_settings_and_bad_events_between(fake, tmp_path):
    truth = await undisturbed()
    small = {
        **CHOICE, "out": f"s3://{BUCKET}/small", "external-id": SECRET, "types": TYPES[0],
        "regions": "us-east-1", "session-name": "first",
    }  # fmt: skip
    async with function(fake.surroundings, str(tmp_path)) as lambda_:
        cold = await lambda_.invoke(small)
        bad = await lambda_.invoke({**small, "external-id": f"{SECRET} "})
        unknown = await lambda_.invoke({"source": "aws.scheduler"})
        warm = await lambda_.invoke({**CHOICE, "out": OUT})

    assert (cold.value["status"], cold.value["planned"]) == ("complete", ACCOUNTS)
    assert cold.value["manifest"].startswith(f"s3://{BUCKET}/small/runs/")
    assert bad.error == (
        "SettingsError",
        "event: external_id: must be 2 to 1224 of letters, digits and _+=,.@:/-",
    )
    assert unknown.error == (
        "SettingsError",
        "event: 'source' is no setting, and nothing that job inventory takes",
    )
    assert (warm.value["status"], warm.value["planned"]) == ("complete", UNITS)
    assert await in_the_bucket() == truth
    assert SECRET not in lambda_.raw
    assert list(tmp_path.iterdir()) == []
    ends = [each for each in lambda_.logs() if each["event"] == "job done"]
    assert [(each["request_id"][-1], each["status"]) for each in ends] == [
        ("1", "complete"), ("4", "complete"),
    ]  # fmt: skip
    units = [each for each in lambda_.logs() if each["event"] == "unit done"]
    ids = [each["request_id"][-1] for each in units]
    assert (ids.count("1"), ids.count("4"), len(ids)) == (ACCOUNTS, UNITS, ACCOUNTS + UNITS)


async def test_an_invocation_out_of_time_answers_before_it_and_its_continuation_ends_it(
    fake, tmp_path
):
    truth = await undisturbed()
    fake.faults.add(Rule(action=Break.HANG, service="batch"))
    async with function(fake.surroundings, str(tmp_path)) as lambda_:
        first = await lambda_.invoke({**CHOICE, "out": OUT}, seconds=15)
        fake.faults.clear()
        second = await lambda_.invoke(first.value["continuation"])

    assert (first.value["status"], first.value["exit_code"]) == ("partial", 5)
    assert first.after < 15
    assert (second.value["status"], second.value["continuation"]) == ("complete", None)
    assert second.value["run_id"] == first.value["run_id"]
    assert await in_the_bucket() == truth


async def test_a_task_that_lies_beside_the_code_goes_on_warm_until_it_is_complete(fake, tmp_path):
    sink = library.MemorySink()
    chosen = {"role": ROLE, "regions": REGIONS}
    await library.run(f"{TASKS}:instances", sink=sink, **chosen)
    fake.faults.add(Rule(action=Break.HANG, service="rds", region=REGIONS[0]))
    surroundings = {**fake.surroundings, "LAMBDA_TASK_ROOT": str(TASKS.parent)}
    event = {"job": "run", "task": f"{TASKS.name}:instances", **chosen, "out": OUT}
    async with function(surroundings, str(tmp_path)) as lambda_:
        first = await lambda_.invoke(event, seconds=15)
        refused = await lambda_.invoke({**event, "allow-writes": True})
        fake.faults.clear()
        second = await lambda_.invoke(first.value["continuation"])

    assert (first.value["status"], first.value["exit_code"]) == ("partial", 5)
    assert first.value["by_status"]["not_attempted"] >= ACCOUNTS
    assert refused.error == (
        "SettingsError",
        "--allow-writes: task instances declares none: @task(writes=True) does",
    )
    assert (second.value["status"], second.value["continuation"]) == ("complete", None)
    assert second.value["run_id"] == first.value["run_id"]
    assert await in_the_bucket(f"{OUT}/tasks/instances") == (
        by_key(sink.records), outcome_facts(sink.outcomes),
    )  # fmt: skip
    assert list(tmp_path.iterdir()) == []


async def test_several_invocations_at_a_time_are_the_shards_of_one_run(fake, tmp_path):
    truth = await undisturbed()
    answers = {}
    async with function(fake.surroundings, str(tmp_path), concurrency=2) as lambda_:

        async def invoke(number):
            event = {**CHOICE, "out": OUT, "run-id": "nightly", "shard": f"{number}/2"}
            answers[number] = (await lambda_.invoke(event)).value

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(invoke, 1)
            tasks.start_soon(invoke, 2)
        merged = await lambda_.invoke({"job": "merge", "run": "nightly", "out": OUT})

    assert {answers[1]["status"], answers[2]["status"]} == {"complete"}
    assert answers[1]["planned"] + answers[2]["planned"] == UNITS
    assert (merged.value["status"], merged.value["records"]) == ("complete", len(truth[0]))
    assert await in_the_bucket() == truth
