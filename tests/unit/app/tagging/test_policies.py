"""Policies of an organization: what each account gets of them, and what AWS alone can tell."""

import json
from contextlib import asynccontextmanager
from datetime import date
from types import SimpleNamespace

import anyio
import pytest
from botocore.exceptions import ClientError

from scanner.app.tagging.judges import asked_judges, must_ask
from scanner.app.tagging.policies import find_policies
from scanner.model.errors import DiscoveryError
from scanner.model.finding import Subject
from scanner.model.target import Account

TODAY = date(2026, 11, 24)
ROOT, PROD, DEV = "r-ab12", "ou-ab12-prodprod", "ou-ab12-devdevde"
SHOP, BANK, LAB = (
    Account(str(number) * 12, ou=f"{ROOT}/{unit}")
    for number, unit in ((1, PROD), (2, PROD), (3, DEV))
)
QUEUE = "AWS::SQS::Queue"


def content(key, values, operator="@@assign"):
    return json.dumps(
        {"tags": {key.lower(): {"tag_key": {"@@assign": key}, "tag_value": {operator: values}}}}
    )


class Organization:
    """A client of Organizations with policies, units and tags; counts what it is asked."""

    class exceptions:  # noqa: N801 — botocore's name
        class EffectivePolicyNotFoundException(Exception):
            pass

    def __init__(self, policies, effective=None, units=(), tags=None):
        self.policies = policies
        self.effective = effective or {}
        self.units = dict(units)
        self.tags = tags or {}
        self.calls = []

    def get_paginator(self, operation):
        return SimpleNamespace(paginate=lambda **params: self.pages(operation, params))

    async def pages(self, operation, params):
        self.calls.append(operation)
        if operation == "list_policies":
            yield {"Policies": [{"Id": name, "Name": name} for name in self.policies]}
        elif operation == "list_targets_for_policy":
            yield {"Targets": [{"TargetId": each} for each in self.policies[params["PolicyId"]][0]]}
        elif operation == "list_roots":
            yield {"Roots": [{"Id": ROOT}]}
        elif operation == "list_accounts_for_parent":
            accounts = [
                account for account, path in self.units.items() if path.endswith(params["ParentId"])
            ]
            yield {"Accounts": [{"Id": each} for each in accounts]}
        elif operation == "list_organizational_units_for_parent":
            below = [PROD, DEV] if params["ParentId"] == ROOT else []
            yield {"OrganizationalUnits": [{"Id": each} for each in below]}
        else:
            tags = self.tags.get(params["ResourceId"], {})
            yield {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    async def describe_policy(self, **params):
        return {"Policy": {"Content": self.policies[params["PolicyId"]][1]}}

    async def describe_organizational_unit(self, **params):
        return {"OrganizationalUnit": {"Name": params["OrganizationalUnitId"][8:]}}

    async def describe_effective_policy(self, **params):
        self.calls.append(f"effective {params['TargetId']}")
        if params["TargetId"] not in self.effective:
            raise self.exceptions.EffectivePolicyNotFoundException
        return {"EffectivePolicy": {"PolicyContent": self.effective[params["TargetId"]]}}


def link_to(client):
    @asynccontextmanager
    async def use(service, region):
        assert service == "organizations"
        yield client

    central = SimpleNamespace(home="us-east-1", account_id="9" * 12)
    return SimpleNamespace(central=central, clients=SimpleNamespace(use=use))


async def judged(client, *names, accounts=(SHOP, BANK, LAB), tags=None):
    """Return what is wrong with a queue of each account, and what would be set."""
    policies = await anyio.to_thread.run_sync(find_policies, names, (QUEUE,), TODAY)
    assert must_ask(policies, accounts)
    judges = await asked_judges(policies, accounts, link_to(client))
    return {
        key: judge.judge(
            Subject(key, "eu-west-1", QUEUE, "q", None, f"arn:aws:sqs:eu-west-1:{key}:q"),
            tags or {},
        )
        for key, judge in judges.items()
    }


async def test_each_account_gets_what_is_attached_above_it():
    client = Organization(
        {
            "all": ([ROOT], content("Env", ["a"])),
            "more": ([PROD], content("Env", ["b"], "@@append")),
        }
    )

    found = await judged(client, "organization", tags={"env": "b"})

    assert [found[each.id].set for each in (SHOP, BANK, LAB)] == [{"Env": "b"}] * 3
    assert [[str(problem.kind) for problem in found[each.id].problems] for each in (SHOP, LAB)] == [
        ["wrong case"], ["wrong case", "wrong value"],
    ]  # fmt: skip
    assert not any(each.startswith("effective") for each in client.calls)


async def test_aws_is_asked_only_where_the_order_of_attachment_decides():
    policies = {"one": ([PROD], content("Env", ["a"])), "two": ([PROD], content("ENV", ["a"]))}
    effective = {SHOP.id: '{"tags": {"env": {"tag_key": "ENV", "tag_value": ["*"]}}}'}
    client = Organization(policies, effective)

    found = await judged(client, "organization", tags={"env": "x"})

    assert found[SHOP.id].set == {"ENV": "x"}
    assert not found[BANK.id].problems
    assert sorted(each for each in client.calls if each.startswith("effective")) == [
        f"effective {SHOP.id}",
        f"effective {BANK.id}",
    ]


async def test_units_tags_and_names_are_asked_for_where_they_are_needed(tmp_path):
    policy = tmp_path / "t.yaml"
    policy.write_text(
        "tags:\n- {key: A, default: '${account.tag:a}-${ou.tag:t}-${ou.name}'}\n- {key: B, default: b, ous: [ou-ab12-prod*]}"
    )
    client = Organization(
        {}, units={SHOP.id: f"{ROOT}/{PROD}", LAB.id: f"{ROOT}/{DEV}"},
        tags={SHOP.id: {"a": "1"}, LAB.id: {"a": "3"}, ROOT: {"t": "root"}, PROD: {"t": "prod"}},
    )  # fmt: skip

    found = await judged(client, str(policy), accounts=(Account(SHOP.id), Account(LAB.id)))

    assert found[SHOP.id].set == {"A": "1-prod-prodprod", "B": "b"}
    assert found[LAB.id].set == {"A": "3-root-devdevde"}


def test_what_a_run_tells_is_not_asked_for(tmp_path):
    policy = tmp_path / "t.yaml"
    policy.write_text("tags: [{key: A, default: '${account.tag:a}', ous: [ou-*]}]")
    policies = find_policies([str(policy)], (QUEUE,), TODAY)

    assert not must_ask(policies, [Account(SHOP.id, ou=SHOP.ou, tags={})])
    assert must_ask(policies, [Account(SHOP.id, ou=SHOP.ou)])
    assert must_ask(policies, [Account(SHOP.id, tags={})])


async def test_an_organization_that_can_not_be_read_is_told():
    class Refusing(Organization):
        async def describe_policy(self, **params):
            raise ClientError(
                {"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "DescribePolicy"
            )

    with pytest.raises(DiscoveryError, match="can't read Organizations: AccessDeniedException"):
        await judged(Refusing({"all": ([ROOT], content("Env", ["a"]))}), "organization")
