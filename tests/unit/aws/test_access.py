import json
from datetime import UTC, datetime

import anyio
import anyio.lowlevel
import pytest
from anyio import wait_all_tasks_blocked
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import ClientError

from benchmarks.fake_aws import Rule, denied
from scanner.app.link import linked
from scanner.aws.access import RENEW_AGAIN, Access, Granted, Lease
from scanner.aws.gate import Gate
from scanner.aws.limits import Limits
from scanner.aws.request import Request
from scanner.aws.visit import Meter, Visit, visiting
from scanner.model.errors import AccountError, SettingsError
from scanner.model.target import Account
from scanner.settings import Settings
from tests.faults.support import organization

ACCOUNT = Account("123456789012")


class Sts:
    """Grants credentials that last an hour by a clock of its own, or refuses."""

    def __init__(self):
        self.now = 0.0
        self.calls = 0
        self.refuses = False
        self.gate = None
        self.lasts = 3600

    async def assume(self):
        self.calls += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.refuses:
            raise AccountError(ACCOUNT.id, "AccessDenied", "no")
        keys = ReadOnlyCredentials(f"key-{self.calls}", "s", "t", ACCOUNT.id)
        return Granted(ACCOUNT.id, keys, self.now + self.lasts, self.lasts)

    def lease(self, lasts=3600):
        self.lasts = lasts
        return Lease(ACCOUNT, self.assume, clock=lambda: self.now)


@pytest.fixture
def sts():
    return Sts()


async def test_a_hundred_tasks_assume_the_role_once(sts):
    sts.gate, lease = anyio.Event(), sts.lease()
    async with anyio.create_task_group() as tasks:
        for _ in range(100):
            tasks.start_soon(lease.fresh)
        await wait_all_tasks_blocked()
        sts.gate.set()
    assert sts.calls == 1
    assert lease.frozen.access_key == "key-1"


async def test_credentials_are_renewed_before_they_end(sts):
    lease = sts.lease()
    await lease.fresh()
    sts.now = 3600 - 301
    await lease.fresh()
    assert sts.calls == 1
    sts.now = 3600 - 299
    await lease.fresh()
    assert sts.calls == 2
    assert lease.frozen.access_key == "key-2"


async def test_old_credentials_serve_to_their_end_where_renewal_fails(sts):
    lease = sts.lease()
    await lease.fresh()
    sts.refuses = True
    sts.now = 3400
    await lease.fresh()
    await lease.fresh()
    assert sts.calls == 2
    assert lease.frozen.access_key == "key-1"
    sts.now = 3601
    with pytest.raises(AccountError):
        await lease.fresh()
    with pytest.raises(AccountError):
        _ = lease.frozen


async def test_refused_credentials_are_renewed_once_however_many_fail(sts):
    lease = sts.lease()
    await lease.fresh()
    used = lease.frozen
    for _ in range(50):
        assert lease.reject(used)
        await lease.fresh()
    assert sts.calls == 2


class Door:
    """An AWS that accepts some keys only, seen through a gate with few slots."""

    def __init__(self, lease, accepted, slots):
        self.lease = lease
        self.accepted = accepted
        self.refusals = 0
        self.gate = Gate(slots=slots, limits=Limits())

    async def ask(self, service="sqs", region="eu-west-1"):
        request, visit = Request(service, region, "ListQueues"), Visit(self.lease)
        return await self.gate.send(request, visit, self._answer)

    async def _answer(self):
        signed = self.lease.frozen.access_key
        await anyio.lowlevel.checkpoint()
        if signed not in self.accepted:
            self.refusals += 1
            raise ClientError({"Error": {"Code": "ExpiredToken", "Message": "m"}}, "ListQueues")
        return signed


@pytest.mark.parametrize("slots", [1, 3, 100])
async def test_calls_on_their_way_outlive_the_refusal_of_their_credentials(sts, slots):
    lease = sts.lease()
    await lease.fresh()
    door, answers = Door(lease, {"key-2"}, slots), []
    sts.gate = anyio.Event()

    async def ask():
        answers.append(await door.ask())

    async with anyio.create_task_group() as tasks:
        for _ in range(50):
            tasks.start_soon(ask)
        await wait_all_tasks_blocked()
        assert sts.calls == 2
        sts.gate.set()
    assert answers == ["key-2"] * 50
    assert sts.calls == 2
    assert door.refusals == 50


async def test_a_closed_region_costs_one_renewal_and_harms_no_other(sts):
    lease = sts.lease()
    door = Door(lease, {"key-1", "key-2"}, slots=4)
    assert await door.ask() == "key-1"
    door.accepted = set()
    for service in ("sqs", "sns", "rds", "kms"):
        with pytest.raises(ClientError):
            await door.ask(service, "af-south-1")
    assert sts.calls == 2
    door.accepted = {"key-2"}
    assert await door.ask() == "key-2"
    assert sts.calls == 2


async def test_where_renewing_refused_credentials_fails_the_account_is_lost(sts):
    lease = sts.lease()
    door = Door(lease, set(), slots=4)
    await lease.fresh()
    sts.refuses = True
    for _ in range(5):
        with pytest.raises(AccountError, match="no"):
            await door.ask()
    assert sts.calls == 2


async def test_short_credentials_are_renewed_a_tenth_before_their_end(sts):
    lease = sts.lease(lasts=900)
    await lease.fresh()
    sts.now = 900 - 91
    await lease.fresh()
    assert sts.calls == 1
    sts.now = 900 - 89
    await lease.fresh()
    assert sts.calls == 2


async def test_a_failed_renewal_is_tried_again_after_a_while_and_may_succeed(sts):
    lease = sts.lease()
    await lease.fresh()
    sts.refuses, sts.now = True, 3400
    await lease.fresh()
    sts.refuses, sts.now = False, 3400 + RENEW_AGAIN - 1
    await lease.fresh()
    assert sts.calls == 2
    sts.now += 2
    await lease.fresh()
    assert lease.frozen.access_key == "key-3"


async def test_a_step_of_a_chain_has_no_other_credentials(sts):
    granted = await sts.assume()
    await granted.fresh()
    assert granted.reject(granted.frozen) is False


async def test_a_cancelled_renewal_leaves_the_next_task_to_renew(sts):
    sts.gate, lease = anyio.Event(), sts.lease()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(lease.fresh)
        await wait_all_tasks_blocked()
        tasks.cancel_scope.cancel()
    sts.gate.set()
    await lease.fresh()
    assert lease.frozen.access_key == "key-2"


async def test_an_account_that_can_not_be_entered_costs_one_call(sts):
    sts.refuses, lease = True, sts.lease()
    for _ in range(20):
        with pytest.raises(AccountError):
            await lease.fresh()
    assert sts.calls == 1


def test_a_lease_that_was_never_entered_has_no_credentials(sts):
    with pytest.raises(AccountError):
        _ = sts.lease().frozen


@pytest.mark.parametrize(
    ("role", "account", "arn"),
    [
        ("Reader", Account("1" * 12), "arn:aws:iam::111111111111:role/Reader"),
        ("/p/Reader", Account("1" * 12), "arn:aws:iam::111111111111:role/p/Reader"),
        ("R", Account("1" * 12, partition="aws-cn"), "arn:aws-cn:iam::111111111111:role/R"),
        (
            "arn:{partition}:iam::{account}:role/x/R",
            Account("1" * 12, partition="aws-us-gov"),
            "arn:aws-us-gov:iam::111111111111:role/x/R",
        ),
    ],
)
def test_a_role_is_named_in_its_accounts_partition(role, account, arn):
    assert Access(role).roles(account) == (arn,)


@pytest.mark.parametrize(
    "role", ["", "a b", "arn:aws:iam::1:user/x", "ro\nle", "arn:aws:role/x", "arn:aws:iam::1:role/"]
)
def test_what_is_no_role_is_refused(role):
    with pytest.raises(SettingsError, match="--role"):
        Access(role)


def test_every_choice_reaches_assume_role():
    access = Access(
        "R",
        external_id="hush",
        session_name="night",
        duration=900,
        source_identity="cron",
        tags={"job": "inventory"},
        policy=json.dumps({"Version": "2012-10-17"}),
        policy_arns=("arn:aws:iam::aws:policy/ReadOnlyAccess",),
    )
    assert access.request(ACCOUNT, "arn") == {
        "RoleArn": "arn",
        "RoleSessionName": "night",
        "DurationSeconds": 900,
        "ExternalId": "hush",
        "SourceIdentity": "cron",
        "Tags": [{"Key": "job", "Value": "inventory"}],
        "Policy": '{"Version": "2012-10-17"}',
        "PolicyArns": [{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}],
    }
    assert "hush" not in repr(access)


def test_an_accounts_own_external_id_goes_before_the_runs():
    account = Account("1" * 12, external_id="own")
    assert Access("R", external_id="run").request(account, "arn")["ExternalId"] == "own"
    assert "own" not in repr(account)


@pytest.mark.parametrize(
    ("role", "roles"),
    [
        ("arn:aws:iam::222222222222:role/R", ()),
        ("R", ("arn:aws:iam::222222222222:role/R",)),
        ("R", ("R", "arn:aws:iam::222222222222:role/R")),
        ("R", ("arn:aws:role/R",)),
    ],
)
def test_a_role_that_leads_into_another_account_is_not_assumed(role, roles):
    with pytest.raises(AccountError) as refused:
        Access(role).roles(Account("1" * 12, roles=roles))
    assert refused.value.code == "ForeignRole"
    assert refused.value.account_id == "1" * 12


async def test_a_literal_role_of_one_account_enters_that_one_only(monkeypatch):
    role = "arn:aws:iam::100000000001:role/R"
    async with organization(monkeypatch) as fake, linked(Settings.of(role=role)) as link:
        with pytest.raises(AccountError, match="another account"):
            await link.leases.of(Account("100000000000")).fresh()
        await link.leases.of(Account("100000000001")).fresh()
        assert fake.journal.count(operation="AssumeRole") == 1


async def test_what_was_chosen_is_what_sts_receives(monkeypatch):
    settings = Settings.of(
        role="team/Reader",
        external_id="hush-hush",
        session_name="night",
        session_duration=900,
        source_identity="cron",
        session_tag={"job": "inventory", "by": "night & day"},
        session_policy="auto",
    )
    async with organization(monkeypatch) as fake, linked(settings) as link:
        received, reply = [], fake.reply

        def recorded(request):
            received.append(request)
            return reply(request)

        fake.reply = recorded
        lease = link.leases.of(Account("100000000000"))
        await lease.fresh()
        form = dict(received[0].form)
    assert len(received) == 1
    assert received[0].scope.key == fake.organization.key
    assert form == {
        "Action": "AssumeRole",
        "Version": "2011-06-15",
        "RoleArn": "arn:aws:iam::100000000000:role/team/Reader",
        "RoleSessionName": "night",
        "DurationSeconds": "900",
        "ExternalId": "hush-hush",
        "SourceIdentity": "cron",
        "Tags.member.1.Key": "job",
        "Tags.member.1.Value": "inventory",
        "Tags.member.2.Key": "by",
        "Tags.member.2.Value": "night & day",
        "PolicyArns.member.1.arn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
    }


@pytest.mark.parametrize("secret", ["hush-hush-hush", "x"])
async def test_the_external_id_is_in_no_message(monkeypatch, secret):
    settings = Settings.of(role="R")
    account = Account("100000000000", external_id=secret)
    async with organization(monkeypatch) as fake, linked(settings) as link:
        fake.faults.add(Rule(action=denied(), operation="AssumeRole"))
        with pytest.raises(AccountError) as refused:
            await link.leases.of(account).fresh()
    chain, exc = [], refused.value
    while exc is not None:
        chain += [repr(exc), str(exc)]
        exc = exc.__cause__ or exc.__context__
    shown = "".join([*chain, repr(account), repr(settings), repr(link.leases)])
    assert f"{secret}'" not in shown
    assert f"'{secret}" not in shown
    assert "hush" not in shown


async def test_roles_are_chained_where_an_account_names_several(monkeypatch):
    async with organization(monkeypatch) as fake, linked(Settings.of(role="R")) as link:
        hub, target, _ = fake.organization.account_ids
        roles = (f"arn:aws:iam::{hub}:role/Hub", f"arn:aws:iam::{target}:role/Spoke")
        with visiting(link.leases.of(Account(target, roles=roles)), Meter()):
            async with link.clients.use("sts", "us-east-1") as client:
                assert (await client.get_caller_identity())["Account"] == target
        assert fake.journal.count(operation="AssumeRole") == 2
        assert fake.journal.count(operation="AssumeRole", account=hub) == 1


async def test_the_callers_own_account_needs_no_role(monkeypatch):
    async with organization(monkeypatch) as fake, linked(Settings.of(role="R")) as link:
        with visiting(link.leases.of(Account(link.central.account_id)), Meter()):
            async with link.clients.use("sts", "us-east-1") as client:
                answer = await client.get_caller_identity()
        assert answer["Account"] == fake.organization.central
        assert fake.journal.count(operation="AssumeRole") == 0


async def test_a_refused_role_says_what_to_look_at(monkeypatch):
    async with organization(monkeypatch) as fake, linked(Settings.of(role="R")) as link:
        account = fake.organization.account_ids[0]
        fake.faults.add(Rule(action=denied(), operation="AssumeRole"))
        with pytest.raises(AccountError) as refused:
            await link.leases.of(Account(account)).fresh()
        assert refused.value.account_id == account
        assert f"arn:aws:iam::{account}:role/R" in str(refused.value)
        assert "trust policy" in str(refused.value)


async def test_what_sts_grants_is_used_as_long_as_it_lasts(monkeypatch):
    async with organization(monkeypatch) as fake, linked(Settings.of(role="R")) as link:
        lease = link.leases.of(Account(fake.organization.account_ids[0]))
        await lease.fresh()
        granted = await link.leases._enter(Account(fake.organization.account_ids[0]))
        assert granted.expires > datetime.now(UTC).timestamp() + 3000
        assert "REDACTED" not in repr(granted)
        assert granted.frozen.secret_key not in repr(granted)
