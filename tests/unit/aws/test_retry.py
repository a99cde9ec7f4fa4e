import random

from hypothesis import given
from hypothesis import strategies as st

from scanner.aws.faults import Kind, Verdict
from scanner.aws.retry import _COURSES, LONGEST_WAIT, Backoff


@given(st.sampled_from(list(Kind)), st.integers(1, 30), st.none() | st.floats(0, 1e6))
def test_a_wait_stays_below_its_doubling_bound_or_is_what_aws_asked_for(kind, attempt, asked):
    wait = Backoff(random.Random(attempt)).delay(Verdict(kind, "c", "m", asked), attempt)
    course = _COURSES.get(kind)
    if course is None or attempt >= course.attempts:
        assert wait is None
    else:
        bound = min(course.cap, course.base * 2 ** (attempt - 1))
        assert 0 <= wait <= max(bound, min(asked or 0, LONGEST_WAIT))
