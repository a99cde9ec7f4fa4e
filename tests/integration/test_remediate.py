"""Plan, apply, undo over thirty accounts: what was planned is done once, and nothing else."""

import json
import os
import signal
from functools import partial

import anyio
import boto3
import pytest
from anyio.from_thread import start_blocking_portal

from scanner.output import read_change_plan
from scanner.simulation import simulated_organization
from tests.integration.recorder import recorded
from tests.unit.app.support import ROOT, scanner, started

pytest.importorskip("moto")
pytestmark = pytest.mark.timeout(240)

REGION = "eu-west-1"
ACCOUNTS = 30
FAMILIES = ("edit", "drift", "kill", "stop", "canary", "undo")
LARGE = ("--max-percent", "100")
POLICY = """
policies:
- name: encrypted-queues
  resource: aws.sqs
  filters: [{{type: value, key: QueueArn, op: glob, value: "*:{family}-*"}}]
  actions: [set-encryption]
"""


class World:
    """A simulated organization with queues of several families, none encrypted, and a run."""

    def __init__(self, simulation, folder):
        self.simulation, self.folder = simulation, folder
        self.accounts = self._members()
        self.queues = {account: self._client(account) for account in self.accounts}

    def _members(self):
        org = boto3.client("organizations", "us-east-1", **self._central())
        pages = org.get_paginator("list_accounts").paginate()
        out = {
            self.simulation.management_account,
            *self.simulation.refusing,
            *self.simulation.suspended,
        }
        found = sorted(each["Id"] for page in pages for each in page["Accounts"])
        return [each for each in found if each not in out][:ACCOUNTS]

    def _central(self):
        surroundings = self.simulation.environment
        return {
            "endpoint_url": self.simulation.url,
            "aws_access_key_id": surroundings["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": surroundings["AWS_SECRET_ACCESS_KEY"],
        }

    def _client(self, account):
        sts = boto3.client("sts", REGION, **self._central())
        arn = f"arn:aws:iam::{account}:role/{self.simulation.role_name}"
        keys = sts.assume_role(RoleArn=arn, RoleSessionName="plant")["Credentials"]
        return boto3.client(
            "sqs", REGION, endpoint_url=self.simulation.url,
            aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )  # fmt: skip

    def plant(self):
        for account, sqs in self.queues.items():
            for family in FAMILIES:
                attributes = {"SqsManagedSseEnabled": "false"}
                sqs.create_queue(QueueName=f"{family}-{account}", Attributes=attributes)

    def url(self, account, family):
        return self.queues[account].get_queue_url(QueueName=f"{family}-{account}")["QueueUrl"]

    def encrypted(self, family):
        found = set()
        for account, sqs in self.queues.items():
            url = self.url(account, family)
            answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            if answer.get("SqsManagedSseEnabled") == "true":
                found.add(account)
        return found

    def environment(self, url=None):
        surroundings = self.simulation.environment | {"PYTHONPATH": str(ROOT)}
        return surroundings | ({"AWS_ENDPOINT_URL": url} if url else {})

    def options(self):
        return ("--role", self.simulation.role_name, "--out", "scan", "--log-level", "error")

    async def plan(self, family, *more, code=0, url=None):
        (self.folder / f"{family}.yml").write_text(POLICY.format(family=family))
        path = self.folder / f"{family}.jsonl"
        ended = await scanner(
            ("remediate", "plan", f"{family}.yml", "-o", path.name, *self.options(), *more),
            self.folder, self.environment(url),
        )  # fmt: skip
        assert ended.code == code, ended.err
        return path

    def apply(self, plan, *more):
        return ("remediate", "apply", plan.name, "--yes", *LARGE, *self.options(), *more)


@pytest.fixture(scope="module")
def simulation():
    make = partial(simulated_organization, accounts=ACCOUNTS + 3, regions=[REGION])
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(portal.call(make)) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def planted(simulation, tmp_path_factory):
    world = World(simulation, tmp_path_factory.mktemp("remedy"))
    world.plant()
    assert len(world.accounts) == ACCOUNTS
    return world


@pytest.fixture(scope="module")
def world(planted):
    """Scan the queues of the thirty accounts of the world, and lend it."""
    with start_blocking_portal() as portal:
        arguments = (
            "scan", "--types", "AWS::SQS::Queue", "--accounts", ",".join(planted.accounts),
            "--regions", REGION, *planted.options(),
        )  # fmt: skip
        ended = portal.call(scanner, arguments, planted.folder, planted.environment())
    assert ended.code == 0, ended.err
    return planted


@pytest.fixture(scope="module")
def unapplied(world):
    """Make a plan that no test gets as far as to apply; lend it, and what it took."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(recorded(world.simulation.url)) as (recorder, url),
    ):
        path = portal.call(partial(world.plan, "edit", "--exit-code", code=1, url=url))
        return path, recorder


async def read(path):
    return await anyio.to_thread.run_sync(read_change_plan, path)


async def run(world, recorder_url, arguments):
    return await scanner(arguments, world.folder, world.environment(recorder_url))


async def test_a_plan_holds_every_change_and_the_image_before_it_and_nothing_was_written(
    world, unapplied
):
    path, recorder = unapplied
    plan = await read(path)

    assert recorder.writes == []
    assert [each.account_id for each in plan.changes] == world.accounts
    assert all(each.before and each.undo and each.writes for each in plan.changes)


async def test_a_plan_that_was_edited_is_refused_and_nothing_is_sent(world, unapplied):
    plan = world.folder / "edited.jsonl"
    text = unapplied[0].read_text()
    plan.write_text(text.replace(f"edit-{world.accounts[0]}", f"edit-{world.accounts[1]}", 1))

    async with recorded(world.simulation.url) as (recorder, url):
        ended = await run(world, url, world.apply(plan))

    assert ended.code == 2
    assert "is not as it was written" in ended.err
    assert recorder.writes == []
    assert not recorder.reads


async def test_more_than_the_caps_is_refused_and_says_what_to_give(world, unapplied):
    async with recorded(world.simulation.url) as (recorder, url):
        apply = [each for each in world.apply(unapplied[0]) if each not in LARGE]
        ended = await run(world, url, apply)

    assert ended.code == 2
    assert "(--max-percent" in ended.err
    assert not recorder.reads


async def test_who_does_not_confirm_changes_nothing(world, unapplied):
    apply = [each for each in world.apply(unapplied[0]) if each != "--yes"]
    ended = await run(world, None, apply)

    assert ended.code == 2
    assert "give --yes" in ended.err


async def test_a_rehearsal_looks_and_its_sessions_may_not_write(world, unapplied):
    async with recorded(world.simulation.url) as (recorder, url):
        ended = await run(world, url, world.apply(unapplied[0], "--dry-run"))

    assert ended.code == 0, ended.err
    assert recorder.writes == []
    assert recorder.reads["GetQueueAttributes"] == ACCOUNTS
    assert not any("SetQueueAttributes" in each for each in recorder.entries)
    assert world.encrypted("edit") == set()


def check_sessions(entries, digest):
    """See that each session may write to its account's own queue alone, and says for whom."""
    assert len(entries) == ACCOUNTS
    for each in entries:
        account = each.partition("iam%3A%3A")[2][:12]
        assert "SourceIdentity=jane" in each
        assert digest in each
        assert each.count("sqs%3ASetQueueAttributes") == 1
        assert f"arn%3Aaws%3Asqs%3A{REGION}%3A{account}%3Adrift-{account}" in each


async def test_a_resource_changed_behind_its_back_is_refused_and_the_rest_is_done(world):
    plan = await world.plan("drift")
    changed = world.accounts[7]
    world.queues[changed].set_queue_attributes(
        QueueUrl=world.url(changed, "drift"), Attributes={"KmsMasterKeyId": "alias/theirs"}
    )

    async with recorded(world.simulation.url) as (recorder, url):
        ended = await run(world, url, world.apply(plan, "--json", "--source-identity", "jane"))
    told = json.loads(ended.out)

    assert ended.code == 3, ended.err
    check_sessions(recorder.entries, (await read(plan)).digest)
    assert told["endings"] == {"done": 29, "found_done": 0, "refused": 1, "failed": 0}
    assert [each["account_id"] for each in told["bad"]] == [changed]
    assert sorted(each.account for each in recorder.writes) == sorted({*world.accounts} - {changed})
    assert {each.operation for each in recorder.writes} == {"SetQueueAttributes"}
    assert all(each.account in each.body for each in recorder.writes), "written in another account"
    assert world.encrypted("drift") == {*world.accounts} - {changed}


async def test_killed_in_the_middle_and_run_again_each_change_is_made_exactly_once(world):
    plan = await world.plan("kill")

    async with recorded(world.simulation.url) as (recorder, url):
        recorder.keeps = 12
        apply = world.apply(plan, "--concurrency", "4")
        async with started(apply, world.folder, world.environment(url)) as child:
            with anyio.fail_after(60):
                await recorder.kept.wait()
            os.kill(child.process.pid, signal.SIGKILL)
            await child.ended()
        before = len(recorder.writes)
        recorder.keeps = 0
        ended = await run(world, url, world.apply(plan, "--json"))

    told = json.loads(ended.out)
    assert 12 <= before < ACCOUNTS
    assert ended.code == 0, ended.err
    assert told["endings"]["done"] + told["endings"]["found_done"] == ACCOUNTS
    assert told["endings"]["found_done"] >= 1
    assert sorted(each.account for each in recorder.writes) == world.accounts
    assert world.encrypted("kill") == {*world.accounts}


async def test_interrupted_it_ends_what_is_open_and_goes_on_when_run_again(world):
    plan = await world.plan("stop")

    async with recorded(world.simulation.url) as (recorder, url):
        recorder.keeps = 3
        apply = world.apply(plan, "--concurrency", "2")
        async with started(apply, world.folder, world.environment(url)) as child:
            with anyio.fail_after(60):
                await recorder.kept.wait()
            os.kill(child.process.pid, signal.SIGINT)
            heard = b""
            with anyio.fail_after(60):
                while b"finishing open changes" not in heard:
                    heard += await child.process.stderr.receive()
            recorder.release.set()
            stopped = await child.ended()
        before = len(recorder.writes)
        ended = await run(world, url, world.apply(plan))

    assert stopped.code == 130, stopped.err
    assert f"{before} done" in stopped.out
    assert f"{ACCOUNTS - before} not begun" in stopped.out
    assert "go on with: scanner remediate apply stop.jsonl" in stopped.out
    assert ended.code == 0, ended.err
    assert sorted(each.account for each in recorder.writes) == world.accounts


async def test_a_canary_that_fails_stops_the_rest(world):
    plan = await world.plan("canary")

    async with recorded(world.simulation.url) as (recorder, url):
        recorder.refuses = f"canary-{world.accounts[0]}"
        ended = await run(world, url, world.apply(plan, "--json"))

    told = json.loads(ended.out)
    assert ended.code == 3
    assert recorder.writes == []
    assert told["endings"]["failed"] == 1
    assert told["not_begun"] == ACCOUNTS - 1
    assert told["stopped"].startswith("the canary did not end well")
    assert world.encrypted("canary") == set()


async def test_undo_gives_back_what_was_there(world):
    plan = await world.plan("undo")
    applied = json.loads((await run(world, None, world.apply(plan, "--json"))).out)
    assert world.encrypted("undo") == {*world.accounts}

    planned = await run(world, None, ("remediate", "undo", applied["results"], "-o", "back.jsonl"))
    assert planned.code == 0, planned.err
    ended = await run(world, None, world.apply(world.folder / "back.jsonl"))

    assert ended.code == 0, ended.err
    assert world.encrypted("undo") == set()
