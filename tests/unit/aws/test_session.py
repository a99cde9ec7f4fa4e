"""The pool of clients: one for all accounts, made once, safe to share, closed without a trace."""

import gc
import warnings
from contextlib import asynccontextmanager, suppress

import anyio
import pytest
from botocore.exceptions import UnknownServiceError

from scanner.app.link import linked
from scanner.aws.session import UNPOOLED
from scanner.aws.visit import VISIT, Meter, visiting
from scanner.model.errors import ChangeRefused
from scanner.model.target import Account
from scanner.settings import Settings
from tests.faults.support import REGIONS, organization

SERVICES = {"sqs": "list_queues", "sns": "list_topics", "kms": "list_keys"}


@pytest.fixture
async def fake(monkeypatch):
    async with organization(monkeypatch, accounts=8, verify=True) as running:
        yield running


@pytest.fixture
async def link(fake):
    async with linked(Settings.of(role="R")) as opened:
        fake.journal.clear()
        yield opened


def count_made(link, monkeypatch):
    """List the (service, region) of each client that is made from now on."""
    made, make = [], link.clients._make

    def counted(service, region):
        made.append((service, region))
        return make(service, region)

    monkeypatch.setattr(link.clients, "_make", counted)
    return made


async def test_a_client_is_made_for_a_service_and_region_however_many_accounts_call(
    link, fake, monkeypatch
):
    made = count_made(link, monkeypatch)

    async def visit(account):
        with visiting(link.leases.of(Account(account)), Meter()):
            for service, method in SERVICES.items():
                for region in REGIONS:
                    async with link.clients.use(service, region) as client:
                        await getattr(client, method)()

    async with anyio.create_task_group() as tasks:
        for account in fake.organization.account_ids:
            tasks.start_soon(visit, account)

    pooled = [each for each in made if each[0] != "sts"]
    assert sorted(pooled) == sorted((service, region) for service in SERVICES for region in REGIONS)
    for account in fake.organization.account_ids:
        assert fake.journal.count(account=account) == 1 + len(SERVICES) * len(REGIONS)
    assert fake.journal.violations == []


async def test_all_clients_together_use_no_more_connections_than_slots(fake):
    fake.journal.clear()
    async with linked(Settings.of(role="R", concurrency=3)) as link:

        async def visit(account):
            with visiting(link.leases.of(Account(account)), Meter()):
                for service, method in SERVICES.items():
                    async with link.clients.use(service, "eu-west-1") as client:
                        await getattr(client, method)()

        async with anyio.create_task_group() as tasks:
            for account in fake.organization.account_ids:
                tasks.start_soon(visit, account)
    assert fake.journal.most_in_flight <= 3
    assert fake.journal.connections <= 3


@pytest.mark.parametrize("service", sorted(UNPOOLED))
async def test_a_client_that_remembers_an_endpoint_is_lent_once_and_closed(
    link, service, monkeypatch
):
    made = count_made(link, monkeypatch)
    for _ in range(2):
        async with link.clients.use(service, "eu-west-1") as client:
            assert client.meta.region_name == "eu-west-1"
    assert made == [(service, "eu-west-1")] * 2
    assert (service, "eu-west-1") not in link.clients._clients


async def test_tasks_that_want_a_new_client_at_the_same_moment_get_the_same(link, monkeypatch):
    made, lent, make = [], [], link.clients._make

    @asynccontextmanager
    async def slowly(service, region):
        made.append((service, region))
        await anyio.wait_all_tasks_blocked()
        async with make(service, region) as client:
            yield client

    async def use():
        async with link.clients.use("sqs", "eu-west-1") as client:
            lent.append(client)

    monkeypatch.setattr(link.clients, "_make", slowly)
    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(use)
    assert made == [("sqs", "eu-west-1")]
    assert len(lent) == 20
    assert all(each is lent[0] for each in lent)


async def test_a_client_that_can_not_be_made_does_not_spoil_the_pool(link):
    with pytest.raises(UnknownServiceError):
        async with link.clients.use("nonsense", "eu-west-1"):
            pass
    async with link.clients.use("sqs", "eu-west-1") as client:
        assert client.meta.service_model.service_name == "sqs"


async def test_cancellation_while_a_client_is_made_does_not_spoil_the_pool(link):
    with anyio.CancelScope() as scope:
        scope.cancel()
        async with link.clients.use("sqs", "eu-west-1"):
            pytest.fail("was lent in spite of the cancellation")
    with anyio.fail_after(5):
        async with link.clients.use("sqs", "eu-west-1") as client:
            assert client.meta.region_name == "eu-west-1"


async def test_nothing_that_depends_on_an_account_is_kept_in_a_client(link):
    async with link.clients.use("s3", "eu-west-1") as client:
        config = client.meta.config
        assert config.account_id_endpoint_mode == "disabled"
        assert config.s3["disable_s3_express_session_auth"] is True
        assert config.retries["total_max_attempts"] == 1
        assert config.retries["mode"] == "standard"


async def test_a_directory_bucket_asks_for_no_session_of_its_own(link, fake):
    with visiting(link.leases.of(Account("100000000000")), Meter()):
        async with link.clients.use("s3", "us-east-1") as client:
            await client.get_bucket_policy(Bucket="some--use1-az4--x-s3")
    operations = [call.operation for call in fake.journal.calls]
    assert len(operations) == 2
    assert "CreateSession" not in operations


async def test_a_change_is_refused_before_the_account_is_even_entered(link, fake):
    with visiting(link.leases.of(Account("100000000000")), Meter()):
        async with link.clients.use("sqs", "eu-west-1") as client:
            with pytest.raises(ChangeRefused, match="sqs:DeleteQueue"):
                await client.delete_queue(QueueUrl="https://queue")
    assert fake.journal.requests == 0


async def test_a_visit_ends_with_its_block_even_by_an_error(link):
    lease = link.leases.of(Account("100000000000"))
    with suppress(ZeroDivisionError), visiting(lease, Meter()) as visit:
        assert VISIT.get() is visit
        raise ZeroDivisionError
    with pytest.raises(LookupError):
        VISIT.get()


async def test_a_visit_within_a_visit_gives_the_first_back(link):
    outer, inner = (link.leases.of(Account(each)) for each in ("100000000000", "100000000001"))
    with visiting(outer, Meter()):
        with visiting(inner, Meter()):
            assert VISIT.get().identity is inner
        assert VISIT.get().identity is outer


async def test_closing_leaves_nothing_open(fake):
    async with linked(Settings.of(role="R")) as link:
        with visiting(link.leases.of(Account("100000000000")), Meter()):
            for service, method in SERVICES.items():
                async with link.clients.use(service, "eu-west-1") as client:
                    await getattr(client, method)()
    assert link.clients._clients == {}
    del link, client
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        gc.collect()
        await anyio.wait_all_tasks_blocked()
    assert fake.journal.in_flight == 0


async def test_leases_are_one_an_account(link):
    assert link.leases.of(Account("100000000000")) is link.leases.of(Account("100000000000"))
    assert link.leases.of(Account("100000000000")) is not link.leases.of(Account("100000000001"))
