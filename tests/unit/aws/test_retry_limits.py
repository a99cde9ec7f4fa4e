import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.aws.faults import Kind, Verdict
from scanner.aws.limits import FIRST_RATE, FREE_RATE, GROWTH, LEAST_RATE, Limits, Time
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


async def test_each_further_second_of_throttles_halves_the_rate_down_to_the_least(limits, clock):
    limits.throttled(SCOPE)
    rates = []
    for _ in range(10):
        for _ in range(8):  # a busy scope: being asked is not quiet
            clock.now += 0.125
            assert limits.rate(SCOPE)
        limits.throttled(SCOPE)
        rates.append(limits.rate(SCOPE))
    assert rates[0] < FIRST_RATE * 0.6
    assert rates[3] < FIRST_RATE * 0.2
    assert rates[-1] == pytest.approx(LEAST_RATE, rel=0.05)


async def test_throttles_of_one_moment_count_once(limits, clock):
    for _ in range(50):
        limits.throttled(SCOPE)
    assert limits.rate(SCOPE) == FIRST_RATE
    clock.now += 1
    for _ in range(50):
        limits.throttled(SCOPE)
    assert limits.rate(SCOPE) == pytest.approx(FIRST_RATE / 2, rel=0.1)


async def test_a_quiet_second_after_a_throttle_gains_its_half_request(limits, clock):
    limits.throttled(SCOPE)
    clock.now += 0.9
    assert limits.rate(SCOPE) == FIRST_RATE
    clock.now += 0.1
    assert limits.rate(SCOPE) == pytest.approx(FIRST_RATE + GROWTH)


@given(
    st.lists(
        st.one_of(st.just("ask"), st.just("throttle"), st.floats(0, 5)), min_size=1, max_size=60
    )
)
async def test_no_more_than_the_rate_is_ever_granted(steps):
    clock = Clock()
    limits = Limits(Time(clock, clock.sleep))
    limits.throttled(SCOPE)
    granted = []
    for step in steps:
        if step == "ask":
            await limits.acquire(SCOPE)
            granted.append(clock.now)
        elif step == "throttle":
            limits.throttled(SCOPE)
        else:
            clock.now += step
        rate = limits.rate(SCOPE)
        assert LEAST_RATE <= rate < FREE_RATE
    fastest = FIRST_RATE + GROWTH * clock.now
    for number, moment in enumerate(granted):
        within = [each for each in granted[number:] if each - moment <= 1]
        assert len(within) <= fastest + 2


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
