"""What an undo plans: what was changed and nothing else, and tells of what it can't give back."""

import pytest

from scanner.app.remediation.undo import reverse
from scanner.model.planned import Ending, Result, Why
from tests.unit.engine.store import ACCOUNTS, change

BEFORE, HALF, DONE = {"x": 1, "y": 1}, {"x": 2, "y": 1}, {"x": 2, "y": 2}
CHANGE = change(ACCOUNTS[0], "a", DONE, BEFORE)


def undone(ending, **facts):
    return reverse([(CHANGE, Result(CHANGE.id, ending, "why", **facts))], {})


@pytest.mark.parametrize(
    ("ending", "after"), [(Ending.DONE, DONE), (Ending.FOUND_DONE, DONE), (Ending.FAILED, HALF)]
)
def test_what_was_changed_is_given_back_from_how_it_was_left(ending, after):
    (undo,), skipped = undone(ending, after=after, touched=True)

    assert (undo.before, undo.goal, undo.writes) == (after, BEFORE, CHANGE.undo)
    assert skipped == []


@pytest.mark.parametrize("ending", [Ending.FAILED, Ending.REFUSED])
@pytest.mark.parametrize(
    "facts",
    [{"after": HALF}, {"after": BEFORE, "touched": True}, {}],
    ids=["changed by others", "written in vain", "not looked at"],
)
def test_what_was_not_changed_is_passed_over(ending, facts):
    assert undone(ending, **facts) == ([], [])


@pytest.mark.parametrize(
    ("ending", "after", "why"),
    [
        (Ending.REFUSED, HALF, Why.ERROR),
        (Ending.FAILED, None, Why.ERROR),
        (Ending.DONE, None, Why.GONE),
    ],
    ids=["others changed it half-way", "not seen afterwards", "gone"],
)
def test_what_can_not_be_given_back_is_told(ending, after, why):
    changes, (skip,) = undone(ending, after=after, touched=True)

    assert changes == []
    assert skip.why is why
