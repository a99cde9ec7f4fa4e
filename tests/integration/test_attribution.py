"""The security test: under load, with shared clients, no request is signed for another account."""

import random
import re
import time

import anyio
import pytest

from benchmarks.fake_aws import Break, Html, Rule, Slow, Volume, server_error, throttle
from scanner.app.link import linked
from scanner.aws.visit import Meter, visiting
from scanner.model.outcome import Status
from scanner.model.target import Account
from scanner.settings import Settings
from tests.faults.support import hurry, organization, scan

ACCOUNT_IN_TEXT = re.compile(r"(?<![0-9])1000000000[0-9]{2}(?![0-9])")
ACCOUNTS = 60
REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-2")
TYPES = ("AWS::SQS::Queue", "AWS::RDS::DBInstance", "AWS::Lambda::Function", "AWS::KMS::Alias")


def accounts_in(record):
    texts = [record.resource_id, record.arn or "", repr(record.configuration)]
    texts += [repr(record.supplementary), repr(record.tags)]
    return {found for text in texts for found in ACCOUNT_IN_TEXT.findall(text)}


def jumping_clock(fake_calls, after):
    """Return a clock that leaps two hours once so many calls were made: all sessions end."""
    return lambda: time.time() + (7200 if fake_calls() > after else 0)


async def test_every_record_under_load_belongs_to_the_account_it_names(monkeypatch):
    hurry(monkeypatch)
    journals = []
    clock = jumping_clock(lambda: journals[0].requests if journals else 0, after=1500)
    options = {"regions": REGIONS, "volume": Volume(2, 1), "verify": True, "clock": clock}
    async with organization(monkeypatch, accounts=ACCOUNTS, **options) as fake:
        journals.append(fake.journal)
        fake.faults.add(
            Rule(action=server_error(503), probability=0.03),
            Rule(action=throttle(), service="lambda", probability=0.05),
            Rule(action=Break.RESET, probability=0.01),
            Rule(action=Break.TORN, probability=0.01),
            Rule(action=Html(200), probability=0.01),
            *(Rule(action=Slow(seconds / 100), probability=0.05) for seconds in range(1, 6)),
        )
        found = await scan(concurrency=100, regions=REGIONS, types=TYPES)
        entries = [fake.journal.count(operation="AssumeRole", account=each)
                   for each in fake.organization.account_ids]  # fmt: skip
        queried = {(call.account, call.region) for call in fake.journal.calls
                   if call.operation == "GetQueueAttributes"}  # fmt: skip

    assert fake.journal.violations == []
    assert {each.status for each in found.outcomes.values()} == {Status.COMPLETE}
    assert len(found.outcomes) == ACCOUNTS * len(REGIONS) * len(TYPES)
    assert len(found.keys()) == len(found.outcomes) * 2
    for record in found.records:
        assert accounts_in(record) == {record.account_id}
        assert record.region in repr(record.configuration)
    assert len(queried) == ACCOUNTS * len(REGIONS)
    assert sum(entries) >= ACCOUNTS + 1, "no session ended in mid-run"
    assert sum(entries) < ACCOUNTS * 3, "sessions were renewed more often than they ended"


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
