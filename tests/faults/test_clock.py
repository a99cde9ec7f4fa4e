"""A machine whose clock is wrong scans as if it were right, after one refusal."""

import time

import pytest

from benchmarks.fake_aws import Rule, Volume, error
from scanner.model.outcome import Status
from tests.faults.support import REGIONS, TYPES, hurry, organization, scan

HOUR = 3600.0
ACCOUNTS = 3
PLACES = len(TYPES) * ACCOUNTS * len(REGIONS)


class Clock:
    """AWS's time: ahead of this machine's, more so once `jumps` says so."""

    def __init__(self, ahead, jumps=lambda: False):
        self._ahead = ahead
        self.jumps = jumps

    def __call__(self):
        return time.time() + self._ahead + (HOUR if self.jumps() else 0)


@pytest.mark.parametrize("ahead", [2 * HOUR, -2 * HOUR, 365 * 24 * HOUR, 301.0])
async def test_one_refusal_tells_the_time_to_every_client_and_lease(monkeypatch, ahead):
    hurry(monkeypatch)
    options = {"clock": Clock(ahead), "verify": True, "volume": Volume(2, 1)}
    async with organization(monkeypatch, ACCOUNTS, **options) as fake:
        found = await scan()
    assert {each.status for each in found.outcomes.values()} == {Status.COMPLETE}
    assert len(found.outcomes) == PLACES
    assert found.summary.status == "complete"
    assert fake.journal.faults == {"skewed": 1}
    assert fake.journal.count(operation="AssumeRole") == ACCOUNTS


@pytest.mark.parametrize("ahead", [0.0, -2 * HOUR])
@pytest.mark.parametrize("type", TYPES)
async def test_a_clock_set_in_mid_run_costs_no_record_and_no_renewal(monkeypatch, type, ahead):
    """Each protocol has words of its own: EC2's are those of refused credentials."""
    hurry(monkeypatch)
    clock = Clock(ahead)
    async with organization(monkeypatch, 1, clock=clock, verify=True) as fake:
        clock.jumps = lambda: fake.journal.count(operation="AssumeRole")
        found = await scan(types=[type])
    assert {each.status for each in found.outcomes.values()} == {Status.COMPLETE}
    assert fake.journal.count(operation="AssumeRole") == 1
    assert sum(each.retries for each in found.outcomes.values()) == (
        fake.journal.faults["skewed"] - bool(ahead)
    )


async def test_a_clock_that_aws_can_not_be_right_about_is_told(monkeypatch):
    """No time satisfies this AWS: the retry is refused like the call."""
    hurry(monkeypatch)
    async with organization(monkeypatch, 1) as fake:
        fake.faults.add(Rule(action=error("RequestTimeTooSkewed"), operation="DescribeVpcs"))
        found = await scan(types=["AWS::EC2::VPC"])
        assert fake.journal.count(operation="DescribeVpcs") == 2 * len(REGIONS)
    for outcome in found.outcomes.values():
        assert outcome.status is Status.ERROR
        assert "clock" in outcome.types["AWS::EC2::VPC"].error
