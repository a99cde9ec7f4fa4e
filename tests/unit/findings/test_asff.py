"""Findings as Security Hub takes them: valid by botocore's model and by its limits, and lasting."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import product

import botocore.session
import pytest
from botocore.validate import ParamValidator

from scanner.findings.asff import Address, as_asff
from scanner.findings.imports import REFRESH, importing
from scanner.findings.memory import remembering
from scanner.findings.ocsf import Letterhead, as_ocsf
from scanner.findings.reported import Reported
from scanner.model.control import Control, Severity
from scanner.model.finding import Finding, Result, State, Subject
from tests.unit.findings.test_formats import (
    BARE,
    BUCKET,
    EXCEPTION,
    HEAD,
    MOMENT,
    PLACE,
    WHOLE,
    reported,
)

CENTRAL = "123456789012"
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
ADDRESS = Address(
    CENTRAL, "aws", "us-east-1", "2026-11-24T02:00:00Z", {"awss3bucket": "AwsS3Bucket"}
)
SHAPE = (
    botocore.session.get_session()
    .get_service_model("securityhub")
    .operation_model("BatchImportFindings")
    .input_shape
)
LIMITS = {"Title": 256, "Description": 1024, "Id": 512, "GeneratorId": 512}
LARGE = 240 * 1000


def written(*given, address=ADDRESS, **options):
    return as_asff(as_ocsf(reported(*given, **options), HEAD), address)


@pytest.mark.parametrize(
    ("control", "subject", "result", "state", "exception"),
    [*product((WHOLE, BARE), (BUCKET, PLACE), Result, State, (None, EXCEPTION))],
)
def test_every_finding_is_valid_by_botocores_model(control, subject, result, state, exception):
    line = written(control, subject, result, state, exception)

    assert not ParamValidator().validate({"Findings": [line]}, SHAPE).has_errors()
    assert line["RecordState"] == ("ARCHIVED" if state is State.RESOLVED or exception else "ACTIVE")
    assert not {"Workflow", "Note"} & line.keys()


def test_a_finding_is_the_central_accounts_and_tells_where_the_resource_is():
    line = written()

    assert line["AwsAccountId"] == CENTRAL
    assert line["ProductArn"] == (
        f"arn:aws:securityhub:eu-west-1:{CENTRAL}:product/{CENTRAL}/default"
    )
    assert line["Resources"] == [
        {"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::b", "Partition": "aws", "Region": "eu-west-1"}
    ]
    assert line["ProductFields"]["scanner/account_id"] == "1"
    assert line["Compliance"] == {"Status": "FAILED", "RelatedRequirements": ["FSBP/S3.8"]}
    assert line["FindingProviderFields"]["Severity"] == {"Label": "HIGH"}


def test_what_is_in_no_region_goes_to_the_central_one_and_all_may():
    everything = Address(CENTRAL, "aws", "eu-central-1", "m", {}, everything_there=True)

    assert ":us-east-1:" in written(subject=PLACE)["ProductArn"]
    assert ":eu-central-1:" in written(address=everything)["ProductArn"]


def test_unknown_is_not_available_and_says_why():
    compliance = written(result=Result.UNKNOWN)["Compliance"]

    assert compliance["Status"] == "NOT_AVAILABLE"
    assert compliance["StatusReasons"] == [
        {"ReasonCode": "COULD_NOT_BE_READ", "Description": "denied"}
    ]


def test_an_exception_fails_still_and_is_archived_with_its_reason():
    line = written(exception=EXCEPTION)

    assert (line["Compliance"]["Status"], line["RecordState"]) == ("FAILED", "ARCHIVED")
    assert "a website (ann, until 2027-01-31)" in str(line["Compliance"]["StatusReasons"])


def test_the_longest_finding_keeps_the_limits():
    long = "ä" * 70_000
    control = Control(long, long, (long,), Severity.LOW, long, long, (long,), long)
    subject = Subject("1", "eu-west-1", long, long, long, long)
    given = Reported(
        Finding(control, subject, Result.UNKNOWN, long), State.NEW, MOMENT, MOMENT, EXCEPTION
    )
    head = Letterhead(HEAD.run_id, MOMENT, "0", HEAD.accounts)
    line = as_asff(as_ocsf(given, head), ADDRESS)

    assert len(json.dumps(line, ensure_ascii=False).encode()) < LARGE
    assert {name: len(line[name]) <= most for name, most in LIMITS.items()} == dict.fromkeys(
        LIMITS, True
    )
    assert not ParamValidator().validate({"Findings": [line]}, SHAPE).has_errors()


@pytest.fixture
def memory(tmp_path):
    path = tmp_path / "findings.sqlite"
    with remembering(path, HEAD.run_id, MOMENT, [WHOLE]) as known:
        known.recall(Finding(WHOLE, BUCKET, Result.FAIL))
    return path


def moment(days=0):
    return f"{NOW + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"


def due(path, *lines, days=0):
    """Return which are due, and note these as sent."""
    with importing(path, moment(days)) as known:
        found = [each for each in lines if known.is_due(each)]
        for each in found:
            known.note(each)
        return found


def test_a_finding_is_sent_once_then_when_it_changes(memory):
    first, same = written(), written(state=State.OPEN)
    changed = written(result=Result.UNKNOWN, state=State.OPEN)

    assert due(memory, first) == [first]
    assert due(memory, same, days=1) == []
    assert due(memory, changed, days=2) == [changed]
    assert due(memory, first, days=3) == [first]


def test_what_is_still_open_is_sent_again_before_security_hub_forgets_it(memory):
    assert due(memory, written())
    assert due(memory, written(), days=REFRESH.days - 1) == []
    assert due(memory, written(), days=REFRESH.days)


def test_what_is_over_is_archived_once_and_never_made(memory):
    over = written(result=Result.PASS, state=State.RESOLVED)

    assert due(memory, over) == []
    assert due(memory, written())
    assert due(memory, over) == [over]
    assert due(memory, over) == []
    assert due(memory, over, days=REFRESH.days) == []


def test_what_was_resolved_while_an_import_failed_is_archived_by_the_next(memory):
    assert due(memory, written())
    with closing(sqlite3.connect(memory)) as connection, connection:
        connection.execute("UPDATE findings SET state = 'resolved'")

    with importing(memory, moment(1)) as known:
        [line] = known.left()
        known.note(line)
        assert known.left() == []

    assert (line["RecordState"], line["Compliance"]["Status"]) == ("ARCHIVED", "PASSED")
    assert line["UpdatedAt"] == moment(1)
    assert not ParamValidator().validate({"Findings": [line]}, SHAPE).has_errors()
