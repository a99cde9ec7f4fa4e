"""A unit is judged as its records come: one look at each, and no claim about what was not read."""

from datetime import UTC, datetime

import pytest

from scanner.engine.evaluate import Evaluation
from scanner.model.finding import Result
from scanner.model.outcome import Outcome, Status, TypeOutcome
from scanner.policies.document import Surroundings, read_policies
from tests.unit.analysis.support import ACCOUNT, REGION, TYPE, record

POLICIES = """
policies:
- name: policy
  resource: aws.sqs
  filters: [{Policy: present}]
- name: encrypted
  resource: aws.sqs
  filters: [{KmsMasterKeyId: absent}]
- name: owned
  resource: aws.sqs
  filters: [{"tag:Owner": absent}]
- name: few
  resource: aws.sqs
  filters: [{type: value, value_type: resource_count, op: gt, value: 1}]
- name: some
  resource: aws.sqs
  expect: region
  filters: [{Policy: present}]
- name: somewhere
  resource: aws.sqs
  expect: account
  filters: [{KmsMasterKeyId: k}]
"""
GIVEN = Surroundings(datetime(2026, 11, 24, tzinfo=UTC), [TYPE], list)
DENIED = (Status.DENIED, "GetPolicy: AccessDenied")


def queue(id="q", *, unread=(), **members):
    details = {"Policy": members.pop("Policy", None)}
    return record(
        id,
        tags=None if "Tags" in unread else {"Owner": "me"},
        configuration=members,
        supplementary=details,
        unread=list(unread),
    )


def judged(records, status=Status.COMPLETE, error=None, *, listed=False):
    evaluation = Evaluation(read_policies(POLICIES, "p.yml", GIVEN))
    ends = {TYPE: TypeOutcome(status, len(records), error, listed)}
    outcome = Outcome(ACCOUNT, REGION, "sqs", status, ends)
    found = [*evaluation.unit(outcome, iter(records)), *evaluation.finish()]
    answers = {each.control.id: (each.result, each.subject.resource_id) for each in found}
    return answers, evaluation.tally.by_control()


def test_a_denied_detail_is_unknown_to_the_controls_that_read_it_and_to_no_other():
    found, counts = judged([queue(unread=["Policy"])], *DENIED, listed=True)

    assert found == {
        "policy": (Result.UNKNOWN, "q"),
        "encrypted": (Result.FAIL, "q"),
        "some": (Result.UNKNOWN, None),
        "somewhere": (Result.FAIL, None),
    }
    assert counts["owned"].passed == counts["few"].passed == 1


def test_of_two_resources_only_the_one_whose_detail_is_denied_is_unknown():
    found, counts = judged(
        [queue("a", unread=["Policy"]), queue("b", Policy="{}")], *DENIED, listed=True
    )

    assert found["policy"] == (Result.FAIL, "b")
    assert (counts["policy"].failed, counts["policy"].passed) == (0, 0)
    assert "some" not in found


def test_denied_tags_are_unknown_to_the_controls_of_tags_alone():
    found, counts = judged([queue(KmsMasterKeyId="k", unread=["Tags"])], *DENIED, listed=True)

    assert found == {"owned": (Result.UNKNOWN, "q"), "some": (Result.FAIL, None)}
    assert counts["encrypted"].passed == counts["policy"].passed == 1


def test_a_place_whose_details_were_denied_counts_as_read():
    _, counts = judged([queue(unread=["Policy"])], *DENIED, listed=True)

    assert {each.coverage for each in counts.values()} == {100}


def test_a_list_that_broke_off_is_unknown_to_every_control():
    found, counts = judged([queue()], *DENIED)

    assert set(found.values()) == {(Result.UNKNOWN, None)}
    assert found.keys() == {"policy", "encrypted", "owned", "few", "some", "somewhere"}
    assert {each.coverage for each in counts.values()} == {0}


@pytest.mark.parametrize(("listed", "failing"), [(False, set()), (True, {"encrypted"})])
def test_a_service_that_is_not_there_has_no_resources_but_a_detail_that_is_not_has(listed, failing):
    found, _ = judged([queue()] if listed else [], Status.UNAVAILABLE, listed=listed)

    assert {name for name, (_, found_id) in found.items() if found_id} == failing


def test_filters_that_count_see_all_of_a_place():
    found, _ = judged([queue("a"), queue("b")])

    assert found["few"] == (Result.FAIL, "b")


@pytest.mark.parametrize(("unread", "result"), [((), Result.FAIL), (("Policy",), Result.UNKNOWN)])
def test_a_filter_of_the_whole_resource_needs_all_of_it(unread, result):
    policies = """
policies:
- {name: p, resource: sqs, filters: [{type: value, key: length(keys(@)), op: gt, value: 1}]}
"""
    evaluation = Evaluation(read_policies(policies, "p.yml", GIVEN))
    ends = {TYPE: TypeOutcome(Status.DENIED, 1, "no", listed=True)}
    outcome = Outcome(ACCOUNT, REGION, "sqs", Status.DENIED, ends)

    assert [each.result for each in evaluation.unit(outcome, [queue(unread=unread)])] == [result]
