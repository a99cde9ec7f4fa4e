import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.aws import learned
from scanner.aws.learned import FORGOTTEN, WHOLE, Memory, documented, recalled

NOW = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
scopes = st.tuples(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
memories = st.builds(
    Memory,
    st.floats(0.5, 1000).map(lambda rate: round(rate, 3)),
    st.timedeltas(timedelta(0), timedelta(days=6)).map(
        lambda age: (NOW - age).replace(microsecond=0)
    ),
)


def worst(_scope, memory):
    return memory.per_second


@given(st.dictionaries(scopes, memories, max_size=20))
def test_what_is_written_is_read_again(known):
    document = json.loads(json.dumps(documented(known, worst)))
    assert recalled(document, NOW) == known


@given(memories, st.floats(0.5, 1000), st.timedeltas(timedelta(0), timedelta(days=30)))
def test_an_old_rate_is_between_what_was_learned_and_the_start(memory, start, age):
    rate = memory.aged(start, memory.at + age)
    low, high = sorted((memory.per_second, start))
    assert low * 0.999 <= rate <= high * 1.001
    if age <= WHOLE:
        assert rate == pytest.approx(memory.per_second)
    if age >= FORGOTTEN:
        assert rate == pytest.approx(start)


def test_the_worst_are_kept_where_there_are_too_many(monkeypatch):
    monkeypatch.setattr(learned, "MOST", 3)
    known = {("1", "r", str(number)): Memory(float(number + 1), NOW) for number in range(10)}
    document = documented(known, worst)
    assert [each["per_second"] for each in document["rates"]] == [1, 2, 3]


@pytest.mark.parametrize("age", [FORGOTTEN, timedelta(days=-400)], ids=["old", "of the future"])
def test_what_is_too_old_or_of_another_time_is_forgotten(age):
    document = documented({("1", "r", "sqs"): Memory(1.0, NOW - age)}, worst)
    assert recalled(document, NOW) == {}


LINE = {
    "account_id": "1",
    "region": "r",
    "bucket": "sqs",
    "per_second": 1.0,
    "learned_at": "2026-11-24T00:00:00Z",
}


@pytest.mark.parametrize(
    "document",
    [
        {"something": "else"},
        {"schema": 2, "rates": []},
        {"schema": 1, "rates": {}},
        {"schema": 1, "rates": ["x"]},
        {"schema": 1, "rates": [{**LINE, "per_second": "fast"}]},
        {"schema": 1, "rates": [{**LINE, "per_second": None}]},
        {"schema": 1, "rates": [{**LINE, "learned_at": "yesterday"}]},
        {"schema": 1, "rates": [{**LINE, "learned_at": "2026-11-24T00:00:00"}]},
        {"schema": 1, "rates": [{**LINE, "learned_at": 7}]},
        {"schema": 1, "rates": [{"account_id": "1"}]},
    ],
)
def test_a_document_of_others_is_refused(document):
    with pytest.raises(ValueError, match="no learned rate"):
        recalled(document, NOW)


@pytest.mark.parametrize("rate", [0, -1, float("inf"), float("nan")])
def test_a_rate_that_none_can_be_is_left_out(rate):
    assert recalled({"schema": 1, "rates": [{**LINE, "per_second": rate}]}, NOW) == {}
