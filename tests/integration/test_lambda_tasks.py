"""Tasks of a user's own by the handler: whole, in chains and in shards; who may write."""

import json
from pathlib import Path

import pytest

import scanner as library
from benchmarks.fake_aws import Options, Organization, Volume, serve
from scanner.aws_lambda import Incomplete
from scanner.model.errors import SettingsError
from scanner.output import read_manifest
from tests.integration import own_tasks
from tests.integration.invoking import (
    chained,
    count_time_in_requests,
    invoke,
    leave_this_process_as_it_is,
)
from tests.unit.app.support import (
    ROLE,
    by_key,
    environment,
    inventory,
    ledger,
    outcome_facts,
    point_here,
)

pytestmark = pytest.mark.timeout(120)

TASKS = Path(own_tasks.__file__)
REGIONS = ("us-east-1", "eu-west-1")
ACCOUNTS = 4
UNITS = ACCOUNTS * len(REGIONS)
PLAIN = f"{TASKS.name}:plain_instances"
CHOICE = {"job": "run", "task": PLAIN, "role": ROLE, "regions": list(REGIONS)}
WRITING = {"task": f"{TASKS.name}:makes_queue", "role": ROLE}


@pytest.fixture(autouse=True)
def _as_in_a_function(monkeypatch):
    leave_this_process_as_it_is(monkeypatch)
    monkeypatch.setenv("LAMBDA_TASK_ROOT", str(TASKS.parent))


@pytest.fixture
async def fake(monkeypatch):
    organization = Organization.of(ACCOUNTS, regions=REGIONS)
    async with serve(organization, Options(volume=Volume(2, 3))) as running:
        point_here(monkeypatch, environment(running))
        yield running


@pytest.fixture
def out(tmp_path):
    return tmp_path / "tasks/plain_instances"


@pytest.fixture
async def truth(fake):
    sink = library.MemorySink()
    await library.run(f"{TASKS}:plain_instances", sink=sink, role=ROLE, regions=REGIONS)
    fake.journal.clear()
    return by_key(sink.records), outcome_facts(sink.outcomes)


def found(out):
    return inventory(out), outcome_facts(ledger(out))


async def test_an_event_with_a_task_runs_it_into_its_own_output(fake, tmp_path, out, truth):
    event = {**CHOICE, "out": str(tmp_path)}
    del event["job"]
    answer = await invoke(event)

    assert found(out) == truth
    assert {name: answer[name] for name in ("job", "status", "planned", "records")} == {
        "job": "run", "status": "complete", "planned": UNITS, "records": len(truth[0]),
    }  # fmt: skip
    assert answer["manifest"] == str(out / "runs" / answer["run_id"] / "manifest.json")
    assert not (tmp_path / "runs").exists()


async def test_a_chain_of_continuations_brings_what_one_run_does(
    fake, tmp_path, out, truth, monkeypatch
):
    count_time_in_requests(monkeypatch, fake, 14)
    event = {**CHOICE, "out": str(tmp_path), "concurrency": 1, "param": {"a": "b"}}
    *before, last = await chained(event)

    assert len(before) > 0
    assert {each["exit_code"] for each in before} == {5}
    assert before[0]["continuation"] == {
        "job": "run", "task": PLAIN, "role": ROLE, "out": str(tmp_path), "concurrency": 1,
        "resume": last["run_id"], "left": before[0]["by_status"]["not_attempted"],
    }  # fmt: skip
    assert last["status"] == "complete"
    assert found(out) == truth
    plan = json.loads((out / "runs" / last["run_id"] / "plan.json").read_bytes())
    assert plan["settings"]["param"] == {"a": "b"}


async def test_planned_in_shards_it_comes_to_one_run(fake, tmp_path, out, truth):
    event = {**CHOICE, "out": str(tmp_path), "run_id": "nightly"}
    planned = await invoke({**event, "job": "plan", "accounts_per_shard": 3})
    first, _ = [await invoke({**event, "shard": each}) for each in planned["shards"]]
    merged = await invoke({"job": "merge", "task": PLAIN, "run": "nightly", "out": str(tmp_path)})

    assert planned["planned"] == merged["planned"] == UNITS
    assert {planned["run_id"], first["run_id"]} == {merged["run_id"]}
    assert merged["shards"] == {"planned": 2, "missing": []}
    assert found(out) == truth


async def test_a_write_is_refused_unless_the_event_itself_allows_it(fake, tmp_path, monkeypatch):
    monkeypatch.setenv("SCANNER_ALLOW_WRITES", "true")
    event = {**WRITING, "out": str(tmp_path)}
    with pytest.raises(Incomplete):
        await invoke(event)
    refused = await invoke({**event, "fail_on": "never"})
    sent = [each for each in fake.journal.calls if each.operation == "CreateQueue"]

    assert refused["by_status"] == {"error": ACCOUNTS}
    outcomes = ledger(tmp_path / "tasks/makes_queue")
    assert all("not sent: sqs:CreateQueue" in str(each.types) for each in outcomes)
    assert sent == []


async def test_a_write_that_the_event_allows_is_done(fake, tmp_path):
    await invoke({**WRITING, "out": str(tmp_path), "allow_writes": True, "fail_on": "never"})

    sent = [each.account for each in fake.journal.calls if each.operation == "CreateQueue"]
    assert set(sent) == {*fake.organization.account_ids}


async def test_the_function_s_variables_may_name_the_task(fake, tmp_path, out, truth, monkeypatch):
    for name, value in {"TASK": PLAIN, "OUT": str(tmp_path), "ROLE": ROLE}.items():
        monkeypatch.setenv(f"SCANNER_{name}", value)
    planned = await invoke({"job": "plan", "run_id": "night", "regions": list(REGIONS)})
    answer = await invoke(
        {"run_id": "night", "shard": planned["shards"][0], "regions": list(REGIONS)}
    )
    merged = await invoke({"job": "merge", "run": "night"})

    assert (answer["job"], answer["whole"], merged["status"]) == ("run", "complete", "complete")
    assert found(out) == truth
    assert read_manifest(out, merged["run_id"])["job"] == "task:plain_instances"


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"job": "run"}, "name a task"),
        ({"task": "../unit/test_log.py:x"}, "event: ../unit/test_log.py is not in the function's"),
        ({"task": "/tmp/mine.py"}, "event: /tmp/mine.py is not in the function's package"),
        ({"task": "gone.py:x"}, r".*/tests/integration/gone.py: no such file"),
        ({"task": "no_such_plugin"}, "'no_such_plugin' is no installed task"),
        ({"task": PLAIN, "types": "AWS::*"}, "event: a task's types are its own: leave out types"),
        ({"task": PLAIN, "job": "inventory"}, "task: a task of your own is for"),
        ({"task": PLAIN, "allow_writes": True}, "--allow-writes: task plain_instances declares no"),
        ({**WRITING, "regions": "us-east-1"}, "task makes_queue works once an account"),
        ({"task": PLAIN, "resume": "latest", "param": "a=b"}, "event: resume goes on with its own"),
    ],
)  # fmt: skip
async def test_what_can_t_be_run_is_one_line(fake, tmp_path, event, said):
    with pytest.raises(SettingsError, match=said) as caught:
        await invoke({"out": str(tmp_path), **event})

    assert "\n" not in str(caught.value)
    assert fake.journal.connections == 0
