"""`scanner check` at the terminal and in pipelines."""

import json
from xml.etree import ElementTree as ET

import pytest

from tests.unit.analysis.support import OLD, write_run
from tests.unit.app.test_check import BAD, DENIED, GOOD, POLICIES, planted
from tests.unit.cli.test_catalogue import MINE


@pytest.fixture
def night(here):
    write_run(here / "scan", OLD, planted(OLD))
    (here / "p.yml").write_text(POLICIES)
    return here


def test_a_table_shows_controls_accounts_and_the_sum(night, run):
    done = run("check", "p.yml")

    assert done.code == 0
    assert "encrypted" in done.out
    assert BAD in done.out
    assert f"run {OLD}: " in done.out
    assert "passed of what was read" in done.out


def test_the_exit_code_tells_of_failures(night, run):
    assert run("check", "p.yml", "--exit-code").code == 1


def test_accepted_failures_do_not_count(night, run):
    (night / "e.yml").write_text(
        "exceptions: [{control: '*', reason: r, owner: o, expires: 2999-01-01}]"
    )

    done = run("check", "p.yml", "--exit-code", "--exceptions", "e.yml")

    assert done.code == 0
    assert "0 fail" in done.out


def test_an_expired_exception_is_said_and_fails_again(night, run):
    (night / "e.yml").write_text(
        "exceptions: [{control: '*', reason: r, owner: o, expires: 2020-01-01}]"
    )

    done = run("check", "p.yml", "--exit-code", "--exceptions", "e.yml")

    assert done.code == 1
    assert "expired 2020-01-01: the exception to * of o" in done.err


def test_programs_get_lines_of_ocsf(night, run):
    lines = run("check", "p.yml", "--format", "ocsf").out.splitlines()

    assert {json.loads(line)["class_uid"] for line in lines} == {2003}


def test_programs_get_the_summary_as_json(night, run):
    document = json.loads(run("check", "p.yml", "--json").out)

    assert set(document["accounts"]) == {GOOD, BAD, DENIED}
    assert document["controls"]["encrypted"]["failed"] == 1
    assert document["total"]["coverage"] < 100
    assert document["ous"]["unknown"]["failed"] == document["total"]["failed"]


def test_pipelines_get_junit_and_sarif(night, run):
    suites = ET.fromstring(run("check", "p.yml", "--format", "junit").out)
    sarif = json.loads(run("check", "p.yml", "--format", "sarif").out)

    assert {each.get("name") for each in suites} >= {"encrypted", "owned"}
    assert sarif["version"] == "2.1.0"
    assert sarif["runs"][0]["results"]


def test_policies_are_validated_without_a_run(here, run):
    (here / "p.yml").write_text(POLICIES)
    assert (
        run("check", "--validate", "p.yml").out == "5 controls and 0 exceptions are well-formed\n"
    )

    (here / "p.yml").write_text(POLICIES.replace("absent", "absent").replace("aws.sqs", "aws.sqss"))
    done = run("check", "--validate", "p.yml")
    assert done.code == 2
    assert done.err == "scanner: p.yml:3: resource 'aws.sqss' is unknown: did you mean 'aws.sqs'?\n"


def test_controls_are_listed(here, run):
    every = run("check", "--list").out

    assert "cis-aws-3/1.4" in every
    assert "cost/COST.1 " in every
    one = [json.loads(line) for line in run("check", "--list", "cost", "--json").out.splitlines()]
    assert one[0]["id"].startswith("cost/")
    assert all(each["remediation"] for each in one)


def test_the_schema_is_printed_for_editors(here, run):
    assert json.loads(run("check", "--schema").out)["required"] == ["policies"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name policies"),
        (("cis-aws-3",), "has no finished run latest"),
        (("cis-aws-3", "--run", OLD), "there is no run"),
    ],
)
def test_bad_input_is_one_line_and_code_2(here, run, arguments, said):
    done = run("check", *arguments)

    assert done.code == 2
    assert said in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--scan", "--run", "latest"), "--scan makes a run of its own: leave out --run"),
        (("--role", "audit"), "--role is for a scan: add --scan"),
        (("--types", "AWS::S3::*"), "--types is for a scan: add --scan"),
        (("--resume", "latest"), "--resume goes on with a scan: add --scan"),
        (("--scan", "--resume", "latest", "--types", "all"), "leave out --types"),
        (("--hub-region", "eu-west-1"), "add --security-hub"),
    ],
)
def test_what_contradicts_itself_is_refused(night, run, arguments, said):
    done = run("check", "p.yml", *arguments)

    assert done.code == 2
    assert said in done.err


def test_types_of_ones_own_may_be_a_directory_of_files(night, run):
    (night / "mine").mkdir()
    (night / "mine/things.py").write_text(MINE)

    assert run("check", "p.yml", "--types-from", "mine", "--validate").code == 0
    assert "no such file" in run("check", "p.yml", "--types-from", "other", "--validate").err
