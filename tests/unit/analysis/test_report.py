"""What a report shows is what ledger, records and findings say; memory stays bounded."""

import json
import re
import subprocess
from itertools import chain
from shutil import which

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.analysis.lines import read_head
from scanner.analysis.report import course, heat, inventory
from scanner.analysis.report.counts import Counts
from scanner.analysis.report.course import STEPS, Pace, Scopes
from scanner.analysis.report.findings import Findings
from scanner.analysis.report.heat import HeatMap
from scanner.analysis.report.inventory import Rows, Tags
from scanner.analysis.report.page import SCRIPTS, _asset, as_json, compose
from scanner.model.errors import OutputError
from scanner.model.outcome import Outcome, Status, TypeOutcome
from scanner.output.encode import encode_record
from tests.unit.analysis.support import ACCOUNT, record

QUEUE, TOPIC = "AWS::SQS::Queue", "AWS::SNS::Topic"
OTHER = "222222222222"


def outcome(account=ACCOUNT, region="eu-west-1", service="sqs", types=None, **more):
    ends = types or {QUEUE: TypeOutcome(Status.COMPLETE, 3)}
    return Outcome(account, region, service, Status.COMPLETE, ends, **more)


def rows_of(table):
    """Turn a table's columns back into rows."""
    columns = [
        [each["names"][value] for value in each["values"]] if "names" in each else each["values"]
        for each in table["columns"]
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def test_counts_add_up_in_each_way_and_tell_what_was_not_planned_before():
    before, now = Counts(), Counts()
    before.add(outcome())
    now.add(outcome(types={QUEUE: TypeOutcome(Status.COMPLETE, 5)}))
    now.add(outcome(OTHER, "us-east-1", "sns", {TOPIC: TypeOutcome(Status.DENIED, 0, "no")}))

    tables = now.tables(before, {OTHER: "team"})

    assert rows_of(tables["types"]) == [[QUEUE, 5, 2, 100.0], [TOPIC, 0, None, 0.0]]
    assert rows_of(tables["accounts"]) == [
        [ACCOUNT, "", 5, 2, 100.0],
        [OTHER, "team", 0, None, 0.0],
    ]
    assert rows_of(tables["services"]) == [["sqs", 5, 2, 100.0], ["sns", 0, None, 0.0]]
    assert now.percent == 50.0


def test_without_an_earlier_run_nothing_is_compared():
    counts = Counts()
    counts.add(outcome())

    assert rows_of(counts.tables(None, {})["regions"]) == [["eu-west-1", 3, 100.0]]
    assert Counts().percent is None


def test_the_map_says_why_a_cell_is_not_whole_and_puts_the_darkest_account_first():
    found = HeatMap()
    denied = f"{OTHER}: sts:AssumeRole arn:{OTHER}:x: AccessDenied: a long story"
    found.add(outcome())
    found.add(outcome(OTHER, "global", "iam", {"A": TypeOutcome(Status.DENIED, 0, denied)}))
    found.add(outcome(OTHER, "global", "s3", {"B": TypeOutcome(Status.DENIED, 0, denied)}))

    shown = found.document({ACCOUNT: "core"})

    assert shown["accounts"] == [OTHER, ACCOUNT]
    assert shown["names"] == ["", "core"]
    assert shown["regions"] == ["global", "eu-west-1"]
    assert shown["cells"][0] == [[0, 0, 2, 4, 0, 1, 0], None]
    assert shown["cells"][1] == [None, [1, 0, 1, 0, 3, 0, 0]]
    assert shown["why"] == [[], [[0, [0, 1]]]]
    assert shown["reasons"] == [("denied", "sts:AssumeRole arn:ACCOUNT:x: AccessDenied")]
    assert shown["services"] == ["iam", "s3"]


def test_a_cell_names_few_reasons_and_counts_the_others(monkeypatch):
    monkeypatch.setattr(heat, "MOST_KINDS", 20)
    found = HeatMap()
    for number in range(30):
        error = TypeOutcome(Status.ERROR, 0, f"operation{number}: code")
        found.add(outcome(types={"A": error}))
        found.add(outcome(OTHER, types={"A": error}))

    shown = found.document({})

    (cell, *_), *_ = shown["cells"]
    assert len(shown["reasons"]) == 21
    assert len(shown["why"][cell[5]]) == heat.MOST_REASONS
    assert cell[6] == 30 - heat.MOST_REASONS


def test_the_pace_of_a_run_keeps_the_number_of_requests():
    pace = Pace("2026-11-24T01:00:00Z", "2026-11-24T01:05:00Z")
    pace.add(outcome(started_at="2026-11-24T01:00:00Z", duration_ms=60_000, requests=600))
    pace.add(outcome(started_at="2026-11-24T01:04:59Z", duration_ms=90_000, throttles=4))
    pace.add(outcome(requests=7))

    shown = pace.document()
    step = shown["at"][1] - shown["at"][0]

    assert step == 300 / STEPS
    assert sum(shown["requests"]) * step == pytest.approx(600, rel=0.01)
    assert sum(shown["throttles"]) * step == pytest.approx(4, rel=0.01)
    assert shown["throttles"][-1] == 2.0


def test_the_slowest_and_the_most_throttled_scopes_are_kept_and_no_others(monkeypatch):
    monkeypatch.setattr(course, "MOST_SCOPES", 3)
    scopes = Scopes()
    for number in range(100):
        scopes.add(outcome(str(number), duration_ms=number, throttles=1 if number < 50 else 0))
    scopes.add(outcome("x", throttles=9))

    found = {row[0] for row in rows_of(scopes.table())}

    assert {"99", "98", "97", "x"} <= found
    assert len(found) == 6
    assert max(len(scopes._slow), len(scopes._throttled)) < 12


def heads(*records):
    return [read_head(encode_record(each).rstrip(b"\n")) for each in records]


@given(st.dictionaries(st.text(), st.text(), max_size=4), st.text(), st.text())
def test_the_head_of_any_line_is_read_whatever_its_tags_and_names(tags, name, id):
    tags |= {"configuration": "{", ',"configuration":{': name}
    made = record(id, resource_name=name, tags=tags, configuration={"configuration": {"a": 1}})

    (head,) = heads(made)

    assert (head["resource_id"], head["resource_name"], head["tags"]) == (id, name, tags)
    assert "configuration" not in head


@pytest.mark.parametrize("text", [b"", b"{}", b'{"a":1', b'nonsense,"configuration":{'])
def test_what_is_no_record_is_told(text):
    with pytest.raises(OutputError, match="no record"):
        read_head(text)


def test_tags_that_were_not_read_are_not_taken_for_none(monkeypatch):
    monkeypatch.setattr(inventory, "MOST_KEYS", 2)
    tags = Tags()
    for each in heads(
        record("a", tags={"owner": "x", "env": "p"}), record("b", tags={"owner": "y", "rare": "1"}),
        record("c", tags={}), record("d", tags=None),
    ):  # fmt: skip
        tags.add(each)

    shown = tags.document()

    assert (shown["resources"], shown["read"], shown["tagged"], shown["other"]) == (4, 3, 2, 1)
    assert rows_of(shown["types"]) == [[QUEUE, 4, 3, 2, pytest.approx(66.67, rel=0.01)]]
    assert [row[:2] for row in rows_of(shown["keys"])] == [["owner", 2], ["env", 1]]


def test_no_records_have_no_tags():
    assert Tags().document()["percent"] is None


def test_of_too_many_records_each_type_has_its_share():
    rows = Rows(10, {QUEUE: 90, TOPIC: 10})
    for number in range(90):
        rows.add(*heads(record(f"q{number}")))
    for number in range(10):
        rows.add(*heads(record(f"t{number}", resource_type=TOPIC, resource_name="n", tags=None)))

    found = rows_of(rows.table())

    assert len(rows) == 10
    assert [row[0] for row in found] == [QUEUE] * 9 + [TOPIC]
    assert found[0] == [QUEUE, ACCOUNT, "eu-west-1", "q0", None, None, ""]
    assert found[-1][3:] == ["t0", "n", None, None]


def finding(control="c-1", result="fail", status="New", severity=(4, "High"), **resource):
    return {
        "severity_id": severity[0], "severity": severity[1], "status": status,
        "compliance": {"control": control, "standards": ["fsbp"], "status_detail": "why"},
        "finding_info": {"title": "A title"}, "unmapped": {"state": "new", "result": result},
        "cloud": {"account": {"uid": ACCOUNT}},
        "resources": [{"type": QUEUE, "uid": "arn:q"} | resource],
    }  # fmt: skip


def test_findings_add_up_by_control_and_the_newest_check_of_each_counts():
    found = Findings(2)
    found.add([finding(), finding(name="q"), finding(result="unknown"),
               finding(status="Suppressed"), finding(result="pass", status="Resolved")])  # fmt: skip
    found.add([finding(), finding("c-2", severity=(5, "Critical"))])

    shown = found.document()

    assert rows_of(shown["controls"]) == [
        ["Critical", "c-2", "A title", 1, 0, 0, 0],
        ["High", "c-1", "A title", 2, 1, 1, 1],
    ]
    assert (shown["failed"], shown["checks"], shown["left_out"]) == (3, 2, 3)
    assert [row[6] for row in rows_of(shown["rows"])] == ["arn:q", "q"]


def test_a_run_that_nobody_checked_has_no_findings():
    assert Findings(9).document() is None


HOSTILE = (
    "</script><script>alert(1)</script><!--\u2028\u2029&amp;=cmd|' /C calc'!A0\u202e\U0001f600"
)


@given(st.text())
def test_data_can_neither_end_nor_begin_an_element(text):
    written = as_json({"text": text + HOSTILE})

    assert not re.search(rb"[<>&]|\xe2\x80[\xa8\xa9]", written)
    assert json.loads(written) == {"text": text + HOSTILE}


def test_the_page_has_its_scripts_and_a_policy_that_allows_nothing_else():
    page = compose({"text": HOSTILE}, {"columns": [HOSTILE]}).decode()

    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert page.count("<script") == page.count("</script>") == 4
    assert "alert(1)" not in re.sub(r"\\u003cscript\\u003ealert\(1\)", "", page)
    assert not re.search(r'(src|href)="(?!#)', page)


def test_the_parts_of_the_script_are_well_formed_and_never_parse_text_as_html():
    text = "\n".join(map(_asset, SCRIPTS))
    if which("node"):
        checking = ["node", "--input-type=module", "--check"]
        assert subprocess.run(checking, input=text.encode(), check=False).returncode == 0

    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)


def test_a_column_of_few_words_keeps_each_once():
    table = Rows(9, {QUEUE: 2})
    for each in heads(record("a"), record("b")):
        table.add(each)

    kinds = {each["title"]: each.get("names") for each in table.table()["columns"]}
    assert kinds["Type"] == [QUEUE]
    assert orjson.dumps(list(chain(*rows_of(table.table())))).count(b"SQS") == 2
