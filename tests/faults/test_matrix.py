"""Every kind of failure in every phase: nothing lost, nothing doubled, the right status."""

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

VICTIM = "100000000001"
PLACE = {"account": VICTIM, "region": "eu-west-1"}

PASSING = {
    "throttle": throttle(),
    "throttle with Retry-After": throttle(retry_after=0),
    "500": server_error(500),
    "502": server_error(502),
    "503": server_error(503),
    "reset": Break.RESET,
    "torn": Break.TORN,
    "torn chunks": Break.TORN_CHUNKED,
    "hang": Break.HANG,
    "hanging body": Break.HANG_BODY,
    "HTML 200": Html(200),
    "HTML 502": Html(502),
    "expired": expired_token(),
}
LASTING = {
    "throttle": (throttle(), Status.THROTTLED),
    "500": (server_error(500), Status.ERROR),
    "reset": (Break.RESET, Status.ERROR),
    "torn": (Break.TORN, Status.ERROR),
    "HTML 200": (Html(200), Status.ERROR),
    "denied": (denied(), Status.DENIED),
    "SCP": (denied_by_scp(), Status.DENIED_SCP),
    "disabled region": (disabled_region(), Status.ERROR),
    "unknown operation": (error("UnknownOperationException"), Status.UNAVAILABLE),
    "not subscribed": (error("OptInRequired"), Status.UNAVAILABLE),
    "validation": (error("ValidationException"), Status.ERROR),
}
PHASES = {
    "first page": {"operation": "DescribeVpcs", "calls": {1}},
    "last page": {"operation": "DescribeVpcs", "calls": {2}},
    "JSON page": {"operation": "ListQueues", "calls": {1}},
    "XML page": {"operation": "DescribeDBInstances", "calls": {1}},
    "detail": {"operation": "GetBucketPolicy", "calls": {1}},
}
SERVICE = {
    "first page": "ec2",
    "last page": "ec2",
    "JSON page": "sqs",
    "XML page": "rds",
    "detail": "s3",
}


_UNDISTURBED = {}


async def undisturbed_keys(fake):
    """Return what a scan without faults finds; the fake answers the same every time."""
    if not _UNDISTURBED:
        found = await scan()
        assert found.summary.status == "complete"
        _UNDISTURBED["keys"] = found.keys()
        fake.journal.clear()
    return _UNDISTURBED["keys"]


def patience(fault):
    """Return the seconds after which a request is given up: few only where one hangs."""
    return 0.5 if fault.startswith("hang") else 30


@pytest.fixture
async def fake(monkeypatch):
    hurry(monkeypatch)
    async with organization(monkeypatch, accounts=2, volume=Volume(2, 1)) as running:
        yield running


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("fault", PASSING)
async def test_a_passing_fault_costs_a_retry_and_no_record(fake, fault, phase):
    undisturbed = await undisturbed_keys(fake)
    fake.faults.add(Rule(action=PASSING[fault], **PLACE, **PHASES[phase]))

    disturbed = await scan(request_timeout=patience(fault))

    assert disturbed.keys() == undisturbed
    assert {each.status for each in disturbed.outcomes.values()} == {Status.COMPLETE}
    # An aborted GET is repeated by the HTTP library itself, unseen.
    unseen = fault == "reset" and phase == "detail"
    retries = sum(each.retries for each in disturbed.outcomes.values())
    assert unseen or retries >= 1
    assert fake.journal.violations == []


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("fault", LASTING)
async def test_a_lasting_fault_is_told_where_it_is_and_nowhere_else(fake, fault, phase):
    action, status = LASTING[fault]
    undisturbed = await undisturbed_keys(fake)
    where = {key: value for key, value in PHASES[phase].items() if key != "calls"}
    fake.faults.add(Rule(action=action, **PLACE, **where))

    disturbed = await scan()

    unit = f"{VICTIM}/eu-west-1/{SERVICE[phase]}"
    others = [each for key, each in disturbed.outcomes.items() if key != unit]
    assert disturbed.outcomes[unit].status == status
    assert {each.status for each in others} == {Status.COMPLETE}
    missing = undisturbed - disturbed.keys()
    assert all(key.startswith(f"{VICTIM}|eu-west-1|") for key in missing)
    assert disturbed.keys() <= undisturbed
    if phase == "detail":
        assert not missing
        buckets = [each for each in disturbed.records if "Policy" in each.unread]
        assert {(each.account_id, each.region) for each in buckets} == {(VICTIM, "eu-west-1")}


@pytest.mark.parametrize("fault", PASSING)
async def test_a_passing_fault_while_entering_an_account_costs_nothing(fake, fault):
    if fault == "expired":
        pytest.skip("a refused central identity is no passing fault")
    undisturbed = await undisturbed_keys(fake)
    rule = Rule(action=PASSING[fault], operation="AssumeRole", account=VICTIM, calls={1})
    fake.faults.add(rule)

    disturbed = await scan(request_timeout=patience(fault))

    assert disturbed.keys() == undisturbed
    assert disturbed.summary.status == "complete"


async def test_an_account_that_refuses_the_role_costs_one_call_and_is_named(fake):
    fake.faults.add(Rule(action=denied(), operation="AssumeRole", account=VICTIM))

    found = await scan()

    assert fake.journal.count(operation="AssumeRole", account=VICTIM) == 1
    mine = [each for key, each in found.outcomes.items() if key.startswith(VICTIM)]
    assert len(mine) == SERVICES * len(REGIONS)
    assert {each.status for each in mine} == {Status.NOT_ATTEMPTED}
    assert list(found.summary.failed_accounts) == [VICTIM]
    assert "AssumeRole" in found.summary.failed_accounts[VICTIM]
    assert found.summary.status == "partial"


async def test_a_page_token_that_never_ends_is_told_and_not_followed_for_ever(fake):
    fake.faults.add(Rule(action=StuckToken(), operation="DescribeVpcs", **PLACE))

    found = await scan(types=["AWS::EC2::VPC"])

    outcome = found.outcomes[f"{VICTIM}/eu-west-1/ec2"]
    assert outcome.status is Status.ERROR
    assert "page token" in outcome.types["AWS::EC2::VPC"].error
    assert found.keys()


async def test_credentials_that_expire_in_mid_scan_are_renewed_for_every_account(fake):
    undisturbed = await undisturbed_keys(fake)
    rule = Rule(action=expired_token(), operation="ListQueues", calls={1}, apart=True)
    fake.faults.add(rule)

    disturbed = await scan()

    assert disturbed.keys() == undisturbed
    assert disturbed.summary.status == "complete"
    renewals = fake.journal.count(operation="AssumeRole")
    assert 2 < renewals <= 2 + 2 * len(REGIONS)


async def test_after_three_denies_by_scp_the_rest_of_a_service_there_is_not_called(fake):
    fake.faults.add(Rule(action=denied_by_scp(), service="ec2", **PLACE))

    found = await scan(types=["AWS::EC2::*"])

    assert fake.journal.count(service="ec2", **PLACE) == 3
    outcome = found.outcomes[f"{VICTIM}/eu-west-1/ec2"]
    assert {each.status for each in outcome.types.values()} == {Status.DENIED_SCP}
    others = [each for key, each in found.outcomes.items() if each is not outcome]
    assert {each.status for each in others} == {Status.COMPLETE}
