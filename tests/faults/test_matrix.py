"""Every kind of failure in every phase: nothing lost, nothing doubled, the right status.

One scan a phase: each fault strikes an account of its own, so that every fault is also the
others' noise, and the last account, which nothing strikes, tells what all should have.
"""

from dataclasses import dataclass

import pytest

from benchmarks.fake_aws import (
    Break,
    Html,
    Rule,
    StuckToken,
    Volume,
    denied,
    denied_by_scp,
    disabled_region,
    error,
    expired_token,
    server_error,
    throttle,
)
from scanner.model.outcome import Status
from tests.faults.support import REGIONS, SERVICES, hurry, organization, scan

REGION = "eu-west-1"
PAGES = 3

PASSING = {
    "throttle": throttle(),
    "throttle with Retry-After": throttle(retry_after=7),
    "500": server_error(500),
    "502": server_error(502),
    "503": server_error(503),
    "reset": Break.RESET,
    "torn": Break.TORN,
    "torn chunks": Break.TORN_CHUNKED,
    "HTML 200": Html(200),
    "HTML 502": Html(502),
    "expired": expired_token(),
    "revoked": disabled_region(),
    "skewed": error("RequestTimeTooSkewed", 403),
}
HANGING = {"hang": Break.HANG, "hanging body": Break.HANG_BODY}
LASTING = {
    "throttle": (throttle(), Status.THROTTLED),
    "throttle with Retry-After": (throttle(retry_after=7), Status.THROTTLED),
    "500": (server_error(500), Status.ERROR),
    "502": (server_error(502), Status.ERROR),
    "503": (server_error(503), Status.ERROR),
    "reset": (Break.RESET, Status.ERROR),
    "torn": (Break.TORN, Status.ERROR),
    "torn chunks": (Break.TORN_CHUNKED, Status.ERROR),
    "HTML 200": (Html(200), Status.ERROR),
    "HTML 502": (Html(502), Status.ERROR),
    "denied": (denied(), Status.DENIED),
    "SCP": (denied_by_scp(), Status.DENIED_SCP),
    "disabled region": (disabled_region(), Status.ERROR),
    "expired": (expired_token(), Status.ERROR),
    "unknown operation": (error("UnknownOperationException"), Status.UNAVAILABLE),
    "not subscribed": (error("OptInRequired"), Status.UNAVAILABLE),
    "validation": (error("ValidationException"), Status.ERROR),
    "page token expired": (error("ExpiredNextTokenException"), Status.ERROR),
    "page token invalid": (error("InvalidNextToken"), Status.ERROR),
    "signature": (error("SignatureDoesNotMatch", 403), Status.ERROR),
    "skewed": (error("RequestTimeTooSkewed", 403), Status.ERROR),
}


@dataclass(frozen=True)
class Phase:
    """A moment of a scan: the `call`-th call of an operation in the struck place."""

    type: str
    operation: str
    call: int = 1
    detail: str = ""

    @property
    def service(self):
        return self.type.split("::")[1].lower()


PHASES = {
    "first page, EC2": Phase("AWS::EC2::VPC", "DescribeVpcs"),
    "middle page, EC2": Phase("AWS::EC2::VPC", "DescribeVpcs", call=2),
    "first page, XML": Phase("AWS::RDS::DBInstance", "DescribeDBInstances"),
    "last page, XML": Phase("AWS::RDS::DBInstance", "DescribeDBInstances", call=3),
    "first page, JSON": Phase("AWS::SQS::Queue", "ListQueues"),
    "middle page, JSON": Phase("AWS::SQS::Queue", "ListQueues", call=2),
    "middle page, REST JSON": Phase("AWS::Lambda::Function", "ListFunctions", call=2),
    "detail, REST JSON": Phase("AWS::Lambda::Function", "GetPolicy", detail="Policy"),
    "detail, JSON": Phase("AWS::SQS::Queue", "GetQueueAttributes", detail="GetQueueAttributes"),
    "detail, S3": Phase("AWS::S3::Bucket", "GetBucketPolicy", detail="Policy"),
}


@pytest.fixture
def struck(monkeypatch):
    """Run a fake with an account for each of so many faults, and one more."""
    hurry(monkeypatch)

    def running(faults):
        volume = Volume(PAGES, 1)
        return organization(monkeypatch, accounts=len(faults) + 1, volume=volume, verify=True)

    return running


def dealt(fake, faults):
    """Deal an account to each fault; return them and the account that is left over."""
    *accounts, spared = fake.organization.account_ids
    return dict(zip(faults, accounts, strict=True)), spared


def expected(found, spared, account):
    """Return what an account has where nothing is missing: what the spared one has."""
    keys = {key.replace(spared, account) for key in found.keys(spared)}
    assert len(keys) == len(REGIONS) * PAGES
    return keys


def strike(fake, phase, actions):
    """Let each account but the last meet its fault once, in one phase of one region."""
    accounts, spared = dealt(fake, actions)
    for fault, account in accounts.items():
        rule = Rule(
            action=actions[fault], account=account, region=REGION,
            operation=phase.operation, calls={phase.call},
        )  # fmt: skip
        fake.faults.add(rule)
    return accounts, spared


def whole(fake, found, accounts, spared):
    """Check that nothing is missing anywhere, and that every fault was met."""
    assert {each.status for each in found.outcomes.values()} == {Status.COMPLETE}
    for fault, account in accounts.items():
        assert found.keys(account) == expected(found, spared, account), fault
    assert all(not each.unread for each in found.records)
    assert fake.journal.faults.total() == len(accounts)
    assert fake.journal.violations == []


@pytest.mark.parametrize("phase", PHASES.values(), ids=PHASES)
async def test_a_passing_fault_costs_a_retry_and_no_record(struck, phase):
    async with struck(PASSING) as fake:
        accounts, spared = strike(fake, phase, PASSING)
        found = await scan(types=[phase.type])

    whole(fake, found, accounts, spared)
    for fault, account in accounts.items():
        outcome = found.outcomes[f"{account}/{REGION}/{phase.service}"]
        # An aborted GET is repeated by the HTTP library itself, unseen.
        assert outcome.retries >= 1 or fault == "reset", fault
        assert bool(outcome.throttles) == fault.startswith("throttle"), fault


@pytest.mark.parametrize("phase", PHASES.values(), ids=PHASES)
async def test_a_passing_hang_costs_a_retry_and_no_record(struck, phase):
    async with struck(HANGING) as fake:
        accounts, spared = strike(fake, phase, HANGING)
        found = await scan(types=[phase.type], request_timeout=1)

    whole(fake, found, accounts, spared)
    for account in accounts.values():
        assert found.outcomes[f"{account}/{REGION}/{phase.service}"].retries >= 1


@pytest.mark.parametrize("phase", PHASES.values(), ids=PHASES)
async def test_a_lasting_fault_is_told_where_it_is_and_nowhere_else(struck, phase):
    async with struck(LASTING) as fake:
        accounts, spared = dealt(fake, LASTING)
        for fault, account in accounts.items():
            rule = Rule(
                action=LASTING[fault][0], account=account, region=REGION,
                operation=phase.operation, calls=range(phase.call, 1000),
            )  # fmt: skip
            fake.faults.add(rule)

        found = await scan(types=[phase.type])

    expectations = {
        f"{account}/{REGION}/{phase.service}": LASTING[fault][1]
        for fault, account in accounts.items()
    }
    statuses = {key: each.status for key, each in found.outcomes.items()}
    assert statuses == dict.fromkeys(statuses, Status.COMPLETE) | expectations
    for fault, account in accounts.items():
        there = f"{account}|{REGION}|"
        missing = expected(found, spared, account) - found.keys(account)
        assert all(key.startswith(there) for key in missing), fault
        assert len(missing) == (0 if phase.detail else PAGES - phase.call + 1), fault
    unread = {(each.account_id, each.region) for each in found.records if each.unread}
    assert unread == ({(each, REGION) for each in accounts.values()} if phase.detail else set())
    assert {name for each in found.records for name in each.unread} <= {phase.detail}
    assert fake.journal.violations == []


@pytest.mark.parametrize("fault", ["hang", "hanging body"])
async def test_what_hangs_for_good_is_given_up_and_told(struck, fault):
    async with struck([fault]) as fake:
        victim, spared = fake.organization.account_ids
        where = {"account": victim, "region": REGION, "operation": "ListQueues"}
        fake.faults.add(Rule(action=HANGING[fault], **where))
        found = await scan(types=["AWS::SQS::Queue"], request_timeout=0.3)
        assert fake.journal.count(**where) == 6
    assert len(found.keys(spared)) == len(REGIONS) * PAGES
    outcome = found.outcomes[f"{victim}/{REGION}/sqs"]
    assert outcome.status is Status.ERROR
    assert "Timeout" in outcome.types["AWS::SQS::Queue"].error


async def test_a_passing_fault_while_entering_an_account_costs_nothing(struck):
    faults = {
        name: action for name, action in PASSING.items() if name not in ("expired", "revoked")
    }
    async with struck(faults) as fake:
        accounts, spared = dealt(fake, faults)
        for fault, account in accounts.items():
            fake.faults.add(
                Rule(action=faults[fault], operation="AssumeRole", account=account, calls={1})
            )
        found = await scan(types=["AWS::SQS::Queue"])
        entries = {each: fake.journal.count(operation="AssumeRole", account=each)
                   for each in accounts.values()}  # fmt: skip
    for fault, account in accounts.items():
        assert found.keys(account) == expected(found, spared, account), fault
        assert entries[account] == 2, fault
    assert found.summary.status == "complete"


async def test_a_passing_hang_while_entering_an_account_costs_nothing(struck):
    async with struck(HANGING) as fake:
        accounts, spared = dealt(fake, HANGING)
        for fault, account in accounts.items():
            fake.faults.add(
                Rule(action=HANGING[fault], operation="AssumeRole", account=account, calls={1})
            )
        found = await scan(types=["AWS::SQS::Queue"], request_timeout=1)
    for fault, account in accounts.items():
        assert found.keys(account) == expected(found, spared, account), fault
    assert found.summary.status == "complete"


async def test_an_account_that_can_not_be_entered_is_named_and_stops_no_other(struck):
    """Expired counts as lasting here: the central identity has no other credentials."""
    attempts = {"throttle": 9, "throttle with Retry-After": 9, "denied": 1, "SCP": 1,
                "disabled region": 1, "expired": 1, "unknown operation": 1,
                "not subscribed": 1, "validation": 1, "page token expired": 1,
                "page token invalid": 1, "signature": 1, "skewed": 2}  # fmt: skip
    async with struck(LASTING) as fake:
        accounts, spared = dealt(fake, LASTING)
        for fault, account in accounts.items():
            fake.faults.add(Rule(action=LASTING[fault][0], operation="AssumeRole", account=account))
        found = await scan()
        entries = {each: fake.journal.count(operation="AssumeRole", account=each)
                   for each in accounts.values()}  # fmt: skip
    for fault, account in accounts.items():
        assert entries[account] == attempts.get(fault, 6), fault
        mine = [each for each in found.outcomes.values() if each.account_id == account]
        assert len(mine) == SERVICES * len(REGIONS)
        assert {each.status for each in mine} == {Status.NOT_ATTEMPTED}, fault
        assert "AssumeRole" in found.summary.failed_accounts[account]
    theirs = [each for each in found.outcomes.values() if each.account_id == spared]
    assert {each.status for each in theirs} == {Status.COMPLETE}
    assert set(found.summary.failed_accounts) == set(accounts.values())
    assert found.summary.status == "partial"


async def test_a_page_token_that_never_ends_is_told_and_not_followed_for_ever(struck):
    async with struck(["stuck"]) as fake:
        victim, spared = fake.organization.account_ids
        where = {"account": victim, "region": REGION, "operation": "DescribeVpcs"}
        fake.faults.add(Rule(action=StuckToken(), **where))
        found = await scan(types=["AWS::EC2::VPC"])
        assert fake.journal.count(**where) <= PAGES
    outcome = found.outcomes[f"{victim}/{REGION}/ec2"]
    assert outcome.status is Status.ERROR
    assert "page token" in outcome.types["AWS::EC2::VPC"].error
    assert len(found.keys(spared)) == len(REGIONS) * PAGES


async def test_after_three_denies_by_scp_the_rest_of_a_service_there_is_not_called(struck):
    async with struck(["SCP"]) as fake:
        victim, _ = fake.organization.account_ids
        where = {"account": victim, "region": REGION, "service": "ec2"}
        fake.faults.add(Rule(action=denied_by_scp(), **where))
        found = await scan(types=["AWS::EC2::*"])
        assert fake.journal.count(**where) == 3
    outcome = found.outcomes[f"{victim}/{REGION}/ec2"]
    assert {each.status for each in outcome.types.values()} == {Status.DENIED_SCP}
    others = [each for key, each in found.outcomes.items() if each is not outcome]
    assert {each.status for each in others} == {Status.COMPLETE}


async def test_a_region_that_refuses_an_account_costs_it_one_renewal(struck):
    async with struck(["disabled"]) as fake:
        victim, spared = fake.organization.account_ids
        fake.faults.add(Rule(action=disabled_region(), account=victim, region=REGION))
        found = await scan(types=["AWS::RDS::*", "AWS::SQS::Queue", "AWS::Lambda::*"])
        entered = {each: fake.journal.count(operation="AssumeRole", account=each)
                   for each in (victim, spared)}  # fmt: skip
    assert entered == {victim: 2, spared: 1}
    mine = {each.region: each.status for each in found.outcomes.values()
            if each.account_id == victim and each.region in REGIONS}  # fmt: skip
    assert mine == {"us-east-1": Status.COMPLETE, REGION: Status.ERROR}
