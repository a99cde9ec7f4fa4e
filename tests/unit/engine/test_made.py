"""Records of users' tasks: any JSON there is comes through, and what is none is refused by name."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from pathlib import PurePosixPath
from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.engine.context import PLAIN
from scanner.engine.made import Maker, plain
from scanner.model.errors import TaskError
from scanner.model.resource import Call, ResourceType
from scanner.model.target import Account, Unit
from scanner.model.task import task

ACCOUNT = Account("123456789012", "name")


class Colour(Enum):
    RED = "red"


def maker(catalog=None, **declared):
    made = task(name="t", **declared)(lambda session: None)
    unit = Unit(ACCOUNT, "eu-west-1", "t", made.expected)
    now = lambda: datetime(2026, 11, 24, tzinfo=UTC)  # noqa: E731 — short
    ctx = SimpleNamespace(unit=unit, run_id="run", now=now, redactor=PLAIN)
    return Maker(ctx, made, catalog or {})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(JSON)
def test_json_comes_through_as_it_is_and_is_a_copy(value):
    copy = plain(value, "x")

    assert json.dumps(copy) == json.dumps(value)
    assert copy is not value or not isinstance(value, list | dict)


AWKWARD = st.recursive(
    st.datetimes(timezones=st.none() | st.just(UTC)) | st.dates() | st.binary() | st.uuids()
    | st.decimals(allow_nan=False, allow_infinity=False) | st.sampled_from(Colour)
    | st.frozensets(st.integers(0, 9)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.integers(), inner, max_size=3)
    | st.tuples(inner, inner),
)  # fmt: skip


@given(AWKWARD)
def test_what_pythons_values_become_is_json(value):
    written = plain(value, "x")

    assert json.loads(json.dumps(written)) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (datetime(2026, 1, 2, 3), "2026-01-02T03:00:00Z"),  # noqa: DTZ001 — users do
        (datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=2))), "2026-01-02T01:00:00Z"),
        (date(2026, 1, 2), "2026-01-02"),
        (b"ab", "YWI="),
        (Decimal(3), 3),
        (Decimal("0.5"), 0.5),
        ({2, 1}, [1, 2]),
        ((1, [Colour.RED]), [1, ["red"]]),
        ({1: "a"}, {"1": "a"}),
        (PurePosixPath("a/b"), "a/b"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    ],
)
def test_values_of_python_have_one_way_to_be_written(value, written):
    assert plain(value, "x") == written


def test_a_record_knows_its_place_and_what_it_was_not_told():
    record = maker().record({"id": "i", "tags": {"a": None, "b": 2}})

    assert record.key == "123456789012|eu-west-1|task:t|i"
    assert (record.service, record.operation, record.account_name) == ("t", "task:t", "name")
    assert record.captured_at == "2026-11-24T00:00:00.000Z"
    assert record.tags == {"a": "", "b": "2"}
    assert (record.arn, record.created_at, record.configuration) == (None, None, {})


def test_a_dict_is_a_record_and_what_is_no_field_is_its_configuration():
    record = maker().given(
        {"resource_id": "i", "resource_name": "n", "arn": "a", "configuration": {"x": 1}, "y": 2}
    )

    assert (record.resource_id, record.resource_name, record.arn) == ("i", "n", "a")
    assert record.configuration == {"x": 1, "y": 2}


def test_what_has_no_id_is_known_by_its_arn_or_its_content():
    by_content = maker().given({"x": 1}).resource_id

    assert maker().given({"arn": "a"}).resource_id == "a"
    assert by_content.startswith("sha256:")
    assert maker().given({"x": 1}).resource_id == by_content != maker().given({"x": 2}).resource_id


def test_a_type_of_the_catalogue_has_its_redactions():
    known = ResourceType("A::B", "s", Call("ListB"), "Id", redact=("Deep.Down",))
    record = maker({"A::B": known}, types=["A::B"]).given({"Deep": {"Down": "value"}})

    assert record.configuration == {"Deep": {"Down": "REDACTED"}}
    assert record.redacted == ["configuration.Deep.Down"]


def test_values_of_the_user_are_left_alone():
    mine = {"Password": "hunter2-hunter2"}
    record = maker().record({"id": "i", "configuration": mine})

    assert mine == {"Password": "hunter2-hunter2"}
    assert record.configuration == {"Password": "REDACTED"}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"id": ""}, "id must be a text that is not empty"),
        ({"id": ["x"]}, "id must be a text"),
        ({"colour": "red"}, "no field 'colour'"),
        ({"configuration": [1]}, "configuration must be a dict, not list"),
        ({"tags": "a=b"}, "tags must be a dict, not str"),
        ({"created_at": 3}, "created_at must be"),
        ({"resource_type": "no type"}, "no name of a type"),
        ({"configuration": {"a": [object()]}}, r"configuration.a\[0\]: object can't be written"),
        ({"configuration": {(1, 2): 3}}, "a key must be a text, not tuple"),
    ],
)
def test_what_is_no_record_is_refused_by_field(fields, message):
    with pytest.raises(TaskError, match=message):
        maker().record(fields)


def test_where_several_types_are_declared_a_record_says_which():
    several = maker(types=["A::B", "A::C"])

    assert several.record({"resource_type": "A::C"}).resource_type == "A::C"
    with pytest.raises(TaskError, match="resource_type is missing"):
        several.record({"id": "x"})


def test_a_record_of_another_account_is_refused():
    own = maker()
    foreign = replace(own.record({"id": "x"}), account_id="210987654321")

    assert own.given(own.record({"id": "x"})).resource_id == "x"
    with pytest.raises(TaskError, match="was not made by this unit"):
        own.given(foreign)
