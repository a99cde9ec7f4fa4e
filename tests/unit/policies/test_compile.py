"""Filters are refused with one clear line, before anything is judged."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from scanner.model.errors import SettingsError, TaskError
from scanner.policies import compile_filters, match
from scanner.policies.syntax import Scope

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def value(**members):
    return {"type": "value", "key": "Key", "value": 1} | members


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ("present", "must be a list"),
        ([3], "3 is no filter"),
        ([{}], "is no filter"),
        (["valu"], "'valu' is unknown: did you mean 'value'"),
        ([{"type": "security-group"}], "filter 'security-group' can't be decided by what is described"),
        ([{"type": "and"}], "write and as a member"),
        ([{"and": "State"}], "and takes a list"),
        ([{"Key": 1, "Other": 2}], "of several members needs a type: Key, Other"),
        ([value(op="greater")], "op 'greater' is unknown: did you mean 'greater-than'"),
        ([value(value_type="int")], "value_type 'int' is unknown: did you mean"),
        ([value(valu_type="age")], "member 'valu_type' is unknown: did you mean 'value_type'"),
        ([{"type": "value", "value": 1}], "needs a key"),
        ([{"type": "value", "key": "Key"}], "needs a value"),
        ([value(key="a[")], "is no JMESPath expression"),
        ([value(op="regex", value="(")], "is no regular expression"),
        ([value(op="regex", value=1)], "is no regular expression"),
        ([value(value_regex="(")], "value_regex '('"),
        ([value(value_regex="a")], "must have one capturing group"),
        ([value(value_type="date", value="never")], "'never' is no date"),
        ([value(value_type="age", value="old")], "needs a number of days, not 'old'"),
        ([value(value_type="expiration", value=True)], "needs a number of days"),
        ([value(tag_key_transforms=["lowre"])], "'lowre' is unknown: did you mean 'lower'"),
        ([value(value_type="resource_count", op="regex")], "resource_count needs an op"),
        ([value(value_from={"url": "s3://b/k"})], "can't be read here"),
        ([{"type": "tag-count", "op": "more"}], "op 'more' is unknown"),
        ([{"type": "tag-count", "number": 1}], "'number' is unknown"),
        ([{"type": "marked-for-op", "skw": 1}], "did you mean 'skew'"),
        ([{"type": "list-item"}], "list-item needs a key"),
        ([{"type": "list-item", "key": "L", "count": 1, "count_op": "x"}], "count_op 'x'"),
        ([{"type": "list-item", "key": "L", "attrs": ["x"]}], "filter 'x' is unknown"),
        ([{"type": "reduce", "order": "up"}], "order 'up' is unknown"),
        ([{"type": "reduce", "sort-by": {"key": "K", "value_type": "int"}}], "'int' is unknown"),
    ],
)  # fmt: skip
def test_what_can_not_be_meant_is_refused_with_the_nearest_known(filters, message):
    with pytest.raises(SettingsError) as refused:
        match(filters, {}, now=NOW)

    assert message in str(refused.value)
    assert "\n" not in str(refused.value).split("JMESPath")[0]


@pytest.mark.parametrize(
    ("filters", "resource"),
    [
        ([value(key="max(Key)")], {"Key": None}),
        ([{"type": "value", "key": "Key", "value_path": "max(Key)"}], {"Key": "a"}),
        ([{"type": "list-item", "key": "Key", "attrs": [{"a": 1}]}], {"Key": {"a": 1}}),
        ([value(value_type="age", value=10**12)], {"Key": "2026-01-01"}),
    ],
)
def test_what_fails_on_a_resource_is_no_answer(filters, resource):
    with pytest.raises(TaskError):
        match(filters, resource, now=NOW)


def test_values_kept_elsewhere_are_read_once_by_the_caller():
    asked = []

    def values(source):
        asked.append(source)
        return ["a", "b"]

    filters = [{"type": "value", "key": "Key", "op": "in", "value_from": {"url": "file:x"}}]
    chosen = compile_filters(filters, Scope(NOW, values))

    assert [chosen.match({"Key": each}) for each in "abc"] == [True, True, False]
    assert asked == [{"url": "file:x"}]


def test_a_filter_that_counts_all_resources_judges_none_alone():
    count = {"type": "value", "value_type": "resource_count", "op": "gt", "value": 1}
    for filters in ([count], [{"not": [count]}], [{"or": [{"Key": 1}, count]}], [{"and": [count]}]):
        assert compile_filters(filters, Scope(NOW)).match is None


def test_filters_that_count_all_resources_combine_with_those_that_do_not():
    many = {"type": "value", "value_type": "resource_count", "op": "gt", "value": 2}
    resources = [{"Key": number} for number in range(3)]

    def keys(filters):
        return [each["Key"] for each in compile_filters(filters, Scope(NOW)).select(resources)]

    assert keys([many, {"Key": 1}]) == [1]
    assert keys([{"Key": 1}, many]) == []
    assert keys([{"or": [{"Key": 0}, {"not": [many]}]}]) == [0]
    assert keys([{"not": [many]}]) == []


def test_the_clock_of_another_zone_changes_nothing():
    filters = [value(value_type="age", op="ge", value=1)]
    there = NOW.astimezone(timezone(timedelta(hours=9)))
    for moment in ("2026-11-23T11:59:59", "2026-11-23T12:00:01", "2026-11-23T21:00:00+09:00"):
        resource = {"Key": moment}
        assert match(filters, resource, now=there) == match(filters, resource, now=NOW)


def test_a_sample_by_chance_is_of_the_size_that_was_asked_for():
    resources = [{"Key": number} for number in range(10)]
    filters = [{"type": "reduce", "order": "randomize", "limit-percent": 50, "limit": 4}]

    chosen = compile_filters(filters, Scope(NOW)).select(resources)

    assert len({each["Key"] for each in chosen}) == 4
