"""`scanner doctor` against the fake: each thing that can be wrong is told, with its remedy."""

import json
import time
from dataclasses import replace

import pytest

import scanner as library
from benchmarks.fake_aws import (
    Options,
    Organization,
    Rule,
    Volume,
    denied,
    denied_by_scp,
    error,
    serve,
)
from scanner.app.doctor import Severity, examine
from scanner.aws.request import ASSUME, READS
from scanner.model.errors import SettingsError
from scanner.settings import Settings
from tests.unit.app.support import ROLE, environment, point_here, scanner

REGIONS = ("us-east-1", "eu-west-1", "ap-east-1")
SERVICES = ("sqs",)
SECRET = "correct-horse-battery-staple"
ORGANIZATION = Organization.of(4, regions=REGIONS, units=2)
IDS = ORGANIZATION.account_ids
OK, WARNING, PROBLEM, FATAL = Severity


def running(monkeypatch, organization=ORGANIZATION, **options):
    """Serve a fake, with this process's SDK pointed at it once it runs."""

    class Running:
        async def __aenter__(self):
            self._served = serve(organization, Options(volume=Volume(1, 1), **options))
            fake = await self._served.__aenter__()
            point_here(monkeypatch, environment(fake))
            return fake

        async def __aexit__(self, *failure):
            await self._served.__aexit__(*failure)

    return Running()


@pytest.fixture
async def fake(monkeypatch):
    async with running(monkeypatch) as served:
        yield served


class Found:
    def __init__(self, examination):
        self.examination = examination

    def of(self, topic, severity=None):
        return [
            each for each in self.examination.diagnoses
            if each.topic == topic and severity in (None, each.severity)
        ]  # fmt: skip

    def only(self, topic, severity):
        (found,) = self.of(topic, severity)
        return found

    @property
    def wrong(self):
        return {(e.severity, e.topic) for e in self.examination.diagnoses if e.severity is not OK}


@pytest.fixture
def examined(tmp_path):
    async def run(sample=1, **options):
        defaults = {"role": ROLE, "services": SERVICES, "out": tmp_path / "scan"}
        return Found(await examine(Settings.of(**defaults | options), sample))

    return run


async def test_an_organization_that_is_well_has_nothing_but_ok(fake, examined):
    found = await examined()

    assert found.wrong == set()
    assert found.examination.exit_code == 0
    assert "arn:aws:iam::999999999999:user/central" in found.only("identity", OK).text
    assert "environment variables" in found.only("identity", OK).text
    assert "its management account" in found.only("organization", OK).text
    assert "4 of 5 accounts" in found.only("accounts", OK).text
    assert found.only("roles", OK).accounts == IDS
    assert found.only("regions", OK).names == tuple(sorted(REGIONS))
    assert fake.journal.violations == []


async def test_nothing_but_reads_is_sent_and_each_call_once(fake, examined):
    await examined()

    for call in fake.journal.calls:
        name = f"{call.service}:{call.operation}"
        assert name == ASSUME or READS.match(call.operation), name
    inside = {call: n for call, n in fake.journal.calls.items() if call.service in SERVICES}
    assert {call.account for call in inside} == {IDS[0]}
    assert {call.region for call in inside} == {"us-east-1"}
    assert set(inside.values()) == {1}
    assert fake.journal.count(operation="AssumeRole") == 4


@pytest.mark.parametrize(("sample", "tried"), [(0, 0), (2, 2), (9, 4), (None, 4)])
async def test_a_sample_is_as_large_as_was_asked(fake, examined, sample, tried):
    found = await examined(sample=sample)

    assert len({call.account for call in fake.journal.calls if call.service == "sqs"}) == tried
    assert len(found.only("permissions", OK).accounts) == tried


async def test_a_caller_without_credentials_can_scan_nothing(fake, examined, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    found = await examined()

    assert found.wrong == {(FATAL, "identity")}
    assert "no AWS credentials" in found.only("identity", FATAL).text
    assert found.examination.exit_code == 4
    assert found.examination.forecast is None


async def test_a_clock_that_aws_refuses_is_told(fake, examined):
    told = "Signature expired: 20261124T080000Z is now earlier than 20261124T081000Z"
    fake.faults.add(Rule(action=error("SignatureDoesNotMatch", 403, told), service="sts"))
    found = await examined()

    assert "set this machine's clock" in found.only("identity", FATAL).text


@pytest.mark.parametrize(("seconds", "severity"), [(100, WARNING), (-280, PROBLEM)])
async def test_a_clock_that_is_off_is_told(monkeypatch, examined, seconds, severity):
    async with running(monkeypatch, clock=lambda: time.time() - seconds):
        found = await examined()

    assert "chrony" in found.only("clock", severity).remedy
    assert found.wrong == {(severity, "clock")}


@pytest.mark.parametrize(
    ("operation", "options"),
    [
        ("ListAccounts", {}),
        ("DescribeOrganization", {}),
        ("ListParents", {"ou": ORGANIZATION.units[0].id}),
        ("ListAccountsForParent", {"ou": ORGANIZATION.units[0].id}),
        ("ListOrganizationalUnitsForParent", {"ou": "r-fake"}),
        ("ListTagsForResource", {"account_tag": {"team": "*"}}),
    ],
)
async def test_what_the_selection_needs_of_organizations_is_named(
    fake, examined, operation, options
):
    fake.faults.add(Rule(action=denied(), service="organizations", operation=operation))
    found = await examined(**options)
    action = f"organizations:{operation}"
    told = found.only("organization", PROBLEM)

    assert told.names == (action,)
    assert f"allow {action}" in told.remedy
    assert "scanner iam --document central" in told.remedy
    assert "member role" not in told.text
    assert (FATAL, "accounts") in found.wrong
    assert found.examination.exit_code == 4


async def test_where_accounts_are_named_organizations_need_not_answer(fake, examined):
    fake.faults.add(Rule(action=denied(), service="organizations"))
    found = await examined(accounts=IDS[0])

    assert found.wrong == {(WARNING, "organization")}
    assert found.examination.exit_code == 0


async def test_without_an_organization_accounts_must_be_named(fake, examined):
    fake.faults.add(
        Rule(action=error("AWSOrganizationsNotInUseException"), service="organizations")
    )
    found = await examined()

    assert {e.remedy for e in found.of("organization")} == {
        "name the accounts: --accounts ID,ID or @FILE"
    }


async def test_organizations_in_trouble_is_no_matter_of_permissions(fake, examined):
    fake.faults.add(Rule(action=error("Oddity"), operation="DescribeOrganization"))
    found = await examined(include_management=True)

    assert "try again" in found.only("organization", WARNING).remedy


async def test_a_delegated_administrator_knows_that_it_is_one(monkeypatch, examined):
    fine = replace(ORGANIZATION, central="888888888888")
    async with running(monkeypatch, fine) as fake:
        fake._directory._organization = ORGANIZATION
        found = await examined()

    assert (
        "delegated administrator (the management account is 9"
        in found.only("organization", OK).text
    )


async def test_nobody_to_scan_is_fatal(fake, examined):
    found = await examined(exclude_accounts=IDS)

    assert "scanner accounts" in found.only("accounts", FATAL).remedy
    assert found.examination.exit_code == 4


async def test_a_role_that_refuses_is_told_by_cause_with_the_accounts(fake, examined):
    fake.faults.add(Rule(action=denied(), operation="AssumeRole", account=IDS[1]))
    fake.faults.add(Rule(action=denied(), operation="AssumeRole", account=IDS[3]))
    fake.faults.add(
        Rule(action=error("RegionDisabledException"), operation="AssumeRole", account=IDS[2])
    )
    found = await examined()
    many, one = found.of("roles", PROBLEM)

    assert (many.accounts, one.accounts) == ((IDS[1], IDS[3]), (IDS[2],))
    assert "2 of 4 accounts" in many.text
    assert "arn:aws:iam::ACCOUNT:role" in many.text
    assert f"scanner iam --role {ROLE} --document template" in many.remedy
    assert "RegionDisabledException" in one.text
    assert "--exclude-accounts" in one.remedy
    assert found.only("roles", OK).accounts == (IDS[0],)
    assert found.examination.exit_code == 3


async def test_a_role_that_refuses_everywhere_leaves_nothing_to_scan(fake, examined):
    fake.faults.add(Rule(action=denied(), operation="AssumeRole"))
    found = await examined()

    assert "scanner iam --document central" in found.only("roles", FATAL).remedy
    assert "SCANNER_EXTERNAL_ID" in found.only("roles", FATAL).remedy
    assert (found.examination.exit_code, found.examination.forecast) == (4, None)


@pytest.mark.parametrize(
    ("message", "remedy"),
    [
        ("because no identity-based policy allows the sts:AssumeRole action", "assume it"),
        ("with an explicit deny in a service control policy", "exempt the role"),
    ],
)
async def test_aws_says_at_times_whose_policy_is_in_the_way(fake, examined, message, remedy):
    refusal = error("AccessDenied", 403, f"not authorized to perform: sts:AssumeRole {message}")
    fake.faults.add(Rule(action=refusal, operation="AssumeRole", account=IDS[0]))
    told = (await examined()).only("roles", PROBLEM)

    assert remedy in told.remedy
    assert "template" not in told.remedy


def guarded(*numbers):
    members = [
        replace(each, external_id=SECRET if number in numbers else "")
        for number, each in enumerate(ORGANIZATION.members)
    ]
    return replace(ORGANIZATION, members=tuple(members))


async def test_a_role_that_insists_on_the_external_id_is_well(monkeypatch, examined):
    async with running(monkeypatch, guarded(0, 1, 2, 3)) as fake:
        found = await examined(external_id=SECRET)

        assert found.wrong == set()
        assert found.only("external id", OK).accounts == IDS
        assert fake.journal.count(operation="AssumeRole") == 8


async def test_a_role_that_lets_strangers_in_is_told(monkeypatch, examined):
    async with running(monkeypatch, guarded(1, 3)) as fake:
        found = await examined(external_id=SECRET)
        told = found.only("external id", WARNING)

        assert told.accounts == (IDS[0], IDS[2])
        assert "confused deputy" in told.text
        assert "scanner iam --document trust" in told.remedy
        assert found.examination.exit_code == 0
        assert fake.journal.violations == []


async def test_a_wrong_external_id_lets_nobody_in(monkeypatch, examined):
    async with running(monkeypatch, guarded(0, 1, 2, 3)):
        told = (await examined(external_id="another")).only("roles", FATAL)

    assert "names the external id that was given" in told.remedy
    assert "another" not in repr(told)


async def test_without_an_external_id_no_stranger_is_tried(monkeypatch, examined):
    async with running(monkeypatch, guarded(0)) as fake:
        found = await examined()

        assert found.of("external id") == []
        assert found.only("roles", PROBLEM).accounts == (IDS[0],)
        assert fake.journal.count(operation="AssumeRole") == 4


async def test_a_test_of_strangers_that_fails_is_not_taken_for_a_refusal(fake, examined):
    fake.faults.add(Rule(action=error("Oddity"), operation="AssumeRole", apart=True, calls={2}))
    found = await examined(external_id=SECRET)

    assert found.only("external id", WARNING).accounts == IDS
    assert found.of("external id", OK) == []


async def test_the_callers_own_account_has_no_role_to_test(fake, examined):
    found = await examined(include_management=True, external_id=SECRET)

    assert len(found.only("roles", OK).accounts) == 5
    assert fake.journal.count(operation="AssumeRole") == 8


DENIALS = [
    # operation, the action it needs
    ("ListQueues", "sqs:ListQueues"),
    ("GetQueueAttributes", "sqs:GetQueueAttributes"),
    ("ListPolicyTags", "iam:ListPolicyTags"),
    ("ListBuckets", "s3:ListAllMyBuckets"),
    ("GetBucketPolicy", "s3:GetBucketPolicy"),
    ("DescribeDBInstances", "rds:DescribeDBInstances"),
    ("GetAccountSummary", "iam:GetAccountSummary"),
]


@pytest.mark.parametrize(("operation", "action"), DENIALS)
async def test_an_action_that_the_role_lacks_is_named(fake, examined, operation, action):
    fake.faults.add(Rule(action=denied(), operation=operation))
    service = action.partition(":")[0]
    found = await examined(services=service)
    told = found.only("permissions", PROBLEM)

    assert action in told.names
    assert action in told.text
    assert told.accounts == (IDS[0],)
    assert f"scanner iam --document policy --services {service}" in told.remedy
    assert found.examination.exit_code == 3


async def test_the_action_that_aws_names_is_believed(fake, examined):
    told = "User: x is not authorized to perform: kms:Decrypt on resource: y"
    fake.faults.add(Rule(action=error("AccessDenied", 403, told), operation="GetQueueAttributes"))

    assert (await examined()).only("permissions", PROBLEM).names == ("kms:Decrypt",)


async def test_a_service_control_policy_is_told_apart(fake, examined):
    fake.faults.add(Rule(action=denied_by_scp(), service="sqs"))
    told = (await examined()).only("permissions", PROBLEM)

    assert "a service control policy denies" in told.text
    assert "exempt" in told.remedy
    assert "scanner iam" not in told.remedy


async def test_tags_in_bulk_are_tried_once_an_account(fake, examined):
    fake.faults.add(Rule(action=denied(), operation="GetResources"))
    found = await examined(sample=2, services="acm-pca,athena")

    assert fake.journal.count(operation="GetResources") == 2
    assert found.only("permissions", PROBLEM).names == ("tag:GetResources",)
    assert found.only("permissions", PROBLEM).remedy.endswith("scanner iam --document policy")


async def test_where_no_type_has_its_tags_in_bulk_they_are_not_tried(fake, examined):
    await examined(types="AWS::IAM::InstanceProfile", services="iam")

    assert fake.journal.count(operation="GetResources") == 0


async def test_what_is_not_available_is_counted_and_no_problem(fake, examined):
    fake.faults.add(Rule(action=error("UnknownOperationException"), operation="ListQueues"))
    found = await examined()

    assert found.wrong == set()
    assert "1 types are not available there" in found.only("permissions", OK).text


async def test_what_could_not_be_told_is_a_warning(fake, examined):
    fake.faults.add(Rule(action=error("Oddity"), operation="ListQueues"))
    found = await examined()

    assert "sqs: ListQueues: Oddity" in found.only("permissions", WARNING).text
    assert found.examination.exit_code == 0


async def test_a_region_that_is_not_enabled_is_told(monkeypatch, examined):
    off = frozenset(["ap-east-1"])
    some = (*ORGANIZATION.members[:3], replace(ORGANIZATION.members[3], disabled_regions=off))
    async with running(monkeypatch, replace(ORGANIZATION, members=some)):
        told = (await examined(regions="us-east-1,ap-east-1")).only("regions", WARNING)
        assert (told.names, told.accounts) == (("ap-east-1",), (IDS[3],))
        assert "not enabled everywhere" in told.text

    everyone = tuple(replace(each, disabled_regions=off) for each in ORGANIZATION.members)
    async with running(monkeypatch, replace(ORGANIZATION, members=everyone)):
        told = (await examined(regions="us-east-1,ap-east-1")).only("regions", WARNING)
        assert "enabled in no account" in told.text


async def test_a_region_that_aws_does_not_know_is_bad_input(fake, examined):
    with pytest.raises(SettingsError, match="us-east-11"):
        await examined(regions="us-east-11")


async def test_regions_that_cannot_be_learned_make_the_night_partial(fake, examined):
    fake.faults.add(Rule(action=denied(), operation="ListRegions"))
    assert (await examined()).wrong == set()

    fake.faults.add(Rule(action=denied(), operation="DescribeRegions"))
    found = await examined()
    assert found.only("regions", PROBLEM).accounts == IDS
    assert "account:ListRegions" in found.only("regions", PROBLEM).remedy


async def test_services_that_are_nowhere_leave_nothing_to_scan(fake, examined):
    found = await examined(services="connect", regions="ap-east-1")

    assert (FATAL, "accounts") in found.wrong


async def test_an_output_that_is_no_directory_is_fatal_and_the_rest_is_still_told(
    fake, examined, tmp_path
):
    (tmp_path / "file").write_text("")
    found = await examined(out=tmp_path / "file")

    assert found.wrong == {(FATAL, "output")}
    assert found.examination.forecast.calls > 0


WIDE = 0.02
"""How far a forecast from a sample may be off, and one from the run before."""


async def test_the_forecast_is_what_the_scan_then_sends(fake, examined, tmp_path):
    types = {"services": ("sqs", "iam", "s3", "lambda", "athena", "ecs")}
    guess = (await examined(**types)).examination.forecast
    fake.journal.clear()
    summary = await library.scan(role=ROLE, out=tmp_path / "scan", **types)
    sent = fake.journal.requests
    known = (await examined(sample=0, **types)).examination.forecast

    assert guess.units == known.units == summary.manifest["planned"]
    assert (guess.known, known.known) == (0.0, 1.0)
    assert guess.calls == pytest.approx(sent, rel=WIDE)
    assert known.calls == pytest.approx(sent, rel=0.001)
    assert guess.records == pytest.approx(summary.manifest["records"], rel=WIDE)
    assert known.records == summary.manifest["records"]
    written = sum(each["bytes"] for each in summary.manifest["files"])
    assert known.output_bytes == pytest.approx(written, rel=0.01)
    assert guess.output_bytes == pytest.approx(written, rel=0.5)


async def test_the_newest_finished_run_is_judged_by(fake, examined, tmp_path):
    summary = await library.scan(role=ROLE, out=tmp_path / "scan", services=SERVICES)
    unfinished = tmp_path / "scan/runs/20990101T000000Z-000000"
    unfinished.mkdir()
    (unfinished / "plan.json").write_text("{}")
    found = await examined()

    assert found.examination.forecast.known == 1.0
    assert f"run {summary.run_id}" in found.only("forecast", OK).text


async def test_a_run_that_is_damaged_tells_nothing_but_that(fake, examined, tmp_path):
    await library.scan(role=ROLE, out=tmp_path / "scan", services=SERVICES)
    (manifest,) = tmp_path.glob("scan/runs/*/manifest.json")
    manifest.write_text("{")
    found = await examined()

    assert found.wrong == {(WARNING, "forecast")}
    assert "damaged" in found.only("forecast", WARNING).text
    assert found.examination.forecast.known == 0.0


async def test_a_forecast_from_first_pages_says_where_there_are_more(monkeypatch, examined):
    async with running(monkeypatch, volumes={"sqs:ListQueues": Volume(2, 3)}):
        told = (await examined()).only("forecast", OK).text

    assert told.startswith("at least ")
    assert "more than a page of AWS::SQS::Queue" in told


async def test_a_session_that_cannot_be_renewed_is_told_and_no_refusal(monkeypatch, examined):
    async with running(monkeypatch, ttl=0.001) as fake:
        again = Rule(action=denied(), operation="AssumeRole", account=IDS[0], calls=range(2, 99))
        fake.faults.add(again)
        found = await examined()

    tags, queues = found.of("permissions", WARNING)
    assert "sts:AssumeRole" in queues.text
    assert "tags in bulk" in tags.text
    assert found.of("permissions", PROBLEM) == []


async def test_the_command_prints_a_table_and_exits_by_the_worst(tmp_path):
    async with serve(ORGANIZATION, Options(volume=Volume(1, 1))) as fake:
        fake.faults.add(Rule(action=denied(), operation="ListQueues"))
        arguments = ["doctor", "--role", ROLE, "--services", "sqs,iam", "--external-id", SECRET]
        table = await scanner(arguments, tmp_path, environment(fake))
        plain = await scanner([*arguments, "--json", "--all"], tmp_path, environment(fake))

    assert (table.code, plain.code) == (3, 3)
    assert "sqs:ListQueues" in table.out.splitlines()[1]
    assert table.out.rstrip().endswith("a scan would be partial")
    assert SECRET not in table.out + table.err + plain.out + plain.err
    found = json.loads(plain.out)
    assert (found["severity"], found["exit_code"]) == ("problem", 3)
    assert found["diagnoses"][0]["names"] == ["sqs:ListQueues"]
    assert found["diagnoses"][0]["accounts"] == list(IDS)
    assert found["forecast"]["calls"] > 0
    assert [path.name for path in tmp_path.rglob("*")] == ["scan"]
