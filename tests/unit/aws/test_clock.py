from datetime import UTC, datetime

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from hypothesis import given
from hypothesis import strategies as st

from scanner.aws.clock import TOLERANCE, Clock
from scanner.aws.faults import Kind, Verdict

NOON = 1_764_000_000.0


def verdict(kind, date):
    return Verdict(kind, "Code", "message", date=date)


def at(moment):
    return Clock(lambda: moment)


@pytest.mark.parametrize(
    ("kind", "ahead", "skewed"),
    [
        (Kind.SKEWED, 1.0, True),
        (Kind.EXPIRED, TOLERANCE + 1, True),
        (Kind.EXPIRED, -TOLERANCE - 1, True),
        (Kind.CREDENTIALS, TOLERANCE + 1, True),
        (Kind.EXPIRED, TOLERANCE - 1, False),
        (Kind.DENIED, 7200.0, False),
        (Kind.THROTTLED, 7200.0, False),
    ],
)
def test_the_clock_is_set_by_refusals_that_it_explains(kind, ahead, skewed):
    clock = at(NOON)
    judged = clock.judge(verdict(kind, NOON + ahead), clock.offset)
    assert judged.kind is (Kind.SKEWED if skewed else kind)
    assert clock.now() == (NOON + ahead if skewed else NOON)


def test_an_answer_without_a_date_teaches_nothing():
    clock = at(NOON)
    given_up = verdict(Kind.SKEWED, None)
    assert clock.judge(given_up, 0.0) is given_up
    assert clock.now() == NOON


def test_a_late_refusal_of_what_was_signed_before_the_clock_was_set_is_skewed_too():
    """Else it would count as refused credentials, and they would be renewed for nothing."""
    clock, ahead = at(NOON), 7200.0
    clock.judge(verdict(Kind.SKEWED, NOON + ahead), 0.0)
    assert clock.judge(verdict(Kind.EXPIRED, NOON + ahead), 0.0).kind is Kind.SKEWED
    assert clock.judge(verdict(Kind.EXPIRED, NOON + ahead), ahead).kind is Kind.EXPIRED


@given(ahead=st.integers(-(10**9), 10**9).filter(bool))
def test_botocore_signs_and_dates_a_request_with_the_time_learned(ahead):
    clock = at(NOON)
    clock.judge(verdict(Kind.SKEWED, NOON + ahead), 0.0)
    request = AWSRequest("GET", "https://sqs.eu-west-1.amazonaws.com/")
    clock.date(request=request, operation_name="ListQueues")
    SigV4Auth(ReadOnlyCredentials("AK", "secret", None), "sqs", "eu-west-1").add_auth(request)
    expected = clock_text(NOON + ahead)
    assert request.headers["X-Amz-Date"] == expected
    assert f"/{expected[:8]}/" in request.headers["Authorization"]


def test_a_clock_that_is_right_leaves_requests_alone():
    request = AWSRequest("GET", "https://sqs.eu-west-1.amazonaws.com/")
    context = request.context
    at(NOON).date(request=request)
    assert request.context is context


def clock_text(seconds):
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%dT%H%M%SZ")
