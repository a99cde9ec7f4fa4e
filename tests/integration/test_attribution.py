"""The security test: under load, with shared clients, no request is signed for another account."""

import random
import re

import anyio
import pytest

from benchmarks.fake_aws import Break, Rule, Slow, expired_token, server_error, throttle
from scanner.app.link import linked
from scanner.aws.gate import Meter
from scanner.aws.session import visiting
from scanner.model.target import Account
from scanner.settings import Settings
from tests.faults.support import hurry, organization, scan

ACCOUNT_IN_TEXT = re.compile(r"\b1000000000\d\d\b")


def accounts_in(record):
    texts = [record.resource_id, record.arn or "", repr(record.configuration)]
    texts += [repr(record.supplementary), repr(record.tags)]
    return {found for text in texts for found in ACCOUNT_IN_TEXT.findall(text)}


async def test_every_record_under_load_belongs_to_the_account_it_names(monkeypatch):
    hurry(monkeypatch)
    async with organization(monkeypatch, accounts=40, verify=True, ttl=2.0) as fake:
        fake.faults.add(
            Rule(action=server_error(503), probability=0.02),
            Rule(action=throttle(), service="ec2", probability=0.02),
            Rule(action=Break.RESET, probability=0.01),
            Rule(action=Break.TORN, probability=0.01),
            Rule(action=expired_token(), service="sqs", probability=0.05),
            Rule(action=Slow(0.05), probability=0.1),
        )
        found = await scan(concurrency=100)

        assert fake.journal.violations == []
        assert found.records
        for record in found.records:
            assert accounts_in(record) == {record.account_id}
        assert fake.journal.count(operation="AssumeRole") > 40


async def identity_of(client):
    answer = await client.get_caller_identity()
    return answer["Account"]


async def test_child_tasks_paginators_and_retries_call_as_the_task_that_started_them(monkeypatch):
    hurry(monkeypatch)
    async with organization(monkeypatch, accounts=25, verify=True) as fake:
        fake.faults.add(Rule(action=server_error(500), probability=0.2))
        choices = random.Random(7)
        seen = []

        async def child(client, account):
            await anyio.sleep(choices.random() / 100)
            assert await identity_of(client) == account

        async def visit(link, account):
            identity = link.leases.of(Account(account))
            with visiting(identity, Meter()):
                async with (
                    link.clients.use("sts", "eu-west-1") as sts,
                    link.clients.use("rds", "eu-west-1") as rds,
                ):
                    async with anyio.create_task_group() as tasks:
                        for _ in range(4):
                            tasks.start_soon(child, sts, account)
                    pages = rds.get_paginator("describe_db_instances").paginate()
                    async for page in pages:
                        for each in page["DBInstances"]:
                            assert account in each["DBInstanceArn"]
                            seen.append(account)

        async with linked(Settings.of(role="R")) as link, anyio.create_task_group() as tasks:
            for account in fake.organization.account_ids * 2:
                tasks.start_soon(visit, link, account)

        assert set(seen) == set(fake.organization.account_ids)
        assert fake.journal.violations == []


async def test_outside_a_visit_nothing_is_sent(monkeypatch):
    async with organization(monkeypatch) as fake, linked(Settings.of(role="R")) as link:
        fake.journal.clear()
        async with link.clients.use("sqs", "eu-west-1") as client:
            with pytest.raises(LookupError):
                await client.list_queues()
        assert fake.journal.requests == 0


async def test_who_iterates_signs_so_a_generator_must_not_change_hands(monkeypatch):
    async with organization(monkeypatch) as fake, linked(Settings.of(role="R")) as link:
        first, second, _ = (link.leases.of(Account(each)) for each in fake.organization.account_ids)
        async with link.clients.use("rds", "eu-west-1") as client:
            with visiting(first, Meter()):
                pages = aiter(client.get_paginator("describe_db_instances").paginate())
                page = await anext(pages)
                assert first.account_id in page["DBInstances"][0]["DBInstanceArn"]
            with visiting(second, Meter()), pytest.raises(Exception, match=r".+"):
                await anext(pages)
        # The fake binds page tokens to accounts: the trap is caught there, and it is real.
        assert fake.journal.violations


async def test_clients_are_as_many_as_services_and_regions_not_accounts(monkeypatch):
    async with organization(monkeypatch, accounts=30), linked(Settings.of(role="R")) as link:

        async def visit(account):
            with visiting(link.leases.of(Account(account)), Meter()):
                async with link.clients.use("sqs", "eu-west-1") as client:
                    await client.list_queues()
                    made.add(id(client))

        made = set()
        async with anyio.create_task_group() as tasks:
            for number in range(30):
                tasks.start_soon(visit, str(100_000_000_000 + number))
        assert len(made) == 1


async def test_services_that_discover_endpoints_get_a_client_a_visit(monkeypatch):
    async with organization(monkeypatch), linked(Settings.of(role="R")) as link:
        async with link.clients.use("timestream-query", "eu-west-1") as one:
            pass
        async with link.clients.use("timestream-query", "eu-west-1") as two:
            assert one is not two
