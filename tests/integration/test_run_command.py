"""`scanner run` as a process: resumed after a kill, in shards, by workers, interrupted, rehearsed."""

import json
import signal
from pathlib import Path

import pytest

import scanner as library
from benchmarks.fake_aws import Options, Organization, Rule, Slow, Volume, denied, serve
from scanner.model.outcome import Status
from tests.integration import own_tasks
from tests.unit.app.support import (
    ROLE,
    by_key,
    environment,
    inventory,
    ledger,
    manifest,
    outcome_facts,
    point_here,
    scanner,
    started,
    until,
)

pytestmark = pytest.mark.timeout(90)

TASKS = Path(own_tasks.__file__)
REGIONS = ("us-east-1", "eu-west-1")
ACCOUNTS = 6
UNITS = ACCOUNTS * len(REGIONS)
PLAIN = f"{TASKS}:plain_instances"
RUN = ("run", PLAIN, "--role", ROLE, "--log-format", "json")


@pytest.fixture
async def fake(monkeypatch):
    organization = Organization.of(ACCOUNTS, regions=REGIONS)
    async with serve(organization, Options(volume=Volume(2, 2))) as running:
        point_here(monkeypatch, environment(running))
        yield running


@pytest.fixture
def out(tmp_path):
    return tmp_path / "scan/tasks/plain_instances"


@pytest.fixture
async def undisturbed(fake):
    sink = library.MemorySink()
    await library.run(PLAIN, sink=sink, role=ROLE)
    fake.journal.clear()
    return by_key(sink.records), outcome_facts(sink.outcomes)


async def test_a_killed_run_is_resumed_to_what_it_would_have_been(fake, tmp_path, out, undisturbed):
    records, outcomes = undisturbed
    fake.faults.add(Rule(action=Slow(0.3), region="us-east-1", service="rds"))
    async with started((*RUN, "--concurrency", "1"), tmp_path, environment(fake)) as child:
        await until(lambda: any(out.glob("coverage/*/*")) and len(ledger(out)) > 0)
        child.process.kill()
        await child.ended()
    settled = {each.key for each in ledger(out)}
    fake.faults.clear()
    fake.journal.clear()
    again = await scanner((*RUN, "--resume", "latest"), tmp_path, environment(fake))

    assert again.code == 0, again.err
    assert 0 < len(settled) < UNITS
    assert inventory(out) == records
    assert outcome_facts(ledger(out)) == outcomes
    assert manifest(out)["job"] == "task:plain_instances"
    called = {f"{each.account}/{each.region}/plain_instances" for each in fake.journal.calls
              if each.service == "rds"}  # fmt: skip
    assert not called & settled


async def test_a_resumption_is_of_the_same_task_and_told_nothing_new(fake, tmp_path, out):
    fake.faults.add(Rule(action=denied(), account=fake.organization.account_ids[0], service="rds"))
    first = await scanner(RUN, tmp_path, environment(fake))
    resume = manifest(out)["resume"].split()[1:]
    fake.faults.clear()
    other = await scanner(
        ("scan", "--resume", "latest", "--out", str(out)), tmp_path, environment(fake)
    )
    told = await scanner(
        (*RUN, "--resume", "latest", "--param", "a=b"), tmp_path, environment(fake)
    )
    again = await scanner((*resume, "--role", ROLE), tmp_path, environment(fake))

    assert [each.code for each in (first, other, told, again)] == [3, 2, 2, 0]
    assert "is for task:plain_instances, not for inventory" in other.err
    assert "leave out --param" in told.err
    assert manifest(out)["status"] == "complete"


async def test_shards_come_to_one_run(fake, tmp_path, out, undisturbed):
    records, outcomes = undisturbed
    for shard in ("1/2", "2/2"):
        ended = await scanner(
            (*RUN, "--shard", shard, "--run-id", "n"), tmp_path, environment(fake)
        )
        assert ended.code == 0, ended.err

    assert inventory(out) == records
    assert outcome_facts(ledger(out)) == outcomes
    assert manifest(out)["shards"] == {"planned": 2, "missing": []}


async def test_a_missing_shard_is_merged_and_gone_on_with(fake, tmp_path, out):
    await scanner((*RUN, "--shard", "1/2", "--run-id", "n"), tmp_path, environment(fake))
    merged = await scanner(("merge", "n", "--out", str(out)), tmp_path, environment(fake))
    facts = manifest(out)
    again = await scanner(
        (*facts["resume"].split()[1:], "--role", ROLE), tmp_path, environment(fake)
    )

    assert (merged.code, again.code) == (3, 0), again.err
    assert facts["resume"].startswith(f"scanner run {PLAIN} --resume {facts['run_id']} --shard 2/2")
    assert manifest(out)["status"] == "complete"


async def test_workers_import_the_task_and_leave_what_one_process_does(
    fake, tmp_path, out, undisturbed
):
    records, outcomes = undisturbed
    fake.faults.add(Rule(action=Slow(0.1)))
    ended = await scanner(
        (*RUN, "--workers", "2", "--concurrency", "4"), tmp_path, environment(fake)
    )
    lines = [json.loads(line) for line in ended.err.splitlines() if line.startswith("{")]

    assert ended.code == 0, ended.err
    assert inventory(out) == records
    assert outcome_facts(ledger(out)) == outcomes
    assert {each["worker"] for each in lines if each["event"] == "unit done"} == {0, 1}
    assert fake.journal.violations == []


async def test_a_function_that_no_file_names_is_no_workers(fake, tmp_path):
    def inner(session):
        return None

    with pytest.raises(library.SettingsError, match="has no"):
        await library.run(inner, out=tmp_path / "scan", role=ROLE, workers=2)


async def test_an_interrupt_finishes_open_units_and_a_second_one_no_thread(fake, tmp_path):
    begun = tmp_path / "begun"
    arguments = (
        "run", f"{TASKS}:sleeps", "--role", ROLE, "--param", f"file={begun}", "--param",
        "seconds=60", "--concurrency", "1",
    )  # fmt: skip
    async with started(arguments, tmp_path, environment(fake)) as child:
        await until(begun.exists)
        child.process.send_signal(signal.SIGINT)
        child.process.send_signal(signal.SIGTERM)
        ended = await child.ended()

    assert ended.code == 130, ended.err
    assert "stopped at once; go on with: scanner run" in ended.err
    assert "left to itself" in ended.err
    assert "Traceback" not in ended.err


async def test_one_interrupt_lets_threads_finish(fake, tmp_path):
    begun = tmp_path / "begun"
    arguments = (
        "run", f"{TASKS}:sleeps", "--role", ROLE, "--param", f"file={begun}", "--param",
        "seconds=1", "--concurrency", "1",
    )  # fmt: skip
    async with started(arguments, tmp_path, environment(fake)) as child:
        await until(begun.exists)
        child.process.send_signal(signal.SIGINT)
        ended = await child.ended()
    statuses = [each.status for each in ledger(tmp_path / "scan/tasks/sleeps")]

    assert ended.code == 130, ended.err
    assert set(statuses) == {Status.COMPLETE, Status.NOT_ATTEMPTED}
    assert len(statuses) == ACCOUNTS


async def test_a_rehearsal_says_where_and_does_nothing(fake, tmp_path):
    arguments = ("run", f"{TASKS}:makes_queue", "--role", ROLE, "--dry-run", "--json")
    ended = await scanner(arguments, tmp_path, environment(fake))

    assert json.loads(ended.out) == {
        "task": "makes_queue", "scope": "account", "units": ACCOUNTS, "accounts": ACCOUNTS,
        "regions": 0, "writes": "writes refused", "out": "scan/tasks/makes_queue",
    }  # fmt: skip
    assert fake.journal.count(operation="AssumeRole") == 0
    assert not (tmp_path / "scan").exists()


WRONG = {
    (): "name a task",
    ("nothing.py:task",): "nothing.py: no such file",
    (f"{TASKS}:absent",): "has no 'absent'",
    (f"{TASKS}:USER",): "is neither a task nor a function",
    (str(TASKS),): "name one",
    ("users",): "'users' is no installed task",
    (f"{TASKS}:users", "--regions", "eu-west-1"): "leave out --regions",
    (f"{TASKS}:users", "--allow-writes"): "declares none",
    (f"{TASKS}:users", "--param", "days"): "must be KEY=VALUE",
}


@pytest.mark.parametrize("arguments", WRONG)
async def test_bad_input_is_one_line_and_code_2(fake, tmp_path, arguments):
    ended = await scanner(("run", *arguments), tmp_path, environment(fake))

    assert ended.code == 2
    assert WRONG[arguments] in ended.err
    assert len(ended.err.splitlines()) == 1
    assert fake.journal.requests == 0


async def test_a_session_policy_made_automatically_is_of_what_the_task_declares(fake, tmp_path):
    ended = await scanner(
        ("iam", "--task", f"{TASKS}:users", "--document", "actions"), tmp_path, environment(fake)
    )
    both = await scanner(
        ("iam", "--task", f"{TASKS}:users", "--types", "AWS::SQS::Queue", "--document", "policy"),
        tmp_path, environment(fake),
    )  # fmt: skip
    none = await scanner(("iam", "--task", PLAIN), tmp_path, environment(fake))

    assert ended.out.split() == ["ec2:DescribeRegions", "iam:ListUsers", "tag:GetResources"]
    allowed = json.loads(both.out)["Statement"][0]["Action"]
    assert {"iam:ListUsers", "sqs:ListQueues"} < set(allowed)
    assert (none.code, "declares no permissions" in none.err) == (2, True)
