import json
from datetime import UTC, datetime

import anyio
import pytest
from anyio import wait_all_tasks_blocked
from botocore.credentials import ReadOnlyCredentials

from benchmarks.fake_aws import Rule, denied
from scanner.app.link import linked
from scanner.aws.access import Access, Granted, Lease
from scanner.aws.gate import Meter
from scanner.aws.session import visiting
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

    async def assume(self):
        self.calls += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.refuses:
            raise AccountError(ACCOUNT.id, "AccessDenied", "no")
        keys = ReadOnlyCredentials(f"key-{self.calls}", "s", "t", ACCOUNT.id)
        return Granted(ACCOUNT.id, keys, self.now + 3600, 3600)

    def lease(self):
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


@pytest.mark.parametrize("role", ["", "a b", "arn:aws:iam::1:user/x", "ro\nle"])
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


async def test_roles_are_chained_where_an_account_names_several(monkeypatch):
    async with organization(monkeypatch) as fake, linked(Settings.of(role="R")) as link:
        hub, target, _ = fake.organization.account_ids
        roles = (f"arn:aws:iam::{hub}:role/Hub", f"arn:aws:iam::{target}:role/Spoke")
        with visiting(link.leases.of(Account(target, roles=roles)), Meter()):
            async with link.clients.use("sts", "us-east-1") as client:
                assert (await client.get_caller_identity())["Account"] == target
        assert fake.journal.count(operation="AssumeRole") == 2


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
