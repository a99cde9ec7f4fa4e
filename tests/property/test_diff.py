"""What a comparison tells, against the plain definition, whatever the runs and the memory."""

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from scanner.analysis.coverage import Coverage
from scanner.analysis.diff import Comparison
from scanner.analysis.lines import Buckets
from scanner.model.outcome import Status
from scanner.model.target import Account, Unit
from scanner.output.encode import encode_record
from tests.unit.analysis.support import outcome, record

ACCOUNTS = ("111111111111", "222222222222")
TYPES = ("AWS::SQS::Queue", "AWS::SNS::Topic")
REGION = "eu-west-1"

keys = st.tuples(st.sampled_from(ACCOUNTS), st.sampled_from(TYPES), st.sampled_from("abc"))
runs = st.tuples(
    st.dictionaries(keys, st.integers(0, 1)),
    st.dictionaries(
        st.tuples(st.sampled_from(ACCOUNTS), st.sampled_from(TYPES)),
        st.sampled_from([Status.COMPLETE, Status.COMPLETE, Status.DENIED]),
    ),
)


def coverage(ends):
    return Coverage(
        outcome(Unit(Account(account), REGION, "x", ()), {name: status}, [])
        for (account, name), status in ends.items()
    )


def lines(found):
    return [
        encode_record(
            record(
                known,
                account_id=account,
                resource_type=name,
                region=REGION,
                configuration={"v": value},
            )
        ).rstrip()
        for (account, name, known), value in found.items()
    ]


def expected(old, new):
    (before, looked), (after, looked_again) = old, new
    told = {}
    for key in before.keys() | after.keys():
        if key in before and key in after:
            if before[key] != after[key]:
                told[key] = "changed"
            continue
        place = key[:2]
        both = looked.get(place) is looked_again.get(place) is Status.COMPLETE
        told[key] = ("removed" if key in before else "added") if both else "unknown"
    return told


def keyed(change):
    return change.key.account_id, change.key.resource_type, change.key.resource_id


@given(runs, runs)
def test_changes_are_those_of_the_definition(old, new):
    comparison = Comparison(coverage(old[1]), coverage(new[1]))
    found = list(comparison.changes(lines(old[0]), lines(new[0])))

    assert {keyed(each): str(each.kind) for each in found} == expected(old, new)
    assert [each.key for each in found] == sorted(each.key for each in found)


@given(runs, runs, st.integers(2, 5))
def test_buckets_change_nothing_but_the_order(old, new, count):
    comparison = Comparison(coverage(old[1]), coverage(new[1]))
    found = []
    with tempfile.TemporaryDirectory() as name:
        sides = [Buckets(Path(name), side, count) for side in ("old", "new")]
        for side, (records, _) in zip(sides, (old, new), strict=True):
            side.fill(iter(lines(records)))
        for number in range(count):
            found += comparison.changes(*(side.drain(number) for side in sides))

    assert {keyed(each): str(each.kind) for each in found} == expected(old, new)
    assert len(found) == len(expected(old, new))
