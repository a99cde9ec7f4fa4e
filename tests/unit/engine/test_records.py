from dataclasses import fields
from datetime import UTC, datetime

import orjson
import pytest

from scanner.engine.records import Item, Parent, record_of, tags_of
from scanner.model.record import Record
from scanner.model.resource import BULK, Call, ResourceType
from tests.unit.engine.scripted import NOW, context

FIELDS = [
    "schema",
    "run_id",
    "captured_at",
    "account_id",
    "account_name",
    "partition",
    "region",
    "service",
    "operation",
    "resource_type",
    "resource_id",
    "resource_name",
    "arn",
    "parent_arn",
    "created_at",
    "tags",
    "configuration",
    "supplementary",
    "redacted",
    "unread",
]


def kind(**options):
    return ResourceType("svc:t", **{"service": "svc", "list": Call("ListT"), "id": "Id", **options})


def made(type_, members, **item):
    return record_of(context({}, ["svc:t"]), type_, Item(members, NOW, **item))


def test_a_record_has_the_contracts_fields_in_its_order():
    assert [each.name for each in fields(Record)] == FIELDS


def test_a_record_says_where_when_and_what():
    record = made(kind(name="Name"), {"Id": "i", "Name": "n"})
    assert record.captured_at == "2026-11-24T08:00:00.000Z"
    assert (record.account_id, record.account_name) == ("111122223333", "payments")
    assert (record.resource_id, record.resource_name, record.operation) == ("i", "n", "ListT")
    assert (record.arn, record.tags, record.created_at) == (None, None, None)
    assert record.key == "111122223333|eu-west-1|svc:t|i"


@pytest.mark.parametrize(
    ("arn", "members", "expected"),
    [
        ("Arn", {"Arn": "arn:x"}, "arn:x"),
        ("Arn", {}, None),
        ("arn:{partition}:s:{region}:{account}:{A.B}", {"A": {"B": "b"}}, "arn:aws:s:eu-west-1:111122223333:b"),
        ("arn:{partition}:s:::{Missing}", {}, None),
        ("arn:{partition}:s:::{parent.Id}/{Id/}", {"Id": "/x/y"}, "arn:aws:s:::p/y"),
    ],
)  # fmt: skip
def test_an_arn_is_given_or_built_or_null(arn, members, expected):
    record = made(kind(arn=arn), members, parent=Parent({"Id": "p"}, "arn:p"))
    assert record.arn == expected
    assert record.parent_arn == "arn:p"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
        (1767322800, "2026-01-02T03:00:00.000Z"),
        (1767322800000, "2026-01-02T03:00:00.000Z"),
        ("1767322800", "2026-01-02T03:00:00.000Z"),
        ("1767322800.25", "2026-01-02T03:00:00.250Z"),
        (None, None),
    ],
)
def test_creation_times_become_rfc_3339(value, expected):
    assert made(kind(created="C"), {"Id": "i", "C": value}).created_at == expected


@pytest.mark.parametrize(
    "raw",
    [
        {"k": "v"},
        [{"Key": "k", "Value": "v"}],
        [{"key": "k", "value": "v"}],
        [{"TagKey": "k", "TagValue": "v"}],
        [{"tagKey": "k", "tagValue": "v"}],
    ],
)
def test_every_spelling_of_tags_is_a_map(raw):
    assert tags_of(raw) == {"k": "v"}
    record = made(kind(tags="Tags"), {"Id": "i", "Tags": raw})
    assert record.tags == {"k": "v"}


def test_a_tag_without_a_value_is_empty_and_no_tags_are_an_empty_map():
    assert tags_of([{"Key": "k"}]) == {"k": ""}
    assert made(kind(tags="Tags"), {"Id": "i"}).tags == {}


def test_a_name_tag_names_what_has_no_name():
    record = made(kind(tags="Tags"), {"Id": "i", "Tags": [{"Key": "Name", "Value": "web"}]})
    assert record.resource_name == "web"


def test_bulk_tags_are_what_the_sweep_said():
    assert made(kind(tags=BULK), {"Id": "i"}).tags is None
    assert made(kind(tags=BULK), {"Id": "i"}, tags={"a": "b"}).tags == {"a": "b"}
    assert made(kind(), {"Id": "i"}, tags={}).tags == {}


def test_declared_secrets_are_replaced_and_named():
    type_ = kind(redact=("Environment.Variables.*", "Steps[].Secret", "UserData"))
    members = {
        "Id": "i",
        "Environment": {"Variables": {"A": "hush", "B": "hush"}},
        "Steps": [{"Secret": "hush"}, {"Other": 1}],
    }
    record = made(type_, members, supplementary={"UserData": "hush"})
    assert sorted(record.redacted) == [
        "configuration.Environment.Variables.A",
        "configuration.Environment.Variables.B",
        "configuration.Steps[0].Secret",
        "supplementary.UserData",
    ]
    assert b"hush" not in orjson.dumps(record)


def test_moments_are_utc_with_milliseconds():
    moment = datetime(2026, 1, 1, 0, 0, 0, 123456, tzinfo=UTC)
    record = record_of(context({}, []), kind(), Item({"Id": "i"}, moment))
    assert record.captured_at == "2026-01-01T00:00:00.123Z"
