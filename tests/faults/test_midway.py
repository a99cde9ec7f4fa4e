"""What goes wrong half-way: the role is deleted, pages go in circles. What was had stays."""

import pytest

from benchmarks.fake_aws import Rule, SamePage, Volume, denied, error, expired_token
from scanner.model.outcome import Status
from tests.faults.support import REGIONS, SERVICES, TYPES, hurry, organization, scan, scan_files

PAGES = 4


@pytest.fixture
async def fake(monkeypatch):
    hurry(monkeypatch)
    async with organization(monkeypatch, 2, volume=Volume(PAGES, 2)) as running:
        yield running


def delete_role(fake, account, after):
    """From its `after`-th call on, an account refuses its sessions and lets nobody in anew."""
    fake.faults.add(
        Rule(action=denied(), account=account, operation="AssumeRole", calls=range(2, 1000)),
        Rule(action=expired_token(), account=account, calls=range(after + 1, 1000)),
    )


@pytest.mark.parametrize("after", [2, 9, 17, 30])
async def test_a_role_deleted_in_mid_scan_ends_its_account_and_keeps_what_was_had(
    fake, tmp_path, after
):
    victim, spared = fake.organization.account_ids
    delete_role(fake, victim, after)
    found = await scan_files(tmp_path, types=TYPES, concurrency=4)
    entries = fake.journal.count(operation="AssumeRole", account=victim)
    fake.faults.clear()
    whole = await scan_files(tmp_path, resume="latest")

    mine = {key: each for key, each in found.outcomes.items() if each.account_id == victim}
    there = {key.replace(spared, victim) for key in found.keys(spared)}
    assert len(mine) == SERVICES * len(REGIONS)
    assert {each.status for each in mine.values()} <= {Status.COMPLETE, Status.NOT_ATTEMPTED}
    for outcome in mine.values():
        for kind, each in outcome.types.items():
            listed = {key for key in there if f"|{outcome.region}|{kind}|" in key}
            had = {key for key in found.keys(victim) if f"|{outcome.region}|{kind}|" in key}
            assert len(had) == each.records
            assert had == listed if each.status is Status.COMPLETE else "AssumeRole" in each.error
    assert entries == 2
    assert found.summary.failed_accounts.keys() == {victim}
    assert found.summary.status == "partial"
    assert whole.summary.status == "complete"
    assert whole.keys(victim) == there
    assert whole.keys(spared) == found.keys(spared)


async def test_a_page_that_comes_twice_adds_nothing_and_loses_nothing(fake):
    victim, spared = fake.organization.account_ids
    for call in (1, 3, 4):
        where = {"account": victim, "region": REGIONS[0], "operation": "DescribeVpcs"}
        fake.faults.add(Rule(action=SamePage(), calls={call}, **where))
    found = await scan(types=["AWS::EC2::VPC"])
    assert found.summary.status == "complete"
    assert fake.journal.count(**where) == PAGES + 3
    assert found.keys(victim) == {key.replace(spared, victim) for key in found.keys(spared)}


@pytest.mark.parametrize("type", ["AWS::EC2::VPC", "AWS::SQS::Queue", "AWS::RDS::DBInstance"])
async def test_a_page_that_comes_for_ever_is_told_and_not_followed(fake, type):
    victim, _ = fake.organization.account_ids
    fake.faults.add(Rule(action=SamePage(), account=victim, region=REGIONS[0]))
    found = await scan(types=[type])
    (struck,) = (each for each in found.outcomes.values() if not each.status.settled)
    assert (struck.account_id, struck.region, struck.status) == (victim, REGIONS[0], Status.ERROR)
    assert "RepeatedPage" in struck.types[type].error


async def test_a_list_whose_token_expired_is_not_begun_anew_and_resumes_to_the_whole(
    fake, tmp_path
):
    victim, spared = fake.organization.account_ids
    where = {"account": victim, "region": REGIONS[0], "operation": "DescribeDBInstances"}
    fake.faults.add(Rule(action=error("ExpiredNextTokenException"), calls={3}, **where))
    found = await scan_files(tmp_path, types=["AWS::RDS::DBInstance"])
    asked = fake.journal.count(**where)
    whole = await scan_files(tmp_path, resume="latest")

    struck = found.outcomes[f"{victim}/{REGIONS[0]}/rds"]
    assert (struck.status, asked) == (Status.ERROR, 3)
    assert struck.records == len(found.keys(victim)) - PAGES * 2 == 2 * 2
    assert whole.summary.status == "complete"
    assert whole.keys(victim) == {key.replace(spared, victim) for key in whole.keys(spared)}
