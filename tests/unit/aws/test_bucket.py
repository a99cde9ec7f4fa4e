import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.aws.bucket import BEYOND, FIRST_RATE, FREE_RATE, GROWTH, LEAST_RATE, Bucket, Terms
from scanner.aws.rates import Rate

KNOWN = Terms.of(Rate(20, 100), 1.0)
UNKNOWN = Terms.of(None, 1.0)

rates = st.builds(Rate, st.floats(0.5, 200), st.floats(1, 500))
shares = st.floats(0.01, 1)
steps = st.lists(
    st.one_of(
        st.sampled_from(["take", "take", "take", "throttle", "wait"]),
        st.tuples(st.just("pass"), st.floats(0, 10)),
        st.tuples(st.just("close"), st.floats(0, 10)),
    ),
    max_size=200,
)


def play(bucket, steps):
    """Do as asked and yield each moment with what happened and the bucket's rate and burst."""
    now = 0.0
    for step in steps:
        done = step
        if step == "take":
            done = "taken" if bucket.take(now) == 0 else "refused"
        elif step == "wait":
            while wait := bucket.take(now):
                now += wait
            bucket.grow(now)
            done = "taken"
        elif step == "throttle":
            bucket.slow(now)
        elif step[0] == "pass":
            now += step[1]
        else:
            bucket.close(now + step[1])
        yield now, done, bucket.rate, bucket.burst


@given(rates, shares, steps)
def test_no_window_sees_more_requests_than_burst_and_rate_allow(rate, share, steps):
    bucket = Bucket(Terms.of(rate, share), 0.0)
    fastest, burst, taken = bucket.rate, bucket.burst, []
    for now, done, rate_now, burst_now in play(bucket, steps):
        fastest, burst = max(fastest, rate_now), max(burst, burst_now)
        if done == "taken":
            taken.append(now)
    for first, begun in enumerate(taken):
        for count, moment in enumerate(taken[first:], 1):
            assert count <= burst + fastest * (moment - begun) + 1e-3


@given(rates | st.none(), shares, steps)
def test_a_rate_stays_between_the_least_and_the_ceiling(rate, share, steps):
    terms = Terms.of(rate, share)
    for _, _, now, burst in play(Bucket(terms, 0.0), steps):
        assert terms.least <= now <= terms.ceiling
        assert burst >= 1
    assert terms.least <= terms.start <= terms.ceiling


@given(rates, st.floats(0.01, 0.99), steps)
def test_a_share_is_never_exceeded(rate, share, steps):
    for _, _, now, burst in play(Bucket(Terms.of(rate, share), 0.0), steps):
        assert now <= rate.per_second * share * 1.0001
        assert burst <= max(1, rate.burst * share * 1.0001)


@given(rates | st.none(), steps)
def test_only_a_throttle_lowers_a_rate_and_by_half_at_most_once_a_second(rate, steps):
    bucket = Bucket(Terms.of(rate, 1.0), 0.0)
    before, halved = bucket.rate, float("-inf")
    for now, done, after, _ in play(bucket, steps):
        if after < before:
            assert done == "throttle"
            assert now - halved >= 1
            assert after >= before / 2 - 1e-9 or after == bucket.terms.first
            halved = now
        before = after


@given(rates | st.none(), steps)
def test_a_rate_creeps_up_by_its_growth_at_most(rate, steps):
    bucket = Bucket(Terms.of(rate, 1.0), 0.0)
    least, began = bucket.rate, 0.0
    for now, done, after, _ in play(bucket, steps):
        assert after <= least + bucket.terms.growth * (now - began) + 1e-6
        if done == "throttle":
            least, began = after, now


@given(rates, st.floats(0.01, 100))
def test_a_closed_bucket_gives_nothing_out_before_it_opens_and_no_burst_then(rate, seconds):
    bucket = Bucket(Terms.of(rate, 1.0), 0.0)
    bucket.close(seconds)
    wait = bucket.take(0.0)
    assert wait >= seconds
    assert bucket.take(seconds) > 0
    assert bucket.take(wait + 1e-6) == 0
    assert bucket.take(wait + 1e-6) > 0


def test_a_full_bucket_gives_out_its_burst_at_once_and_then_its_rate():
    bucket = Bucket(KNOWN, 0.0)
    assert [bucket.take(0.0) for _ in range(101)] == [0.0] * 100 + [pytest.approx(0.05)]


def test_the_first_throttle_of_an_unknown_bucket_brings_it_to_the_first_rate():
    bucket = Bucket(UNKNOWN, 0.0)
    assert bucket.rate == FREE_RATE
    bucket.slow(0.0)
    assert bucket.rate == FIRST_RATE
    assert bucket.take(0.0) == pytest.approx(1 / FIRST_RATE)


def test_a_throttle_shrinks_the_burst_too():
    bucket = Bucket(KNOWN, 0.0)
    bucket.slow(0.0)
    assert (bucket.rate, bucket.burst) == (10, 50)


def test_throttles_of_one_moment_count_once():
    bucket = Bucket(KNOWN, 0.0)
    for moment in (0.0, 0.3, 0.99, 1.0, 1.5):
        bucket.slow(moment)
    assert bucket.rate == 5


def test_throttles_never_stop_a_bucket():
    bucket = Bucket(KNOWN, 0.0)
    for second in range(50):
        bucket.slow(float(second))
    assert bucket.rate == LEAST_RATE


def test_idleness_teaches_nothing():
    bucket = Bucket(KNOWN, 0.0)
    bucket.slow(0.0)
    bucket.grow(1000.0)
    assert bucket.rate == pytest.approx(10 + 2 * KNOWN.growth)
    assert bucket.take(2000.0) == 0
    assert bucket.rate == pytest.approx(10 + 2 * KNOWN.growth)


def test_a_second_of_quiet_after_a_throttle_comes_before_the_first_gain():
    bucket = Bucket(UNKNOWN, 0.0)
    bucket.slow(0.0)
    bucket.grow(0.9)
    assert bucket.rate == FIRST_RATE
    bucket.grow(1.0)
    assert bucket.rate == pytest.approx(FIRST_RATE + GROWTH)


def test_a_bucket_grows_past_the_known_rate_slowly_and_to_a_bound():
    bucket = Bucket(KNOWN, 0.0)
    bucket.grow(1.0)
    assert bucket.rate == pytest.approx(20 + KNOWN.growth / 4)
    for second in range(2, 1000):
        bucket.grow(float(second))
    assert bucket.rate == 20 * BEYOND


def test_a_remembered_rate_is_kept_within_bounds():
    assert Bucket(KNOWN, 0.0, 4.0).rate == 4
    assert Bucket(KNOWN, 0.0, 1e9).rate == 40
    assert Bucket(KNOWN, 0.0, 1e-9).rate == LEAST_RATE
    assert Bucket(Terms.of(Rate(20, 100), 0.1), 0.0, 20.0).rate == 2


def test_a_bucket_is_drained_when_half_is_gone_and_idle_when_nothing_is():
    bucket = Bucket(KNOWN, 0.0)
    assert bucket.idle(0.0)
    for _ in range(50):
        bucket.take(0.0)
    assert not bucket.drained(0.0)
    bucket.take(0.0)
    assert bucket.drained(0.0)
    assert not bucket.idle(2.5)
    assert bucket.idle(2.6)
