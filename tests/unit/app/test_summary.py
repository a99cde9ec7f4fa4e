"""How a run is judged: exit codes of the contract, coverage, and holes grouped by reason."""

from pathlib import Path

import pytest

from scanner.app.summary import MOST_PLACES, Summary, exit_code, holes
from scanner.model.outcome import Outcome, Status, TypeOutcome
from scanner.settings import Settings

S = Status


def summary(by_status, failed=(), entered=1, status=None, stopped_by=None):
    whole = all(Status(each).settled for each in by_status) and not failed
    manifest = {
        "status": status or ("complete" if whole else "partial"),
        "planned": sum(by_status.values()),
        "by_status": by_status,
        "stopped_by": stopped_by,
        "accounts": {
            "discovered": 2, "selected": 2, "entered": entered,
            "failed": [{"account_id": each, "reason": "no"} for each in failed],
        },
    }  # fmt: skip
    return Summary("20261124T080619Z-7f3a9c", Path("scan"), manifest, (), 1.0)


ACCOUNT = "111122223333"
CASES = {
    # (by_status, failed accounts, entered, status), settings, exit code
    "all complete": (({S.COMPLETE: 9},), {}, 0),
    "unavailable is complete": (({S.COMPLETE: 1, S.UNAVAILABLE: 8},), {}, 0),
    "denied": (({S.COMPLETE: 9, S.DENIED: 1},), {}, 3),
    "denied by an SCP": (({S.COMPLETE: 9, S.DENIED_SCP: 1},), {}, 3),
    "throttled": (({S.COMPLETE: 9, S.THROTTLED: 1},), {}, 3),
    "error": (({S.COMPLETE: 9, S.ERROR: 1},), {}, 3),
    "truncated": (({S.COMPLETE: 9, S.TRUNCATED: 1},), {}, 3),
    "not attempted": (({S.COMPLETE: 9, S.NOT_ATTEMPTED: 1},), {}, 3),
    "an account failed": (({S.COMPLETE: 9}, [ACCOUNT]), {}, 3),
    "never: denied": (({S.COMPLETE: 9, S.DENIED: 1},), {"fail_on": "never"}, 0),
    "never: account": (({S.COMPLETE: 9}, [ACCOUNT]), {"fail_on": "never"}, 0),
    "denied: denied": (({S.DENIED: 1},), {"fail_on": "denied"}, 3),
    "denied: by an SCP": (({S.DENIED_SCP: 1},), {"fail_on": "denied"}, 3),
    "denied: account": (({S.COMPLETE: 1}, [ACCOUNT]), {"fail_on": "denied"}, 3),
    "denied: throttled": (({S.THROTTLED: 1},), {"fail_on": "denied"}, 0),
    "enough": (({S.COMPLETE: 98, S.UNAVAILABLE: 1, S.ERROR: 1},), {"min_coverage": 99}, 0),
    "too little": (({S.COMPLETE: 98, S.ERROR: 2},), {"min_coverage": 99}, 3),
    "enough beside a failed account": (
        ({S.COMPLETE: 99, S.NOT_ATTEMPTED: 1}, [ACCOUNT]), {"min_coverage": 99}, 0,
    ),
    "full coverage of a failed account": (({S.COMPLETE: 9}, [ACCOUNT]), {"min_coverage": 100}, 3),
    "denied, tolerated by coverage": (
        ({S.COMPLETE: 99, S.DENIED: 1},), {"fail_on": "denied", "min_coverage": 99}, 0,
    ),
    "nobody entered": (({S.NOT_ATTEMPTED: 9}, [ACCOUNT], 0), {}, 4),
    "nobody entered, never": (({S.NOT_ATTEMPTED: 9}, [ACCOUNT], 0), {"fail_on": "never"}, 4),
    "nobody entered, any coverage": (({S.NOT_ATTEMPTED: 9}, [ACCOUNT], 0), {"min_coverage": 0}, 4),
    "no unit at all": (({}, [], 0), {}, 4),
    "interrupted": (({S.COMPLETE: 1, S.NOT_ATTEMPTED: 1}, [], 1, "interrupted"), {}, 130),
    "interrupted, never": (
        ({S.NOT_ATTEMPTED: 9}, [], 1, "interrupted"), {"fail_on": "never"}, 130,
    ),
    "interrupted before anybody was entered": (
        ({S.NOT_ATTEMPTED: 9}, [], 0, "interrupted"), {}, 130,
    ),
    "out of time": (({S.COMPLETE: 1, S.NOT_ATTEMPTED: 1}, [], 1, "partial", "deadline"), {}, 5),
    "out of time, never": (
        ({S.NOT_ATTEMPTED: 9}, [], 1, "partial", "deadline"), {"fail_on": "never"}, 5,
    ),
    "out of time, covered enough": (
        ({S.COMPLETE: 99, S.NOT_ATTEMPTED: 1}, [], 1, "partial", "deadline"),
        {"min_coverage": 50}, 5,
    ),
    "out of time before anybody was entered": (
        ({S.NOT_ATTEMPTED: 9}, [], 0, "partial", "deadline"), {}, 5,
    ),
    "interrupted and out of time": (
        ({S.NOT_ATTEMPTED: 9}, [], 0, "interrupted", "interrupt"), {}, 130,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_exit_code_is_the_contracts(name):
    run, settings, code = CASES[name]

    assert exit_code(summary(*run), Settings(**settings)) == code


def test_coverage_counts_what_cannot_exist_as_covered_and_nothing_planned_as_nothing():
    assert summary({S.COMPLETE: 1, S.UNAVAILABLE: 1, S.DENIED: 2}).coverage == 50
    assert summary({}).coverage == 0


def outcome(account=1, region="eu-west-1", service="s3", **types):
    made = {name: TypeOutcome(status, 0, error) for name, (status, error) in types.items()}
    return Outcome(f"{account:012d}", region, service, S.ERROR, made)


DENIED = (S.DENIED, "ListThings: AccessDenied: User arn:aws:sts::000000000001:x is not allowed")


def test_what_is_complete_is_no_hole():
    assert holes([outcome(thing=(S.COMPLETE, None))]) == ()


def test_the_same_reason_in_many_places_is_one_hole():
    (hole,) = holes(
        outcome(account, region, thing=DENIED, other=DENIED)
        for account in (1, 2, 3)
        for region in ("eu-west-1", "us-east-1")
    )

    assert (hole.service, hole.status, hole.units) == ("s3", S.DENIED, 12)
    assert hole.types == {"thing", "other"}
    assert hole.regions == {"eu-west-1", "us-east-1"}
    assert hole.accounts == {f"{number:012d}" for number in (1, 2, 3)}
    assert hole.reason == DENIED[1]


def test_the_account_in_a_reason_does_not_keep_neighbours_apart():
    found = holes(
        outcome(account, thing=(S.NOT_ATTEMPTED, f"{account:012d}: sts:AssumeRole: denied"))
        for account in (1, 2)
    )

    assert [len(each.accounts) for each in found] == [2]


@pytest.mark.parametrize(
    "other",
    [
        outcome(service="ec2", thing=DENIED),
        outcome(thing=(S.THROTTLED, DENIED[1])),
        outcome(thing=(S.DENIED, "GetThing: AccessDenied: no")),
        outcome(thing=(S.DENIED, "ListThings: Other: no")),
        outcome(thing=(S.DENIED, None)),
    ],
    ids=["service", "status", "operation", "code", "no reason"],
)
def test_another_service_status_or_reason_is_another_hole(other):
    assert len(holes([outcome(thing=DENIED), other])) == 2


def test_the_largest_hole_comes_first():
    many = [outcome(account, service="sqs", thing=DENIED) for account in range(3)]
    found = holes([outcome(service="ec2", thing=DENIED), *many])

    assert [each.service for each in found] == ["sqs", "ec2"]


def test_a_hole_names_a_bounded_number_of_accounts_but_counts_all():
    (hole,) = holes(outcome(account, thing=DENIED) for account in range(MOST_PLACES + 5))

    assert (len(hole.accounts), hole.units) == (MOST_PLACES, MOST_PLACES + 5)
