"""Answers are counted in buckets narrow enough to tell percentiles."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.aws.latency import BOUNDS, FIRST, MIDDLES, Latency

SECONDS = st.floats(min_value=FIRST, max_value=BOUNDS[-1])


def bucket_of(seconds):
    latency = Latency()
    latency.note(seconds)
    return latency.counts.index(1)


@given(SECONDS)
def test_the_middle_of_a_bucket_is_near_all_that_is_in_it(seconds):
    middle = MIDDLES[bucket_of(seconds)]

    assert middle / seconds == pytest.approx(1, abs=0.1)


@given(st.lists(SECONDS))
def test_every_answer_is_counted_once(measured):
    latency = Latency()
    for seconds in measured:
        latency.note(seconds)

    assert sum(latency.counts) == len(measured)


@given(SECONDS, SECONDS)
def test_a_slower_answer_is_never_in_a_faster_bucket(one, other):
    assert (bucket_of(one) <= bucket_of(other)) or one > other


@pytest.mark.parametrize(
    ("seconds", "bucket"), [(0.0, 0), (FIRST, 0), (900.0, -1), (float("inf"), -1)]
)
def test_what_is_too_fast_or_too_slow_is_in_the_outermost_bucket(seconds, bucket):
    assert bucket_of(seconds) == range(len(MIDDLES))[bucket]


def test_a_middle_lies_between_the_bounds_of_its_bucket():
    for (low, high), middle in zip(itertools.pairwise(BOUNDS), MIDDLES[1:], strict=False):
        assert low < middle < high


def test_each_bucket_fits_an_array_of_the_embedded_metric_format():
    assert len(BOUNDS) + 1 == len(MIDDLES) <= 100
