import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.aws.faults import Kind, Verdict
from scanner.aws.limits import FIRST_RATE, FREE_RATE, LEAST_RATE, Limits, Time
from scanner.aws.retry import _COURSES, LONGEST_WAIT, Backoff

SCOPE = ("1", "eu-west-1", "ec2")


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    async def sleep(self, seconds):
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def limits(clock):
    return Limits(Time(clock, clock.sleep))


@given(st.sampled_from(list(Kind)), st.integers(1, 30), st.none() | st.floats(0, 1e6))
def test_a_wait_stays_below_its_doubling_bound_or_is_what_aws_asked_for(kind, attempt, asked):
    wait = Backoff(random.Random(attempt)).delay(Verdict(kind, "c", "m", asked), attempt)
    course = _COURSES.get(kind)
    if course is None or attempt >= course.attempts:
        assert wait is None
    else:
        bound = min(course.cap, course.base * 2 ** (attempt - 1))
        assert 0 <= wait <= max(bound, min(asked or 0, LONGEST_WAIT))


async def test_a_scope_that_was_never_throttled_is_not_paced(limits, clock):
    for _ in range(1000):
        await limits.acquire(SCOPE)
    assert clock.now == 0
    assert limits.rate(SCOPE) is None


async def test_a_throttled_scope_keeps_its_rate(limits, clock):
    limits.throttled(SCOPE)
    start = clock.now
    for _ in range(31):
        await limits.acquire(SCOPE)
    assert 30 / (clock.now - start) < FIRST_RATE + 2


async def test_a_second_throttle_halves_the_rate_down_to_the_least(limits, clock):
    limits.throttled(SCOPE)
    assert limits.rate(SCOPE) == FIRST_RATE
    for _ in range(20):
        clock.now += 0.999
        limits.throttled(SCOPE)
        clock.now += 0.001
    assert limits.rate(SCOPE) < FIRST_RATE
    assert limits.rate(SCOPE) >= LEAST_RATE


async def test_throttles_of_one_moment_count_once(limits, clock):
    limits.throttled(SCOPE)
    limits.throttled(SCOPE)
    halved = limits.rate(SCOPE)
    for _ in range(50):
        limits.throttled(SCOPE)
    assert limits.rate(SCOPE) == halved == FIRST_RATE / 2


async def test_quiet_frees_a_scope_again(limits, clock):
    limits.throttled(SCOPE)
    clock.now += 10
    assert FIRST_RATE < limits.rate(SCOPE) < FREE_RATE
    clock.now += 1000
    assert limits.rate(SCOPE) is None


async def test_one_scope_never_slows_another(limits, clock):
    limits.throttled(SCOPE)
    for _ in range(100):
        await limits.acquire(("2", "eu-west-1", "ec2"))
    assert clock.now == 0
