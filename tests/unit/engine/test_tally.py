import itertools

import pytest

from scanner.engine.context import Tally, status_of
from scanner.model.errors import CallError, Denied, Throttled, Unavailable, Unsupported
from scanner.model.outcome import Status, TypeOutcome, worst


def concluded(tally, name="svc:a"):
    return tally.outcomes((name,), "interrupted")[name]


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(Status, 2)))
def test_of_two_failures_the_worse_is_kept_with_its_error(first, second):
    tally = Tally()
    tally.failed("svc:a", first, f"is {first}")
    tally.failed("svc:a", second, f"is {second}")
    tally.finished("svc:a")
    kept = worst([first, second])
    assert concluded(tally) == TypeOutcome(kept, 0, f"is {kept}")
    assert tally.status("svc:a") is kept


def test_of_equal_failures_the_first_is_told():
    tally = Tally()
    for error in ("one", "two"):
        tally.failed("svc:a", Status.DENIED, error)
    assert concluded(tally).error == "one"


def test_a_finished_type_is_complete_with_its_records():
    tally = Tally()
    tally.records["svc:a"] += 3
    tally.finished("svc:a")
    assert concluded(tally) == TypeOutcome(Status.COMPLETE, 3)
    assert tally.status("svc:a") is Status.COMPLETE


def test_a_type_that_was_not_finished_is_not_attempted_and_keeps_its_records():
    tally = Tally()
    tally.records["svc:a"] += 2
    assert concluded(tally) == TypeOutcome(Status.NOT_ATTEMPTED, 2, "interrupted")


@pytest.mark.parametrize("status", [each for each in Status if not each.settled])
def test_an_unfinished_type_that_failed_says_how_it_failed(status):
    tally = Tally()
    tally.failed("svc:a", status, "why")
    assert concluded(tally) == TypeOutcome(status, 0, "why")


def test_an_unfinished_type_is_not_settled_by_being_unavailable_in_part():
    tally = Tally()
    tally.failed("svc:a", Status.UNAVAILABLE, "why")
    assert concluded(tally).status is Status.NOT_ATTEMPTED


@pytest.mark.parametrize(
    ("exc", "status"),
    [
        (Denied("Op", "AccessDenied", "no"), Status.DENIED),
        (Denied("Op", "AccessDenied", "no", scp=True), Status.DENIED_SCP),
        (Unsupported("Op", "NoEndpoint", "no"), Status.UNAVAILABLE),
        (Throttled("Op", "Throttling", "no"), Status.THROTTLED),
        (Unavailable("Op", "500", "no"), Status.ERROR),
        (CallError("Op", "Odd", "no"), Status.ERROR),
    ],
)
def test_a_failed_call_has_a_status(exc, status):
    assert status_of(exc) is status
