"""Statements come out of policies, and go in, and nothing else of them changes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.catalog.statements import MATCHED, chosen, is_open, statements_of, with_, without

ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


@pytest.mark.parametrize(
    ("statement", "open_to_all"),
    [
        ({"Principal": "*"}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"AWS": ["arn:aws:iam::1:root", "*"]}}, True),
        ({"Principal": {"AWS": "arn:aws:iam::1:root"}}, False),
        ({"Principal": {"Service": "*"}}, False),
        ({"NotPrincipal": "*"}, False),
        ({"Principal": "*", "Effect": "Deny"}, False),
        ({"Principal": "*", "Condition": {"StringEquals": {"aws:SourceAccount": "1"}}}, False),
    ],
)
def test_a_statement_is_open_where_everybody_may_without_condition(statement, open_to_all):
    assert is_open({**ALLOW, **statement}) == open_to_all


def test_one_statement_may_stand_without_its_list():
    text = json.dumps({"Version": "2012-10-17", "Statement": {**ALLOW, "Principal": "*"}})

    assert without(text, chosen(text, MATCHED)) is None


def test_no_policy_has_no_statements():
    assert statements_of(None) == []
    assert json.loads(with_(None, [{"Sid": "a"}]))["Statement"] == [{"Sid": "a"}]


STATEMENTS = st.lists(
    st.builds(
        lambda sid, principal: {**ALLOW, "Sid": sid, "Principal": principal},
        st.text("abc", min_size=1, max_size=2),
        st.sampled_from(["*", {"AWS": "arn:aws:iam::1:root"}]),
    ),
    min_size=1,
    unique_by=lambda each: each["Sid"],
)


@given(statements=STATEMENTS)
def test_what_is_taken_out_is_what_was_chosen_and_the_rest_stays_in_order(statements):
    text = json.dumps({"Version": "2012-10-17", "Id": "x", "Statement": statements})
    left = without(text, chosen(text, MATCHED))
    kept = [each for each in statements if not is_open(each)]

    assert (json.loads(left) if left else None) == (
        {"Version": "2012-10-17", "Id": "x", "Statement": kept} if kept else None
    )


@given(statements=STATEMENTS, more=STATEMENTS)
def test_what_is_put_in_takes_the_place_of_its_ids(statements, more):
    text = json.dumps({"Version": "2012-10-17", "Statement": statements})
    put = with_(text, more)

    assert chosen(put, [each["Sid"] for each in more]) == more
    assert with_(put, more) == put
    assert {each["Sid"] for each in statements} <= {each["Sid"] for each in statements_of(put)}
