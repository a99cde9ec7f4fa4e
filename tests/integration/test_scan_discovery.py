"""From a user's selection to a plan: which accounts and regions a scan visits, and why."""

import json
from dataclasses import replace

import pytest

import scanner as library
from benchmarks.fake_aws import Member, Options, Organization, Rule, Volume, denied, serve
from scanner.model.outcome import Status
from tests.unit.app.support import (
    ROLE,
    environment,
    ledger,
    outcome_facts,
    point_here,
    scanner,
)

REGIONS = ("us-east-1", "eu-west-1", "eu-central-1", "ap-east-1")
CENTRAL = "999999999999"
TYPE = "AWS::EC2::VPC"
_PLAIN = Organization.of(6, regions=REGIONS, units=2)
_FIRST, _WITH_AP, *_OTHERS = _PLAIN.members
ORGANIZATION = replace(
    _PLAIN,
    members=(
        _WITH_AP,
        *(replace(m, disabled_regions=frozenset(["ap-east-1"])) for m in (_FIRST, *_OTHERS)),
        Member("100000000099", "closed", status="SUSPENDED"),
    ),
)
IDS = _PLAIN.account_ids


@pytest.fixture
async def fake(monkeypatch):
    async with serve(ORGANIZATION, Options(volume=Volume(1, 1))) as running:
        point_here(monkeypatch, environment(running))
        yield running


async def visited(**options):
    """Scan one type, and tell in which regions of which accounts it was looked for."""
    sink = library.MemorySink()
    summary = await library.scan(sink=sink, role=ROLE, types=TYPE, **options)
    found = {}
    for outcome in sink.outcomes:
        found.setdefault(outcome.account_id, {})[outcome.region] = outcome.status
    return summary, found


ON = dict.fromkeys(("us-east-1", "eu-west-1", "eu-central-1"), Status.COMPLETE)
ALL_ON = ON | {"ap-east-1": Status.COMPLETE}


async def test_by_default_all_active_members_and_their_enabled_regions(fake):
    summary, found = await visited()

    assert found == {each: ALL_ON if each == IDS[1] else ON for each in IDS}
    assert summary.manifest["accounts"] | {"failed": []} == {
        "discovered": 8, "selected": 6, "entered": 6, "failed": []
    }  # fmt: skip


async def test_only_the_accounts_named_are_visited(fake):
    _, found = await visited(accounts=[IDS[2], IDS[4]])

    assert found == {IDS[2]: ON, IDS[4]: ON}
    assert fake.journal.count(account=IDS[0]) == 0


async def test_accounts_by_unit_and_without_the_excluded(fake):
    unit = ORGANIZATION.units[0].id
    below = {each.id for each in _PLAIN.members if each.parent == unit}
    _, found = await visited(ou=unit, exclude_accounts=IDS[0], regions="us-east-1")

    assert found.keys() == below - {IDS[0]}


async def test_accounts_by_a_tag_of_their_file(fake, tmp_path):
    accounts = [
        {"account_id": each, "tags": {"environment": name}}
        for each, name in zip(IDS, ("prod", "dev", "prod-eu", "dev", "dev", "dev"), strict=True)
    ]
    (tmp_path / "accounts.json").write_text(json.dumps(accounts))
    _, found = await visited(
        accounts=f"@{tmp_path}/accounts.json", account_tag="environment=prod*", regions="us-east-1"
    )

    assert found.keys() == {IDS[0], IDS[2]}


async def test_a_region_glob_takes_what_is_enabled(fake):
    _, found = await visited(accounts=IDS[0], regions="eu-*")

    assert found == {IDS[0]: {"eu-west-1": Status.COMPLETE, "eu-central-1": Status.COMPLETE}}


async def test_a_disabled_region_that_was_named_is_planned_never_called_and_unavailable(fake):
    summary, found = await visited(accounts=IDS[0], regions="us-east-1,ap-east-1")

    assert found == {IDS[0]: {"us-east-1": Status.COMPLETE, "ap-east-1": Status.UNAVAILABLE}}
    assert (summary.status, summary.manifest["planned"]) == ("complete", 2)
    assert fake.journal.count(account=IDS[0], region="ap-east-1") == 0


async def test_a_region_that_aws_does_not_have_is_refused(fake):
    with pytest.raises(library.SettingsError, match="'eu-west-9': did you mean 'eu-west-1'"):
        await visited(regions="eu-west-9")


async def test_regions_that_cannot_be_learned_are_assumed_and_the_run_is_partial(fake):
    fake.faults.add(
        Rule(action=denied(), operation="ListRegions"),
        Rule(action=denied(), operation="DescribeRegions", account=IDS[3]),
    )
    summary, found = await visited(accounts=[IDS[0], IDS[3]], concurrency=500)

    assert found[IDS[0]] == ON
    assert ON.keys() < found[IDS[3]].keys()
    assert "ap-east-1" not in found[IDS[3]]
    assert summary.status == "partial"
    assert summary.failed_accounts.keys() == {IDS[3]}
    assert "ec2:DescribeRegions" in summary.failed_accounts[IDS[3]]


async def test_the_management_account_is_scanned_by_the_central_identity_itself(fake):
    _, without = await visited(regions="us-east-1")
    fake.journal.clear()
    _, found = await visited(regions="us-east-1", include_management=True)

    assert CENTRAL not in without
    assert found[CENTRAL] == {"us-east-1": Status.COMPLETE}
    assert fake.journal.count(operation="AssumeRole", account=CENTRAL) == 0
    assert fake.journal.count(operation="DescribeVpcs", account=CENTRAL) == 1


async def test_suspended_accounts_are_left_out(fake):
    _, found = await visited(regions="us-east-1")

    assert "100000000099" not in found
    with pytest.raises(library.DiscoveryError, match="SUSPENDED"):
        await visited(accounts="100000000099")


async def test_a_c7n_org_file_works_unchanged_roles_regions_and_secrets_by_account(fake, tmp_path):
    hub, spoke = IDS[0], IDS[1]
    (tmp_path / "accounts.yml").write_text(
        f"""
        accounts:
        - account_id: "{hub}"
          name: hub
          role: arn:aws:iam::{hub}:role/custodian
          regions: [eu-west-1]
        - account_id: "{spoke}"
          name: spoke
          role:
            - arn:aws:iam::{hub}:role/step
            - arn:aws:iam::{spoke}:role/custodian
          external_id: very-secret-of-spoke
          regions: [us-east-1, eu-central-1]
        """
    )
    summary, found = await visited(accounts=f"@{tmp_path}/accounts.yml")

    assert found == {
        hub: {"eu-west-1": Status.COMPLETE},
        spoke: {"us-east-1": Status.COMPLETE, "eu-central-1": Status.COMPLETE},
    }
    assert fake.journal.count(operation="AssumeRole", account=hub) == 2
    assert fake.journal.count(operation="AssumeRole", account=spoke) == 1
    assert "very-secret" not in json.dumps(dict(summary.manifest))


async def test_an_account_twice_with_other_settings_is_refused(fake, tmp_path):
    (tmp_path / "a.json").write_text(json.dumps([{"account_id": IDS[0], "role": "other"}]))
    with pytest.raises(library.SettingsError, match=f"names {IDS[0]} twice"):
        await visited(accounts=f"@{tmp_path}/a.json,{IDS[0]}")


async def test_everything_excluded_is_no_success(fake, tmp_path):
    arguments = ("scan", "--role", ROLE, "--exclude-accounts", ",".join(IDS), "--types", TYPE)
    ended = await scanner(arguments, tmp_path, environment(fake))

    assert ended.code == 4
    assert ended.err.startswith("scanner: no account to scan: ")
    assert ended.err.count("\n") == 1
    assert not (tmp_path / "scan/runs").exists()


async def test_a_glob_that_leaves_no_region_is_no_success(fake, tmp_path):
    arguments = ("scan", "--role", ROLE, "--accounts", IDS[0], "--types", TYPE)
    ended = await scanner((*arguments, "--regions", "ap-*"), tmp_path, environment(fake))

    assert ended.code == 4
    assert "nothing to scan" in ended.err


async def test_scanner_accounts_shows_what_a_scan_then_does(fake, tmp_path):
    options = ("--role", ROLE, "--regions", "us-east-1,ap-*", "--exclude-accounts", IDS[5])
    shown = await scanner(("accounts", *options, "--json"), tmp_path, environment(fake))
    rows = {each["account_id"]: each for each in json.loads(shown.out)}
    ended = await scanner(("scan", *options, "--types", TYPE), tmp_path, environment(fake))
    planned = outcome_facts(ledger(tmp_path / "scan"))

    assert (shown.code, ended.code) == (0, 0)
    assert {each for each in rows if rows[each]["included"]} == set(IDS[:5])
    assert {f"{each}/{region}/ec2" for each in rows for region in rows[each]["regions"]} == set(
        planned
    )
    assert "SUSPENDED" in rows["100000000099"]["reason"]
    assert "--exclude-accounts" in rows[IDS[5]]["reason"]
    assert "management" in rows[CENTRAL]["reason"]


async def test_the_table_of_accounts_has_a_line_for_each(fake, tmp_path):
    fake.faults.add(Rule(action=denied(), operation="ListRegions"))
    fake.faults.add(Rule(action=denied(), operation="DescribeRegions", account=IDS[0]))
    shown = await scanner(("accounts", "--role", ROLE), tmp_path, environment(fake))
    lines = shown.out.splitlines()

    assert shown.code == 0
    assert lines[-1] == "6 of 8 accounts"
    assert len(lines) == 1 + 8 + 1
    assert any(IDS[0] in line and "assumed: " in line for line in lines)
    assert any(CENTRAL in line and " out " in line for line in lines)
