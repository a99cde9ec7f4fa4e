"""Findings as others read them: OCSF by its published schema, JUnit, SARIF."""

import json
from datetime import date
from itertools import product
from pathlib import Path
from xml.etree import ElementTree as ET

import orjson
import pytest
from jsonschema import Draft202012Validator

from scanner.findings.junit import junit
from scanner.findings.ocsf import Letterhead, as_ocsf
from scanner.findings.reported import Reported, Suppression
from scanner.findings.sarif import driver, results
from scanner.findings.tally import Tally
from scanner.model.control import Control, Severity
from scanner.model.finding import Finding, Result, State, Subject
from scanner.model.target import Account

OCSF = Draft202012Validator(
    json.loads((Path(__file__).parent / "ocsf-1.3.0.json").read_text(encoding="utf-8"))
)
MOMENT = "2026-11-24T01:00:00Z"
HEAD = Letterhead("20261124T010000Z-00000b", MOMENT, "0.1.0", {"1": Account("1", "prod")})
WHOLE = Control(
    "fsbp/S3.8", "Buckets block public access", ("AWS::S3::Bucket",), Severity.HIGH, "why", "how",
    ("https://example.org",), "FSBP",
)  # fmt: skip
BARE = Control("own", "Mine", ("AWS::S3::Bucket",))
BUCKET = Subject("1", "eu-west-1", "AWS::S3::Bucket", "b", "b", "arn:aws:s3:::b")
PLACE = Subject("2", None, "AWS::S3::Bucket")
EXCEPTION = Suppression("a website", "ann", date(2027, 1, 31))


def reported(control=WHOLE, subject=BUCKET, result=Result.FAIL, state=State.NEW, exception=None):
    reason = "denied" if result is Result.UNKNOWN else None
    return Reported(Finding(control, subject, result, reason), state, MOMENT, MOMENT, exception)


@pytest.mark.parametrize(
    ("control", "subject", "result", "state", "exception"),
    [*product((WHOLE, BARE), (BUCKET, PLACE), Result, State, (None, EXCEPTION))],
)
def test_every_finding_is_valid_by_the_published_schema(control, subject, result, state, exception):
    line = as_ocsf(reported(control, subject, result, state, exception), HEAD)

    assert [each.message for each in OCSF.iter_errors(orjson.loads(orjson.dumps(line)))] == []
    assert line["type_uid"] == 200300 + line["activity_id"]


@pytest.mark.parametrize("name", ["class_uid", "finding_info", "cloud", "time"])
def test_the_schema_misses_what_is_not_there(name):
    line = as_ocsf(reported(), HEAD)
    del line[name]

    assert not OCSF.is_valid(line)


def test_an_unknown_is_unknown_in_ocsf():
    line = as_ocsf(reported(result=Result.UNKNOWN), HEAD)

    assert (line["compliance"]["status"], line["compliance"]["status_detail"]) == (
        "Unknown",
        "denied",
    )
    assert line["cloud"]["account"]["name"] == "prod"


def test_the_same_control_and_resource_have_the_same_id_and_others_another():
    subjects = (
        BUCKET,
        PLACE,
        Subject("1", "eu-west-1", "AWS::S3::Bucket"),
        Subject("1", None, "AWS::S3::Bucket", ""),
    )
    ids = [
        Finding(control, each, result).uid
        for control in (WHOLE, BARE)
        for each in subjects
        for result in Result
    ]

    assert len(set(ids)) == 8


def lines(*given):
    return [as_ocsf(each, HEAD) for each in given]


def test_junit_has_a_suite_a_control_and_a_case_an_account():
    tally = Tally()
    given = [
        reported(), reported(subject=PLACE, result=Result.UNKNOWN), reported(BARE, exception=EXCEPTION),
    ]  # fmt: skip
    for each in given:
        tally.finding(each.finding, suppressed=each.suppression is not None)
    tally.passes(WHOLE.id, "3", 7)
    text = "\n".join(junit(tally, [WHOLE, BARE], lines(*given)))

    root = ET.fromstring(text)
    cases = {
        (suite.get("name"), case.get("name")): [child.tag for child in case]
        for suite in root for case in suite
    }  # fmt: skip
    assert cases == {
        ("fsbp/S3.8", "1"): ["failure"], ("fsbp/S3.8", "2"): ["error"], ("fsbp/S3.8", "3"): [],
        ("own", "1"): ["skipped"],
    }  # fmt: skip
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("4", "1", "1")
    assert "arn:aws:s3:::b" in root[0][0][0].text


def test_junit_survives_any_name():
    control = Control("a<&\"'\x00b", "t<>\x1b", ("T",))
    finding = reported(control, Subject("1", "r", "T", "<&\x00>"))
    tally = Tally()
    tally.finding(finding.finding, suppressed=False)

    assert ET.fromstring("\n".join(junit(tally, [control], lines(finding)))) is not None


def test_sarif_says_kind_level_and_suppression():
    given = lines(
        reported(), reported(subject=PLACE, result=Result.UNKNOWN), reported(BARE, exception=EXCEPTION),
        reported(result=Result.PASS, state=State.RESOLVED),
    )  # fmt: skip
    found = list(results([WHOLE, BARE], given))

    assert [(each["kind"], each["level"]) for each in found] == [
        ("fail", "error"), ("open", "none"), ("fail", "warning"), ("pass", "none"),
    ]  # fmt: skip
    assert found[2]["suppressions"] == [{"kind": "external", "justification": "a website (ann)"}]
    assert found[3]["baselineState"] == "absent"
    rules = {each["id"] for each in driver([WHOLE, BARE], "1")["rules"]}
    assert {each["ruleId"] for each in found} <= rules


def test_the_share_of_nothing_is_no_share():
    assert Tally().total.percent is None
    assert Tally().total.coverage is None
