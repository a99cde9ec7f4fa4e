"""What is broken costs little: the calls that a fake sees of accounts and regions that refuse."""

import pytest

from benchmarks.fake_aws import Rule, denied, denied_by_scp, server_error
from scanner.model.outcome import Status
from tests.faults.support import REGIONS, TYPES, hurry, organization, scan

WIDE = (
    *TYPES, "AWS::Lambda::Function", "AWS::ECS::Cluster", "AWS::Glue::Database",
    "AWS::SNS::Topic", "AWS::KMS::Key",
)  # fmt: skip


def calls_in(fake, account):
    """Count what was called with the account's own credentials."""
    return fake.journal.count(account=account) - entries(fake, account)


def entries(fake, account):
    return fake.journal.count(account=account, operation="AssumeRole")


@pytest.mark.parametrize("regions", [REGIONS, ("all",)], ids=["named", "discovered"])
@pytest.mark.parametrize("concurrency", [1, 64])
async def test_a_role_that_refuses_costs_one_call(monkeypatch, regions, concurrency):
    hurry(monkeypatch)
    async with organization(monkeypatch, accounts=3) as fake:
        refusing, *others = fake.organization.account_ids
        # Discovery enters the accounts where ListRegions is refused centrally.
        fake.faults.add(
            Rule(action=denied(), operation="AssumeRole", account=refusing),
            Rule(action=denied(), operation="ListRegions"),
        )
        scanned = await scan(types=WIDE, regions=regions, concurrency=concurrency)

        assert entries(fake, refusing) == 1
        assert calls_in(fake, refusing) == 0
        assert [entries(fake, each) for each in others] == [1, 1]
    units = [each for key, each in scanned.outcomes.items() if key.startswith(refusing)]
    assert len(units) > 8
    assert {each.status for each in units} == {Status.NOT_ATTEMPTED}
    assert {each.requests for each in units} == {0}


async def test_a_role_that_fails_in_passing_is_assumed_again_and_once_for_all_units(monkeypatch):
    hurry(monkeypatch)
    async with organization(monkeypatch, accounts=2) as fake:
        shaky = fake.organization.account_ids[0]
        fake.faults.add(
            Rule(action=server_error(503), operation="AssumeRole", account=shaky, calls={1, 2})
        )
        scanned = await scan(types=WIDE)

        assert entries(fake, shaky) == 3
    assert {each.status for each in scanned.outcomes.values()} == {Status.COMPLETE}


async def test_a_closed_region_is_learned_and_then_left_alone(monkeypatch):
    hurry(monkeypatch)
    async with organization(monkeypatch, accounts=3) as fake:
        shut = fake.organization.account_ids[1]
        services = ("ec2", "rds", "sqs", "lambda", "ecs", "glue", "sns")
        fake.faults.add(
            *(
                Rule(action=denied_by_scp(), account=shut, region="eu-west-1", service=service)
                for service in services
            )
        )
        scanned = await scan(types=WIDE, concurrency=1)

        asked = {
            each
            for each in services
            if fake.journal.count(account=shut, region="eu-west-1", service=each)
        }
        assert 3 <= len(asked) < len(services)
        assert fake.journal.count(account=shut, region="eu-west-1", service="kms") > 0
    here = {
        each.service: each for key, each in scanned.outcomes.items()
        if key.startswith(f"{shut}/eu-west-1/")
    }  # fmt: skip
    statuses = {service: here[service].status for service in services}
    assert set(statuses.values()) == {Status.DENIED_SCP}
    for service in set(services) - asked:
        (outcome,) = here[service].types.values()
        assert here[service].requests == 0
        assert "concluded from explicit denies" in outcome.error
    assert here["kms"].status is Status.COMPLETE
    rest = {
        key: each
        for key, each in scanned.outcomes.items()
        if each.service not in services or not key.startswith(f"{shut}/eu")
    }
    assert {each.status for each in rest.values()} == {Status.COMPLETE}
