"""Users' own tasks against the fake AWS: whose answers are whose, what fails, what is refused."""

import re
import time
from pathlib import Path

import anyio
import boto3
import pytest
import structlog

import scanner as library
from benchmarks.fake_aws import (
    Break,
    Html,
    Options,
    Organization,
    Rule,
    Slow,
    Volume,
    denied,
    denied_by_scp,
    expired_token,
    serve,
    server_error,
    throttle,
)
from scanner.aws.fast import calls
from scanner.engine import steps
from scanner.model.outcome import Status
from tests.faults.support import by_unit, hurry
from tests.integration import own_tasks
from tests.unit.app.support import by_key, environment, point_here

pytestmark = pytest.mark.timeout(90)

HERE = Path(own_tasks.__file__)
REGIONS = ("us-east-1", "eu-west-1")
ACCOUNTS = 4


@pytest.fixture
async def fake(monkeypatch):
    hurry(monkeypatch)
    organization = Organization.of(ACCOUNTS, regions=REGIONS)
    async with serve(organization, Options(volume=Volume(2, 3), verify=True)) as running:
        point_here(monkeypatch, environment(running))
        yield running


async def run(name, **options):
    """Run one of the tasks into memory; return records and outcomes by key."""
    sink = library.MemorySink()
    task = f"{HERE}:{name}" if isinstance(name, str) else name
    summary = await library.run(task, sink=sink, role="R", **options)
    return sink.records, by_unit(sink.outcomes), summary


def only_error(outcomes):
    """Return the one reason that all units failed for."""
    (why,) = {each.error for outcome in outcomes.values() for each in outcome.types.values()}
    return why


async def test_a_task_yields_records_of_every_account(fake):
    records, outcomes, summary = await run("users")

    assert summary.status == "complete"
    assert summary.manifest["job"] == "task:users"
    assert set(outcomes) == {f"{each}/global/users" for each in fake.organization.account_ids}
    assert {each.types[own_tasks.USER].records for each in outcomes.values()} == {6}
    assert len(by_key(records)) == 6 * ACCOUNTS
    assert all(each.account_id in each.arn for each in records)
    assert {(each.service, each.operation, each.region) for each in records} == {
        ("users", "task:users", "global")
    }


@pytest.mark.parametrize("name", ["instances", "plain_instances"])
async def test_under_load_and_through_renewals_records_are_of_the_account_they_name(
    monkeypatch, name
):
    hurry(monkeypatch)
    journals = []

    def clock():
        return time.time() + (7200 if journals and journals[0].requests > 150 else 0)

    organization = Organization.of(25, regions=REGIONS)
    options = Options(volume=Volume(3, 2), verify=True, clock=clock)
    async with serve(organization, options) as fake:
        point_here(monkeypatch, environment(fake))
        journals.append(fake.journal)
        fake.faults.add(
            Rule(action=server_error(503), probability=0.05),
            Rule(action=throttle(), service="rds", probability=0.05),
            Rule(action=Slow(0.02), probability=0.1),
        )
        records, outcomes, _ = await run(name, concurrency=20)
        entered = [fake.journal.count(operation="AssumeRole", account=each)
                   for each in organization.account_ids]  # fmt: skip

    assert fake.journal.violations == []
    assert {each.status for each in outcomes.values()} == {Status.COMPLETE}
    assert len(by_key(records)) == 25 * len(REGIONS) * 6
    for each in records:
        assert f":{each.region}:{each.account_id}:" in each.resource_id
    assert sum(each.requests for each in outcomes.values()) >= 25 * len(REGIONS) * 3
    assert sum(entered) > 25, "no session ended in mid-run"


def alone_in(account):
    """Run the script as its owner did, with boto3 alone."""
    answer = boto3.client("sts", "us-east-1").assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/R", RoleSessionName="me"
    )["Credentials"]
    session = boto3.Session(
        answer["AccessKeyId"], answer["SecretAccessKey"], answer["SessionToken"], "eu-west-1"
    )
    return list(own_tasks.plain_instances(session, account, "eu-west-1"))


async def test_yesterdays_script_finds_what_it_found_by_itself(fake):
    account = fake.organization.account_ids[1]
    alone = await anyio.to_thread.run_sync(alone_in, account)
    records, _, _ = await run("plain_instances")
    there = [each for each in records if (each.account_id, each.region) == (account, "eu-west-1")]

    assert [each.resource_id for each in there] == [each["resource_id"] for each in alone]
    assert {each.configuration["seen_in"] for each in there} == {f"{account}/eu-west-1"}
    assert {each.resource_type for each in there} == {"task:plain_instances"}


async def test_threads_of_a_script_call_as_its_account_too(fake):
    records, _, _ = await run("pooled_identities", regions="eu-west-1")

    assert len(records) == 250 * ACCOUNTS
    assert all(each.configuration["account"] == each.account_id for each in records)
    assert fake.journal.violations == []


async def test_resources_of_a_session_are_the_accounts_own(fake):
    records, _, summary = await run("queues")

    assert summary.status == "complete"
    assert len(records) == ACCOUNTS * len(REGIONS) * 6
    assert all(each.account_id in each.resource_id for each in records)


async def test_a_function_that_returns_a_value_has_a_record_of_it(fake):
    records, _, _ = await run("whoami")

    assert {each.account_id: each.configuration for each in records} == {
        each: {"Result": each} for each in fake.organization.account_ids
    }


async def test_a_task_given_as_a_function_is_told_its_parameters(fake):
    records, _, _ = await run(own_tasks.asks_params, param={"days": "90,91"})

    assert {each.configuration["days"] for each in records} == {"90,91"}


async def test_what_one_account_refuses_is_denied_there_with_the_line(fake):
    first, second, third, _ = fake.organization.account_ids
    fake.faults.add(
        Rule(action=denied(), account=first, operation="ListUsers"),
        Rule(action=denied_by_scp(), account=second, operation="ListUsers"),
        Rule(action=denied(), account=third, operation="AssumeRole"),
    )
    _, outcomes, summary = await run("users")
    ended = [outcomes[f"{each}/global/users"] for each in fake.organization.account_ids]

    assert [each.status for each in ended] == [
        Status.DENIED, Status.DENIED_SCP, Status.NOT_ATTEMPTED, Status.COMPLETE,
    ]  # fmt: skip
    why = ended[0].types[own_tasks.USER].error
    assert why.startswith("ListUsers: AccessDenied: User is not authorized")
    assert "own_tasks.py)" in why
    assert list(summary.failed_accounts) == [third]


@pytest.mark.parametrize("throttled", ["instances", "plain_instances"])
async def test_throttles_are_the_units_and_learned_from(fake, throttled):
    account = fake.organization.account_ids[0]
    fake.faults.add(Rule(action=throttle(), account=account, service="rds"))
    _, outcomes, summary = await run(throttled)
    ended = outcomes[f"{account}/eu-west-1/{throttled}"]

    assert ended.status is Status.THROTTLED
    assert (ended.requests, ended.throttles, ended.retries) == (9, 9, 8)
    assert summary.manifest["by_status"]["throttled"] == len(REGIONS)


@pytest.mark.parametrize("name", ["insists", "insists_async"])
async def test_the_gate_alone_retries_whatever_a_client_is_told(fake, name):
    fake.faults.add(Rule(action=server_error(500), service="rds"))
    _, outcomes, _ = await run(name)

    assert fake.journal.count(service="rds") == 6 * ACCOUNTS
    assert {each.requests for each in outcomes.values()} == {6}
    assert "InternalFailure" in re.sub(r"\d{12}", "", str(outcomes))


@pytest.mark.parametrize("action", [Html(200), Break.TORN, Break.RESET, expired_token()])
@pytest.mark.parametrize("name", ["instances", "plain_instances"])
async def test_a_broken_answer_is_asked_for_again_and_never_an_empty_one(fake, name, action):
    fake.faults.add(Rule(action=action, service="rds", calls={1}, apart=True))
    records, _, summary = await run(name)

    assert summary.status == "complete"
    assert len(by_key(records)) == ACCOUNTS * len(REGIONS) * 6


REFUSED = {
    "makes_queue": "not sent: sqs:CreateQueue may change something",
    "makes_queue_too": "not sent: sqs:CreateQueue may change something, and the task declares no",
    "reads_secret": "not sent: secretsmanager:GetSecretValue hands out credentials",
    "enters_another": "not sent: sts:AssumeRole hands out credentials",
    "enters_another_async": "not sent: sts:AssumeRole hands out credentials",
    "brings_keys": "TaskError: aws_access_key_id: a task's clients have the credentials of its",
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_no_plain_read_is_not_sent(fake, name):
    _, outcomes, _ = await run(name)

    assert only_error(outcomes).startswith(REFUSED[name])
    assert {each.status for each in outcomes.values()} == {Status.ERROR}
    assert fake.journal.requests == fake.journal.count(operation="AssumeRole") + sum(
        fake.journal.count(operation=each)
        for each in ("GetCallerIdentity", "ListAccounts", "DescribeOrganization", "ListRegions")
    )


async def test_a_task_that_declares_writes_writes_where_that_is_allowed(fake):
    _, _, summary = await run("makes_queue", allow_writes=True)

    assert summary.status == "complete"
    assert fake.journal.count(operation="CreateQueue", region="eu-west-1") == ACCOUNTS


async def test_writes_are_not_allowed_to_a_task_that_declares_none(fake):
    with pytest.raises(library.SettingsError, match="declares none"):
        await run("makes_queue_too", allow_writes=True)
    assert fake.journal.requests == 0


async def test_what_a_writing_task_may_not_have_are_credentials(fake):
    secretive = library.task(writes=True)(own_tasks.reads_secret)
    _, outcomes, _ = await run(secretive, allow_writes=True)

    assert "hands out credentials" in only_error(outcomes)
    assert fake.journal.count(operation="GetSecretValue") == 0


ERRORS = {
    "raises_late": r"ValueError: no postgres://me:REDACTED@.* \(line \d+ of own_tasks.py\)",
    "leaves": r"SystemExit: so long \(line \d+ of own_tasks.py\)",
    "yields_what_is_no_json": r"TaskError: configuration.session: \w+ can't be written as JSON",
    "undeclared_type": r"TaskError: resource_type: the task declares A::B::C, not X::Y::Z",
}


@pytest.mark.parametrize("name", ERRORS)
async def test_what_a_task_raises_is_its_units_end_and_no_more(fake, name):
    records, outcomes, summary = await run(name)

    assert re.match(ERRORS[name], only_error(outcomes))
    assert {each.status for each in outcomes.values()} == {Status.ERROR}
    assert summary.manifest["by_status"]["error"] == len(outcomes) == ACCOUNTS
    assert len(records) == (ACCOUNTS if name == "raises_late" else 0)


async def test_two_records_of_one_key_are_told_and_kept_apart(fake):
    with structlog.testing.capture_logs() as logs:
        records, _, summary = await run("two_of_one_key")

    assert len(by_key(records)) == len(records) == 2 * ACCOUNTS
    assert [each["event"] for each in logs].count("two resources have one key") == ACCOUNTS
    assert summary.status == "complete"


async def test_records_of_tasks_are_redacted_like_any(fake):
    records, _, _ = await run("has_a_secret", redaction_key="sixteen characters")

    assert {each.configuration["when"] for each in records} == {"2026-01-02T00:00:00Z"}
    assert all(each.configuration["Password"].startswith("REDACTED:") for each in records)
    assert {tuple(each.redacted) for each in records} == {("configuration.Password",)}


async def test_a_deadline_leaves_a_thread_that_does_not_end_to_itself(fake, tmp_path, monkeypatch):
    monkeypatch.setattr(steps, "GRACE", 0.05)
    with structlog.testing.capture_logs() as logs:
        _, outcomes, summary = await run(
            "sleeps", param={"file": str(tmp_path / "begun"), "seconds": "20"}, deadline="3s"
        )

    assert summary.out_of_time
    assert {each.status for each in outcomes.values()} == {Status.NOT_ATTEMPTED}
    assert sum("left to itself" in each["event"] for each in logs) == ACCOUNTS
    assert (tmp_path / "begun").exists()


async def test_only_the_stock_wire_carries_a_tasks_calls(fake, monkeypatch):
    def spy(self, operation, params):
        sent.append(operation)
        return stock(self, operation, params)

    sent, stock = [], calls.Calls.__call__
    monkeypatch.setattr(calls.Calls, "__call__", spy)
    await run("instances", wire="fast")
    assert "DescribeDBInstances" not in sent
    assert "ListAccounts" in sent


async def test_a_task_is_no_business_of_a_scan(fake):
    with pytest.raises(library.SettingsError, match="scanner run"):
        await library.scan(task="users")
