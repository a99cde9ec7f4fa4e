"""Every answer that Cloud Custodian gave is ours as well."""

import gzip
from datetime import datetime
from pathlib import Path

import orjson
import pytest

from scanner.policies import compile_filters, match
from scanner.policies.described import Described
from scanner.policies.syntax import Scope

HERE = Path(__file__).parent
ALONE = "value_filter_cases.jsonl.gz"
FILES = {ALONE: 1000, "more_filter_cases.jsonl.gz": 500}


def cases(name):
    with gzip.open(HERE / name) as lines:
        return [orjson.loads(line) for line in lines]


def selected(case):
    scope = Scope(datetime.fromisoformat(case["now"]))
    chosen = {
        id(each) for each in compile_filters(case["filters"], scope).select(case["resources"])
    }
    return [id(each) in chosen for each in case["resources"]]


@pytest.mark.parametrize("name", FILES)
def test_a_policy_selects_what_custodian_selects(name):
    found = cases(name)

    assert len(found) == FILES[name]
    assert [case["filters"] for case in found if selected(case) != case["match"]] == []


def test_a_resource_alone_is_judged_as_among_others():
    wrong = [
        case["filters"]
        for case in cases(ALONE)
        for resource, expected in zip(case["resources"], case["match"], strict=True)
        if match(case["filters"], resource, now=datetime.fromisoformat(case["now"])) is not expected
    ]

    assert wrong == []


@pytest.mark.parametrize("name", FILES)
def test_the_cases_select_something_and_leave_something(name):
    answers = [answer for case in cases(name) for answer in case["match"]]

    assert 0.1 < sum(answers) / len(answers) < 0.9


def test_judging_leaves_the_resource_as_it_was():
    for case in cases(ALONE):
        before = orjson.dumps(case["resources"])
        selected(case)
        assert orjson.dumps(case["resources"]) == before


def test_security_groups_and_policies_are_judged_as_custodian_judges_them():
    found = cases("shape_filter_cases.jsonl.gz")
    wrong = []
    for case in found:
        scope = Scope(datetime.fromisoformat("2026-11-24T00:00:00+00:00"), type=case["type"])
        resource = Described(case["resource"], "111111111111", frozenset())
        if bool(compile_filters([case["filter"]], scope).select([resource])) != case["match"]:
            wrong.append(case["filter"])

    assert len(found) == 2000
    assert 0.1 < sum(case["match"] for case in found) / len(found) < 0.9
    assert wrong == []
