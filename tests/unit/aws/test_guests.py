"""Clients lent to tasks stay open while they are used, and are closed with their region."""

from scanner.app.link import linked
from scanner.aws.visit import Meter, visiting
from scanner.model.target import Account
from scanner.settings import Settings
from tests.faults.support import organization

TASK = Settings.of(role="R", task="mine")


async def test_clients_are_closed_with_their_region_unless_somebody_uses_them(monkeypatch):
    async with organization(monkeypatch) as fake, linked(TASK) as link:
        guests = link.guests
        with visiting(link.leases.of(Account(fake.organization.account_ids[0])), Meter()):
            async with guests.use("sqs", "eu-west-1") as used, guests.use("sqs", "us-east-1"):
                await guests.retire("mine", "eu-west-1")
                assert (await used.list_queues())["QueueUrls"]
                async with guests.use("sqs", "eu-west-1") as again:
                    assert again is used
            await guests.retire("mine", "eu-west-1")
            async with guests.use("sqs", "eu-west-1") as new:
                assert new is not used
            async with guests.use("sqs", "us-east-1") as other:
                assert (await other.list_queues())["QueueUrls"]


async def test_a_session_is_of_its_region_and_shared_by_accounts(monkeypatch):
    async with organization(monkeypatch) as fake, linked(TASK) as link:
        session = link.guests.session("eu-west-1")
        assert link.guests.session("eu-west-1") is session
        assert session.region_name == "eu-west-1"
        for account in fake.organization.account_ids:
            with visiting(link.leases.of(Account(account)), Meter()):
                async with session.client("sts") as sts:
                    assert (await sts.get_caller_identity())["Account"] == account


async def test_a_link_without_a_task_has_no_guests(monkeypatch):
    async with organization(monkeypatch), linked(Settings.of(role="R")) as link:
        assert link.guests is None
