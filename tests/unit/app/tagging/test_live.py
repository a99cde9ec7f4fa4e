"""What a run says can be mended, judged again on the tags of now: planned, fine, or told why not."""

from types import SimpleNamespace

import anyio
import pytest

from scanner.app.tagging.live import Replan
from scanner.catalog import Catalog
from scanner.engine.image import Camera
from scanner.engine.judges import subject_of
from scanner.model.errors import AccountError
from scanner.model.planned import Why
from scanner.model.target import Account
from scanner.policies.tagging.judge import Judge
from scanner.policies.tagging.rules import Rule, Rules
from scanner.policies.tagging.scope import Owner, Scope
from scanner.policies.tagging.values import Template
from tests.unit.analysis.support import ACCOUNT, record
from tests.unit.engine.scripted import context, refusal

RULES = Rules((
    Rule("Cost", required=Scope(), default=Template("1")), Rule("Owner", renames=("own", "password")),
))  # fmt: skip


class Identity:
    account_id = ACCOUNT
    frozen = None

    async def fresh(self):
        pass

    def reject(self, refused):
        return False


class Closed(Identity):
    async def fresh(self):
        raise AccountError(ACCOUNT, "AccessDenied", "no way in")


def queue(name, tags):
    return record(name, tags=tags)


def role(name, tags):
    return record(
        name, region="global", service="iam", resource_type="AWS::IAM::Role", tags=tags,
        arn=f"arn:aws:iam::{ACCOUNT}:role/{name}", configuration={"RoleName": name},
    )  # fmt: skip


def resources(tagged):
    def get_resources(**params):
        return {
            "ResourceTagMappingList": [
                {
                    "ResourceARN": arn,
                    "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
                }
                for arn, tags in tagged.items()
                if arn in params["ResourceARNList"]
            ]
        }

    return get_resources


async def replanned(records, answers, identity=None):
    ctx = context(answers, [])
    types = (await anyio.to_thread.run_sync(Catalog.load)).types
    link = SimpleNamespace(
        gate=ctx.gate, clients=ctx.clients, home_of=lambda _: "us-east-1",
        leases=SimpleNamespace(of=lambda _: identity or Identity()),
    )  # fmt: skip
    judges = {ACCOUNT: Judge(RULES, Owner(Account(ACCOUNT)))}
    found = Replan(link, judges, Camera(ctx.gate, ctx.clients, types))

    def add():
        for each in records:
            found.add(each, subject_of(each))

    await anyio.to_thread.run_sync(add)
    await found.run()
    return found, ctx.clients


async def test_many_are_looked_at_in_one_call_and_judged_by_the_tags_of_now():
    now = {queue("own", {}).arn: {"own": "ann"}, queue("good", {}).arn: {"Cost": "2"}}
    records = [queue("bare", {}), queue("own", {"own": "bob"}), queue("good", {})]

    found, clients = await replanned(records, {"GetResources": resources(now)})

    assert {each.resource_id: dict(each.options["set"]) for each in found.changes} == {
        "bare": {"Cost": "1"}, "own": {"Cost": "1", "Owner": "ann"},
    }  # fmt: skip
    assert found.fine == 1
    assert len(clients.calls) == 1


async def test_types_with_calls_of_their_own_are_looked_at_by_these():
    answers = {
        "ListRoleTags": lambda **params: {"Tags": [{"Key": "own", "Value": params["RoleName"]}]}
    }

    found, clients = await replanned([role("r", {})], answers)

    [change] = found.changes
    assert (change.endpoint, [each.operation for each in change.writes]) == (
        "us-east-1",
        ["TagRole", "UntagRole"],
    )
    assert clients.used == [("iam", "us-east-1")]


@pytest.mark.parametrize(
    ("records", "answers", "why"),
    [
        ([queue("q", {"own": "x"})], {"GetResources": resources({})}, Why.GONE),
        ([queue("q", {})], {"GetResources": refusal("AccessDeniedException")}, Why.DENIED),
        ([role("r", {})], {"ListRoleTags": refusal("ServiceFailure")}, Why.ERROR),
        ([record("s", resource_type="AWS::CloudFormation::Stack", tags={})], {}, Why.ERROR),
    ],
)
async def test_what_can_not_be_looked_at_again_is_told_and_not_planned(records, answers, why):
    found, _ = await replanned(records, answers)

    assert [each.why for each in found.skipped] == [why]
    assert not found.changes


async def test_an_account_that_can_not_be_entered_is_told_of_each_resource():
    found, _ = await replanned(
        [queue("a", {}), queue("b", {})], {"GetResources": resources({})}, Closed()
    )

    assert [(each.why, each.resource_id) for each in found.skipped] == [
        (Why.ACCOUNT, "a"),
        (Why.ACCOUNT, "b"),
    ]


async def test_a_value_that_looks_like_a_secret_is_not_moved_into_a_plan():
    now = {queue("q", {}).arn: {"password": "hunter2-hunter2"}}

    found, _ = await replanned([queue("q", {})], {"GetResources": resources(now)})

    [change] = found.changes
    assert change.options == {"set": {"Cost": "1"}, "remove": []}
    assert "hunter2" not in repr(change)
