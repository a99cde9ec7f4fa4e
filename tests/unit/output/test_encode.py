"""Records and outcomes as JSON."""

import base64
import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType

import pytest

from scanner.model.outcome import Outcome, Status, TypeOutcome
from scanner.output.encode import (
    decode_outcome,
    encode_document,
    encode_outcome,
    encode_record,
    timestamp,
)
from tests.unit.output.support import record, unit


def configuration(**values):
    line = encode_record(replace(record(unit()), configuration=values))
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    return json.loads(line)["configuration"]


def test_a_record_keeps_every_field_in_order():
    of = record(unit(), 7, "x")
    line = json.loads(encode_record(of))
    assert line == asdict(of)
    assert list(line) == list(asdict(of))


def test_times_are_utc_with_a_z():
    tokyo = datetime(2026, 11, 24, 17, 6, 19, tzinfo=timezone(timedelta(hours=9)))
    utc = datetime(2026, 11, 24, 8, 6, 19, tzinfo=UTC)
    assert configuration(A=utc)["A"] == "2026-11-24T08:06:19Z"
    assert datetime.fromisoformat(configuration(A=tokyo)["A"]) == utc
    assert timestamp(tokyo) == "2026-11-24T08:06:19Z"


def test_bytes_become_base64():
    assert base64.b64decode(configuration(A=b"\x00\xff")["A"]) == b"\x00\xff"


def test_mappings_and_sets_become_objects_and_lists():
    found = configuration(A=MappingProxyType({"b": frozenset({"y", "x"})}))
    assert found == {"A": {"b": ["x", "y"]}}


def test_anything_else_becomes_its_text():
    assert configuration(A=Decimal("1.50"), B=1 + 2j) == {"A": "1.50", "B": "(1+2j)"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1 << 70, str(1 << 70)),
        ("a\ud800b", "a?b"),
        ({1: {"\udfff": (2, 1.5, None)}}, {"1": {"?": [2, 1.5, None]}}),
    ],
)
def test_what_json_can_not_hold_never_loses_the_record(value, text):
    moment = datetime(2026, 11, 24, tzinfo=UTC)
    found = configuration(A=value, When=moment, Raw=b"x", Sets={"b", "a"}, Flag=True)
    assert found == {
        "A": text,
        "When": "2026-11-24T00:00:00Z",
        "Raw": "eA==",
        "Sets": ["a", "b"],
        "Flag": True,
    }


def test_an_outcome_comes_back_as_it_went():
    types = {
        "A": TypeOutcome(Status.COMPLETE, 3),
        "B": TypeOutcome(Status.DENIED, 0, "AccessDenied: no"),
        "C": TypeOutcome(Status.DENIED, 2, "GetPolicy: AccessDenied: no", listed=True),
    }
    outcome = Outcome(
        "1" * 12,
        "global",
        "iam",
        Status.DENIED,
        types,
        5,
        1,
        2,
        "2026-11-24T08:06:19Z",
        12,
        "f",
        0,
        9,
    )
    line = encode_outcome(outcome)
    assert decode_outcome(line) == outcome
    assert json.loads(line)["types"]["A"] == {"status": "complete", "records": 3}


def test_fields_of_a_later_version_are_left_out():
    line = json.loads(encode_outcome(Outcome("1" * 12, "r", "s", Status.COMPLETE))) | {"new": 1}
    assert decode_outcome(json.dumps(line).encode()) == Outcome("1" * 12, "r", "s", Status.COMPLETE)


def test_documents_are_readable_lines():
    assert encode_document({"a": 1, "b": MappingProxyType({})}) == b'{\n  "a": 1,\n  "b": {}\n}\n'
