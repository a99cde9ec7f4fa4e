"""A comparison says what changed, and never calls gone what nobody looked for."""

import pytest

from scanner.analysis.coverage import Coverage
from scanner.analysis.diff import Comparison, Kind
from scanner.analysis.lines import Key, read_line
from scanner.model.errors import OutputError
from scanner.model.outcome import Outcome, Status, TypeOutcome
from scanner.model.target import Account, Unit
from scanner.output.encode import encode_record
from tests.unit.analysis.support import ACCOUNT, NEW, REGION, TYPE, outcome, record

LOOKED = {TYPE: Status.COMPLETE}


def coverage(types):
    unit = Unit(Account(ACCOUNT), REGION, "sqs", tuple(types))
    return Coverage([outcome(unit, types, [])] if types else [])


def changes(old, new, *, before=LOOKED, after=LOOKED, ignored=()):
    comparison = Comparison(coverage(before), coverage(after), {"*": frozenset(ignored)})
    lines = ([encode_record(each).rstrip() for each in side] for side in (old, new))
    return list(comparison.changes(*lines))


def changed(was, now, **more):
    return [
        step["path"]
        for each in changes([record(**was)], [record(run_id=NEW, **now)], **more)
        for step in each.patch
    ]


def test_a_type_whose_details_alone_were_denied_is_known_to_the_last_resource():
    ends = {
        "a": TypeOutcome(Status.COMPLETE), "b": TypeOutcome(Status.DENIED, 1, "no", listed=True),
        "c": TypeOutcome(Status.DENIED, 0, "no"),
    }  # fmt: skip
    known = Coverage([Outcome("1", "r", "s", Status.DENIED, ends)])

    assert [known.status("1", "r", name) for name in "abcd"] == [
        Status.COMPLETE, Status.DENIED, Status.DENIED, None,
    ]  # fmt: skip
    assert [known.knows_all("1", "r", name) for name in "abcd"] == [True, True, False, False]


def test_what_both_runs_found_alike_is_no_change():
    assert changes([record()], [record(run_id=NEW, captured_at="2026-11-25T00:00:00Z")]) == []


def test_added_and_removed_are_told_in_the_order_of_their_keys():
    found = changes([record("b"), record("c")], [record("c"), record("a")])

    assert [(each.kind, each.key.resource_id) for each in found] == [
        (Kind.ADDED, "a"), (Kind.REMOVED, "b"),
    ]  # fmt: skip
    assert found[0].arn == record("a").arn
    assert found[0].name == "a"


def test_a_change_is_told_as_a_patch():
    [found] = changes(
        [record(configuration={"Delay": 0, "Old": True})],
        [record(run_id=NEW, configuration={"Delay": 5}, tags={"team": "a"})],
    )

    assert found.kind is Kind.CHANGED
    assert sorted((step["op"], step["path"]) for step in found.patch) == [
        ("add", "/tags/team"),
        ("remove", "/configuration/Old"),
        ("replace", "/configuration/Delay"),
    ]


@pytest.mark.parametrize("status", [each for each in Status if each is not Status.COMPLETE])
def test_missing_where_a_run_did_not_look_is_unknown_with_the_reason(status):
    unseen = {TYPE: status}
    [gone] = changes([record()], [], after=unseen)
    [come] = changes([], [record()], before=unseen)

    assert (gone.kind, gone.reason) == (Kind.UNKNOWN, f"new run: {status}")
    assert (come.kind, come.reason) == (Kind.UNKNOWN, f"old run: {status}")


def test_missing_where_a_run_did_not_plan_to_look_is_unknown():
    [gone] = changes([record()], [], after={})

    assert (gone.kind, gone.reason) == (Kind.UNKNOWN, "new run: not planned")


def test_seen_by_both_is_compared_whatever_else_was_not_seen():
    partial = {TYPE: Status.THROTTLED}

    assert changed({"arn": "a"}, {"arn": "b"}, before=partial, after=partial) == ["/arn"]


def test_members_that_change_by_themselves_are_no_change():
    busy = {"configuration": {"ApproximateNumberOfMessages": "7", "Delay": 1}}
    quiet = {"configuration": {"ApproximateNumberOfMessages": "0", "Delay": 1}}

    assert changed(busy, quiet) == []


def test_the_user_names_more_members_to_ignore():
    before, after = ({"configuration": {"A": n, "B": {"A": n, "C": n}}} for n in (1, 2))

    assert changed(before, after, ignored=["A"]) == ["/configuration/B/C"]


def test_tags_that_one_run_did_not_read_are_not_compared():
    assert changed({"tags": None}, {"tags": {"a": "b"}}) == []
    assert changed({"tags": {}}, {"tags": {"a": "b"}}) == ["/tags/a"]


def test_details_that_one_run_did_not_read_are_not_compared():
    read = {"supplementary": {"Policy": {"a": 1}, "Acl": 1}}
    unread = {"supplementary": {"Acl": 2}, "unread": ["Policy"]}

    assert changed(read, unread) == ["/supplementary/Acl"]
    assert changed(unread, read) == ["/supplementary/Acl"]
    assert changed({"supplementary": {"Acl": 2}}, read) != ["/supplementary/Acl"]


@pytest.mark.parametrize(
    ("before", "after", "differs"),
    [
        ("REDACTED", "REDACTED:0123456789ab", False),
        ("REDACTED:0123456789ab", "REDACTED", False),
        ("REDACTED:0123456789ab", "REDACTED:ba9876543210", True),
        ("REDACTED", "open", True),
    ],
)
def test_secrets_are_told_apart_by_their_fingerprints_alone(before, after, differs):
    found = changed({"configuration": {"P": before}}, {"configuration": {"P": after}})

    assert bool(found) is differs


@pytest.mark.parametrize(
    "name", [',"resource_name":', 'x","resource_id":"y', "\u2028\U0001f600", "a|b"]
)
def test_a_line_is_split_at_its_own_fields_whatever_the_texts_in_it(name):
    told = record(name, account_name=name, configuration={"resource_name": name})
    line = read_line(encode_record(told).rstrip())

    assert line.key == Key(ACCOUNT, REGION, TYPE, name)
    assert line.record()["configuration"] == {"resource_name": name}


@pytest.mark.parametrize("text", [b"", b"{}", b'{"account_id":1', b"[1]", b"\xff"])
def test_what_is_no_record_is_told(text):
    with pytest.raises(OutputError, match="no record"):
        read_line(text)


def test_coverage_knows_each_type_of_each_place():
    units = [Unit(Account(f"{n:012}"), "r", "sqs", ()) for n in range(3)]
    ends = [{"a": Status.COMPLETE}, {"b": Status.DENIED}, {"a": Status.ERROR, "b": Status.COMPLETE}]
    known = Coverage(outcome(unit, types, []) for unit, types in zip(units, ends, strict=True))

    found = [[known.status(unit.account.id, "r", name) for name in "abc"] for unit in units]

    assert found == [
        [Status.COMPLETE, None, None],
        [None, Status.DENIED, None],
        [Status.ERROR, Status.COMPLETE, None],
    ]
    assert known.status("999999999999", "r", "a") is None
