"""The handler in this process, on the fake organization: its answers, its chains, its walls."""

import json
import logging
import os

import anyio
import pytest
import structlog

import scanner as library
from benchmarks.fake_aws import Options, Organization, Rule, Volume, denied, serve
from scanner import aws_lambda
from scanner.aws_lambda import Incomplete, handler
from scanner.model.errors import DiscoveryError, OutOfTime, SettingsError
from scanner.output import read_manifest
from tests.integration.invoking import (
    Invocation,
    count_time_in_requests,
    invoke,
    leave_this_process_as_it_is,
)
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

pytestmark = pytest.mark.timeout(120)

REGIONS = ("us-east-1", "eu-west-1")
ACCOUNTS = 4
UNITS = ACCOUNTS * len(REGIONS) * SERVICES
CHOICE = {"role": ROLE, "regions": list(REGIONS), "types": list(TYPES)}
SET_UP = aws_lambda._set_up
SECRET = "a-secret-of-the-trust-policy"


@pytest.fixture(autouse=True)
def _leave_this_process_as_it_is(monkeypatch):
    leave_this_process_as_it_is(monkeypatch)


@pytest.fixture
async def fake(monkeypatch):
    organization = Organization.of(ACCOUNTS, regions=REGIONS)
    async with serve(organization, Options(volume=Volume(2, 3))) as running:
        point_here(monkeypatch, environment(running))
        yield running


async def undisturbed():
    sink = library.MemorySink()
    await library.scan(sink=sink, **CHOICE)
    return by_key(sink.records), outcome_facts(sink.outcomes)


async def test_an_inventory_is_answered_in_short_and_written_whole(fake, tmp_path):
    truth = await undisturbed()
    answer = await invoke({**CHOICE, "out": str(tmp_path)})

    assert (inventory(tmp_path), outcome_facts(ledger(tmp_path))) == truth
    run_id = answer["run_id"]
    assert answer["manifest"] == str(tmp_path / "runs" / run_id / "manifest.json")
    assert {name: answer[name] for name in ("job", "status", "exit_code", "planned")} == {
        "job": "inventory", "status": "complete", "exit_code": 0, "planned": UNITS,
    }  # fmt: skip
    assert answer["records"] == len(truth[0])
    assert answer["accounts"] == {
        "discovered": ACCOUNTS + 1, "selected": ACCOUNTS, "entered": ACCOUNTS, "failed": 0,
    }  # fmt: skip
    assert (answer["continuation"], answer["failed_accounts"]) == (None, [])


async def test_a_chain_of_continuations_brings_what_one_run_does(fake, tmp_path, monkeypatch):
    truth = await undisturbed()
    count_time_in_requests(monkeypatch, fake, 40)
    event, left = {**CHOICE, "out": str(tmp_path), "max-rate-share": 1, "concurrency": 2}, UNITS + 1
    for _ in range(20):
        answer = await invoke(event)
        if answer["continuation"] is None:
            break
        event = answer["continuation"]
        assert (answer["status"], answer["exit_code"]) == ("partial", 5)
        assert event["left"] < left
        assert event == {
            "job": "inventory", "role": ROLE, "out": str(tmp_path), "max_rate_share": 1,
            "concurrency": 2, "resume": answer["run_id"], "left": answer["by_status"]["not_attempted"],
        }  # fmt: skip
        left = event["left"]

    assert left < UNITS
    assert (answer["status"], answer["exit_code"]) == ("complete", 0)
    assert (inventory(tmp_path), outcome_facts(ledger(tmp_path))) == truth
    assert event["resume"] == answer["run_id"]


async def test_a_chain_that_gets_no_further_ends(fake, tmp_path, monkeypatch):
    count_time_in_requests(monkeypatch, fake, 40)
    event = {**CHOICE, "out": str(tmp_path), "concurrency": 2}
    stuck = (await invoke(event))["continuation"] | {"left": 1}
    tolerant = (await invoke(event | {"fail_on": "never"}))["continuation"] | {"left": 1}

    with pytest.raises(Incomplete, match=r"partial: .* and more time did not change that"):
        await invoke(stuck)
    answer = await invoke(tolerant)
    assert (answer["continuation"], answer["exit_code"]) == (None, 5)


async def test_shards_of_many_invocations_and_a_merge_are_one_run(fake, tmp_path):
    truth = await undisturbed()
    event = {**CHOICE, "out": str(tmp_path), "run_id": "nightly"}
    first = await invoke(event | {"shard": "1/3"})
    third = await invoke(event | {"shard": "3/3"})
    with pytest.raises(Incomplete):
        await invoke({"job": "merge", "run": "nightly", "out": str(tmp_path)})
    second = await invoke(event | {"shard": "2/3"})
    merged = await invoke({"job": "merge", "run": "nightly", "out": str(tmp_path)})

    assert {each["run_id"] for each in (first, second, third)} == {merged["run_id"]}
    assert (first["whole"], third["whole"], second["whole"]) == (None, None, "complete")
    assert first["manifest"].endswith("1-of-3/manifest.json")
    assert sum(each["planned"] for each in (first, second, third)) == merged["planned"] == UNITS
    assert (inventory(tmp_path), outcome_facts(ledger(tmp_path))) == truth


async def test_a_shard_out_of_time_goes_on_as_that_shard(fake, tmp_path, monkeypatch):
    event = {**CHOICE, "out": str(tmp_path), "run_id": "nightly", "shard": "1/1", "concurrency": 2}
    with monkeypatch.context() as patch:
        count_time_in_requests(patch, fake, 60)
        left = await invoke(event)
    answer = await invoke(left["continuation"])

    assert (left["continuation"]["shard"], answer["shard"]) == ("1/1", "1/1")
    assert "run_id" not in left["continuation"]
    assert answer["whole"] == "complete"


async def test_fail_on_and_min_coverage_decide_between_raising_and_answering(fake, tmp_path):
    broken, *_ = fake.organization.account_ids
    fake.faults.add(Rule(action=denied(), operation="AssumeRole", account=broken))
    event = {**CHOICE, "out": str(tmp_path)}

    with pytest.raises(Incomplete) as caught:
        await invoke(event)
    answer = await invoke(event | {"fail_on": "never"})
    assert str(caught.value).endswith(
        f"is partial: 75.0 % of {UNITS} units are complete, 1 accounts failed"
    )
    assert (answer["exit_code"], answer["status"], answer["accounts"]["failed"]) == (
        0,
        "partial",
        1,
    )
    assert [each["account_id"] for each in answer["failed_accounts"]] == [broken]
    assert answer["by_status"]["not_attempted"] + answer["by_status"]["complete"] == UNITS
    assert (await invoke(event | {"min-coverage": 70}))["exit_code"] == 0


async def test_nothing_that_can_be_entered_raises_whatever_is_tolerated(fake, tmp_path):
    fake.faults.add(Rule(action=denied(), operation="AssumeRole"))

    with pytest.raises(Incomplete, match=r" 0\.0 %"):
        await invoke({**CHOICE, "out": str(tmp_path), "fail_on": "never"})


async def test_time_that_does_not_suffice_to_plan_is_said_and_leaves_no_run(fake, tmp_path):
    with pytest.raises(OutOfTime, match="the deadline came while signing in"):
        await invoke({**CHOICE, "out": str(tmp_path)}, seconds=0.2)

    assert not (tmp_path / "runs").exists()
    assert fake.journal.requests == 0


async def test_the_smaller_of_the_two_deadlines_holds(fake, tmp_path):
    with pytest.raises(OutOfTime):
        await invoke({**CHOICE, "out": str(tmp_path), "deadline": "0.01s"})
    with pytest.raises(OutOfTime):
        await invoke({**CHOICE, "out": str(tmp_path), "deadline": "10m"}, seconds=0.3)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("run", "event: must be an object with the settings"),
        ({"detail-type": "Scheduled Event"}, "event: 'detail_type' is no setting"),
        ({"job": "sweep"}, "event: job: must be one of inventory, run, check, plan, merge"),
        (
            {"job": "merg"},
            "event: job: must be one of inventory, run, check, plan, merge: did you mean 'merge'?",
        ),
        ({"job": []}, "event: job: must be one of"),
        (
            {"min-covrage": 1},
            "event: 'min_covrage' is no setting, and nothing that job inventory takes: did you mean",
        ),
        ({"regions": ""}, "event: regions: names no region"),
        ({"out-tag": {}, "out_tag": {}}, "event: out_tag is there twice"),
        ({"external_id": f"{SECRET} "}, "event: external_id: must be 2 to 1224 of letters"),
        ({"concurrency": "many"}, "event: concurrency: Input should be a valid integer"),
        ({"out": "scan"}, "out: must be s3://BUCKET/PREFIX, or a directory in "),
        ({"resume": "latest", "types": ["a"]}, "event: resume goes on with its own plan: leave"),
        ({"resume": 3}, "event: resume: must be a text"),
        ({"job": "merge", "resume": "latest"}, "event: 'resume' is no setting"),
    ],
)
async def test_a_bad_event_is_one_line_that_names_the_field(tmp_path, event, said):
    if isinstance(event, dict):
        event = {"out": str(tmp_path), **event}
    with pytest.raises(SettingsError) as caught:
        await invoke(event)

    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)
    assert SECRET not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_level_of_logs_that_is_none_is_one_line(monkeypatch):
    monkeypatch.setattr(aws_lambda, "_set_up", SET_UP.__wrapped__)
    monkeypatch.setenv("SCANNER_LOG_LEVEL", "loud")

    with pytest.raises(SettingsError, match="SCANNER_LOG_LEVEL: must be debug, info"):
        handler({}, Invocation())


async def test_a_null_is_a_value_that_is_not_given(fake, tmp_path):
    answer = await invoke({**CHOICE, "out": str(tmp_path), "shard": None, "resume": None})

    assert answer["status"] == "complete"


async def test_the_function_s_environment_lies_beneath_the_event(fake, tmp_path, monkeypatch):
    monkeypatch.setenv("SCANNER_OUT", str(tmp_path / "own"))
    monkeypatch.setenv("SCANNER_REGIONS", "eu-west-1")
    await invoke({"role": ROLE, "types": list(TYPES), "regions": ["us-east-1"]})

    assert {each.region for each in ledger(tmp_path / "own")} == {"us-east-1"}


async def test_a_warm_invocation_knows_nothing_of_the_one_before(fake, tmp_path):
    known = dict(os.environ)
    loggers = logging.getLogger().handlers[:]
    event = {
        **CHOICE, "out": str(tmp_path / "1"), "external_id": SECRET, "types": TYPES[:1],
        "regions": REGIONS[:1], "accounts": [fake.organization.account_ids[0]],
        "session_name": "first", "concurrency": 3,
    }  # fmt: skip
    await invoke(event)
    fake.journal.clear()
    answer = await invoke({**CHOICE, "out": str(tmp_path / "2")})

    assert (answer["planned"], answer["status"]) == (UNITS, "complete")
    plan = json.loads((tmp_path / "2/runs" / answer["run_id"] / "plan.json").read_bytes())
    assert plan["settings"]["session_name"] == "scanner"
    assert plan["secrets"]["external_id"] is False
    assert dict(os.environ) == known
    assert logging.getLogger().handlers == loggers
    assert structlog.contextvars.get_contextvars() == {}


async def test_invocations_at_the_same_time_keep_apart(fake, tmp_path):
    truth, answers = await undisturbed(), {}

    async def one(number, event):
        out = tmp_path / str(number)
        with structlog.testing.capture_logs(
            processors=[structlog.contextvars.merge_contextvars]
        ) as logs:
            answers[number] = await invoke({**event, "out": str(out)}, request_id=f"id-{number}")
            answers[number]["logs"] = logs

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(one, 1, CHOICE)
        tasks.start_soon(one, 2, CHOICE | {"regions": ["eu-west-1"]})
        tasks.start_soon(one, 3, CHOICE | {"types": ["AWS::RDS::DBInstance"]})

    assert inventory(tmp_path / "1") == truth[0]
    assert {each.region for each in ledger(tmp_path / "2")} == {"eu-west-1"}
    assert {each.service for each in ledger(tmp_path / "3")} == {"rds"}
    assert len({each["run_id"] for each in answers.values()}) == 3
    for number in (1, 2, 3):
        found = read_manifest(tmp_path / str(number), answers[number]["run_id"])
        assert found["status"] == "complete"


async def test_an_unknown_failure_is_raised_as_it_is(fake, tmp_path, monkeypatch):
    fake.faults.add(Rule(action=denied(), operation="GetCallerIdentity"))

    with pytest.raises(DiscoveryError):
        await invoke({**CHOICE, "out": str(tmp_path)})
