"""A check of a run on disk: planted violations are found, and nothing is claimed of what is unread."""

import stat
from datetime import UTC, date, datetime

import pytest

from scanner.app.check import Checkup, accounts_of
from scanner.app.controls import find_checks
from scanner.model.errors import SettingsError
from scanner.model.outcome import Status
from scanner.output import read_findings
from scanner.output.layout import started
from scanner.policies.exemptions import Exemption
from tests.unit.analysis.support import NEW, OLD, record, write_run

GOOD, BAD, DENIED = "111111111111", "222222222222", "333333333333"
QUEUE, TOPIC = "AWS::SQS::Queue", "AWS::SNS::Topic"
POLICIES = """
policies:
- name: encrypted
  resource: aws.sqs
  metadata: {severity: high, title: Queues are encrypted}
  filters: [{KmsMasterKeyId: absent}]
- name: owned
  resource: aws.sqs
  filters: [{"tag:Owner": absent}]
- name: dead-letters
  resource: aws.sqs
  expect: region
  filters: [{"tag:Role": dead-letters}]
- name: one-audit-queue
  resource: aws.sqs
  expect: account
  filters: [{QueueName: audit}]
- name: topics
  resource: aws.sns
  filters: []
"""
LATER = datetime(2026, 11, 25, tzinfo=UTC)


def queue(id, account, run_id, *, encrypted=True, tags=None, region="eu-west-1"):
    return record(
        id, run_id, account_id=account, region=region, tags=tags,
        configuration={"QueueName": id} | ({"KmsMasterKeyId": "k"} if encrypted else {}),
    )  # fmt: skip


def planted(run_id, *, fixed=False, denied=DENIED):
    """Two accounts that can be read, one that denies, one region without the service."""
    complete = {QUEUE: Status.COMPLETE}
    return {
        (GOOD, "eu-west-1"): (complete, [
            queue("audit", GOOD, run_id, tags={"Owner": "a", "Role": "dead-letters"}),
            queue("unread", GOOD, run_id, tags=None),
        ]),
        (BAD, "eu-west-1"): (complete, [
            queue("open", BAD, run_id, encrypted=fixed, tags={"Owner": "b"}),
            queue("orphan", BAD, run_id, tags={}),
        ]),
        (BAD, "us-east-1"): ({QUEUE: Status.UNAVAILABLE}, []),
        (DENIED, "eu-west-1"): ({QUEUE: Status.DENIED if denied else Status.COMPLETE}, []),
    }  # fmt: skip


def checked(out, run_id, exemptions=(), now=LATER, policies=POLICIES):
    (out / "p.yml").write_text(policies)
    checks = find_checks([str(out / "p.yml")], started(run_id))
    return Checkup(out, run_id, checks, exemptions, now).run()


def found(answers):
    return {
        (each["compliance"]["control"], each["cloud"]["account"]["uid"],
         each["cloud"].get("region"), each["unmapped"]["resource_id"]):
        (each["unmapped"]["result"], each["unmapped"]["state"])
        for each in read_findings(answers.findings)
    }  # fmt: skip


def test_what_was_planted_is_found_and_nothing_else(tmp_path):
    write_run(tmp_path, OLD, planted(OLD))

    answers = checked(tmp_path, OLD)

    unknown, failed = ("unknown", "new"), ("fail", "new")
    assert found(answers) == {
        ("encrypted", BAD, "eu-west-1", "open"): failed,
        ("encrypted", DENIED, "eu-west-1", None): unknown,
        ("owned", GOOD, "eu-west-1", "unread"): unknown,
        ("owned", BAD, "eu-west-1", "orphan"): failed,
        ("owned", DENIED, "eu-west-1", None): unknown,
        ("dead-letters", BAD, "eu-west-1", None): failed,
        ("dead-letters", BAD, "us-east-1", None): unknown,
        ("dead-letters", DENIED, "eu-west-1", None): unknown,
        ("one-audit-queue", BAD, None, None): failed,
        ("one-audit-queue", DENIED, None, None): unknown,
        ("topics", GOOD, None, None): unknown,
        ("topics", BAD, None, None): unknown,
        ("topics", DENIED, None, None): unknown,
    }


def test_an_unknown_says_why(tmp_path):
    write_run(tmp_path, OLD, planted(OLD))

    reasons = {
        (each["compliance"]["control"], each["cloud"]["account"]["uid"]): each["compliance"][
            "status_detail"
        ]
        for each in read_findings(checked(tmp_path, OLD).findings)
        if each["unmapped"]["result"] == "unknown"
    }

    assert reasons["encrypted", DENIED] == "denied"
    assert reasons["owned", GOOD] == "Tags could not be read"
    assert reasons["topics", GOOD] == "AWS::SNS::Topic: the run did not look for it"


def test_the_percentage_is_of_what_was_read_with_the_coverage_beside_it(tmp_path):
    write_run(tmp_path, OLD, planted(OLD))

    counts = checked(tmp_path, OLD).tally.by_control()["encrypted"]

    assert (counts.passed, counts.failed, counts.unknown) == (3, 1, 1)
    assert counts.percent == 75
    assert counts.coverage == pytest.approx(100 * 2 / 3)


def test_states_follow_a_finding_from_run_to_run(tmp_path):
    key = ("encrypted", BAD, "eu-west-1", "open")
    third = "20261125T010000Z-00000c"
    states = []
    for run_id, fixed in ((OLD, False), (NEW, True), (third, False)):
        write_run(tmp_path, run_id, planted(run_id, fixed=fixed))
        states.append(found(checked(tmp_path, run_id))[key])

    assert states == [("fail", "new"), ("pass", "resolved"), ("fail", "reopened")]


def test_a_finding_keeps_its_id_and_when_it_was_first_seen(tmp_path):
    lines = []
    for run_id in (OLD, NEW):
        write_run(tmp_path, run_id, planted(run_id))
        (line,) = [
            each for each in read_findings(checked(tmp_path, run_id).findings)
            if each["unmapped"]["resource_id"] == "open"
        ]  # fmt: skip
        lines.append(line)
    first, second = (each["finding_info"] for each in lines)

    assert first["uid"] == second["uid"]
    assert first["first_seen_time"] == second["first_seen_time"] < second["last_seen_time"]
    assert lines[1]["unmapped"]["state"] == "open"


def test_to_check_a_run_again_changes_nothing(tmp_path):
    write_run(tmp_path, OLD, planted(OLD))
    write_run(tmp_path, NEW, planted(NEW, fixed=True))
    checked(tmp_path, OLD)

    again = [found(checked(tmp_path, NEW)) for _ in range(2)]

    assert again[0] == again[1]
    assert again[0]["encrypted", BAD, "eu-west-1", "open"] == ("pass", "resolved")


def test_what_is_not_read_any_more_is_unknown_and_not_resolved(tmp_path):
    write_run(tmp_path, OLD, planted(OLD))
    units = planted(NEW)
    units[BAD, "eu-west-1"] = ({QUEUE: Status.THROTTLED}, [])
    write_run(tmp_path, NEW, units)
    checked(tmp_path, OLD)

    answers = found(checked(tmp_path, NEW))

    assert answers["encrypted", BAD, "eu-west-1", "open"] == ("unknown", "open")
    assert answers["encrypted", BAD, "eu-west-1", None] == ("unknown", "new")


def test_a_place_that_is_read_again_is_resolved(tmp_path):
    write_run(tmp_path, OLD, planted(OLD))
    write_run(tmp_path, NEW, planted(NEW, denied=None))
    checked(tmp_path, OLD)

    assert found(checked(tmp_path, NEW))["encrypted", DENIED, "eu-west-1", None] == (
        "pass",
        "resolved",
    )


def test_an_older_run_does_not_turn_back_what_is_known(tmp_path):
    write_run(tmp_path, OLD, planted(OLD))
    write_run(tmp_path, NEW, planted(NEW, fixed=True))
    assert checked(tmp_path, NEW).remembered
    before = (tmp_path / "state" / "findings.sqlite").read_bytes()

    assert not checked(tmp_path, OLD).remembered
    assert (tmp_path / "state" / "findings.sqlite").read_bytes() == before


def test_an_exception_shows_a_failure_as_suppressed_and_never_hides_it(tmp_path):
    write_run(tmp_path, OLD, planted(OLD))
    exemption = Exemption(
        "encrypted", "a test queue", "ann", date(2026, 12, 1), BAD, resource="op*"
    )

    answers = checked(tmp_path, OLD, [exemption])

    (line,) = [each for each in read_findings(answers.findings) if each["status"] == "Suppressed"]
    assert line["unmapped"]["resource_id"] == "open"
    assert line["unmapped"]["exception"] == {
        "reason": "a test queue",
        "owner": "ann",
        "expires": "2026-12-01",
    }
    counts = answers.tally.by_control()["encrypted"]
    assert (counts.failed, counts.suppressed, counts.percent) == (0, 1, 75)


def test_an_expired_exception_fails_again(tmp_path):
    write_run(tmp_path, OLD, planted(OLD))
    exemption = Exemption("*", "a test", "ann", date(2026, 11, 24))

    assert checked(tmp_path, OLD, [exemption], LATER).tally.total.suppressed == 0
    on_the_day = datetime(2026, 11, 24, 23, 59, tzinfo=UTC)
    assert checked(tmp_path, OLD, [exemption], on_the_day).tally.total.failed == 0


def test_files_are_private(tmp_path):
    write_run(tmp_path, OLD, planted(OLD))

    answers = checked(tmp_path, OLD)

    assert answers.findings.parent == tmp_path / "findings" / "dt=2026-11-23"
    for path in (answers.findings, tmp_path / "state" / "findings.sqlite"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in answers.findings.parent.iterdir()] == [answers.findings.name]


RULES = """
from scanner.model.control import Control, rule

@rule(Control("Q1", "Queues have names", ("AWS::SQS::Queue",)))
def named(queue):
    return queue["QueueName"] != "open"

@rule(Control("Q2", "Queues have what nothing has", ("AWS::SQS::Queue",)))
def broken(queue):
    return queue["NoSuchMember"]
"""


def test_a_rule_in_python_is_judged_likewise_and_its_failure_is_unknown(tmp_path):
    write_run(tmp_path, OLD, planted(OLD))
    (tmp_path / "rules.py").write_text(RULES)
    checks = find_checks([str(tmp_path / "rules.py")], started(OLD))

    answers = Checkup(tmp_path, OLD, checks, (), LATER).run()

    results = found(answers)
    assert results["Q1", BAD, "eu-west-1", "open"] == ("fail", "new")
    assert ("Q1", BAD, "eu-west-1", "orphan") not in results
    assert results["Q2", BAD, "eu-west-1", "open"] == ("unknown", "new")
    assert answers.tally.by_control()["Q2"].passed == 0


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("cis-aws-4", "'cis-aws-4' is no file, pack or plugin: did you mean 'cis-aws-3'"),
        ("gone.yml", "gone.yml can't be read"),
        ("empty.py", "has no rules"),
        ("typo.py", "type AWS::SQS::Queu did you mean 'AWS::SQS::Queue'"),
        ("broken.py", "ZeroDivisionError"),
    ],
)
def test_what_can_not_be_found_is_said_before_anything_runs(tmp_path, monkeypatch, name, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.py").write_text("")
    (tmp_path / "broken.py").write_text("1 / 0")
    (tmp_path / "typo.py").write_text(RULES.replace("AWS::SQS::Queue", "AWS::SQS::Queu"))

    with pytest.raises(SettingsError, match=said):
        find_checks([name], LATER)


def test_a_policy_that_breaks_on_a_resource_does_not_know(tmp_path):
    group = record(
        "sg", OLD, resource_type="AWS::EC2::SecurityGroup", configuration={"GroupId": "sg"}
    )
    complete = {"AWS::EC2::SecurityGroup": Status.COMPLETE}
    write_run(tmp_path, OLD, {(GOOD, "eu-west-1"): (complete, [group])})
    policies = (
        "policies: [{name: g, resource: security-group, filters: [{type: ingress, Ports: [22]}]}]"
    )

    answers = checked(tmp_path, OLD, policies=policies)

    assert found(answers) == {("g", GOOD, "eu-west-1", "sg"): ("unknown", "new")}


def test_accounts_come_with_their_names_and_units_from_the_plan():
    account = {
        "id": "1",
        "name": "prod",
        "partition": "aws",
        "ou": "r/ou-a",
        "roles": [],
        "visit": {},
    }

    found = accounts_of({"plan": {"accounts": [account]}})

    assert (found["1"].name, found["1"].ou) == ("prod", "r/ou-a")
    assert accounts_of({}) == {}


def test_what_a_policy_does_not_apply_to_neither_passes_nor_fails(tmp_path):
    write_run(tmp_path, OLD, planted(OLD))
    policies = "policies: [{name: p, resource: sqs, when: [{QueueName: open}], filters: [{KmsMasterKeyId: absent}]}]"

    answers = checked(tmp_path, OLD, policies=policies)

    counts = answers.tally.by_control()["p"]
    assert (counts.passed, counts.failed, counts.unknown) == (0, 1, 1)


def test_where_it_is_not_known_whether_a_policy_applies_the_answer_is_not(tmp_path):
    write_run(tmp_path, OLD, planted(OLD))
    policies = "policies: [{name: p, resource: sqs, when: [{'tag:Owner': present}], filters: [{QueueName: x}]}]"

    assert found(checked(tmp_path, OLD, policies=policies)) == {
        ("p", GOOD, "eu-west-1", "unread"): ("unknown", "new"),
        ("p", DENIED, "eu-west-1", None): ("unknown", "new"),
    }
