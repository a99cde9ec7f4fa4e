import itertools

import pytest

from scanner.model.outcome import Outcome, Status, TypeOutcome, worst
from scanner.model.target import Account, Unit

SEVERITY = [
    "complete", "unavailable", "truncated", "denied_scp", "denied", "throttled", "error",
    "not_attempted",
]  # fmt: skip


def test_statuses_are_the_contracts():
    assert [str(each) for each in Status] == SEVERITY


@pytest.mark.parametrize(("mild", "severe"), list(itertools.combinations(SEVERITY, 2)))
def test_the_worst_wins_in_any_order(mild, severe):
    pair = [Status(mild), Status(severe)]
    assert worst(pair) == worst(pair[::-1]) == severe


def test_nothing_is_complete():
    assert worst([]) is Status.COMPLETE


def test_only_what_was_seen_or_can_not_be_there_is_settled():
    assert {each for each in Status if each.settled} == {Status.COMPLETE, Status.UNAVAILABLE}


def test_an_outcome_is_named_as_its_unit_and_counts_the_records_of_all_types():
    unit = Unit(Account("111122223333"), "eu-west-1", "sqs", ("a", "b"))
    types = {name: TypeOutcome(Status.COMPLETE, count) for name, count in (("a", 2), ("b", 3))}
    outcome = Outcome(unit.account.id, unit.region, unit.service, Status.COMPLETE, types)
    assert outcome.key == unit.key == "111122223333/eu-west-1/sqs"
    assert outcome.records == 5
