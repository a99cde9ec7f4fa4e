"""Figures: taken of a run as it stands, differences that add up, percentiles that are near."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.aws.gate import Traffic
from scanner.aws.latency import BOUNDS, Latency
from scanner.engine.run import Progress
from scanner.metrics import Figures
from scanner.metrics.figures import ADDED
from scanner.model.outcome import Status
from tests.unit.metrics.figures import ENDING, FIGURES, counts, some, units


def test_figures_are_what_run_gate_and_limits_say():
    progress, traffic = Progress(records=7, bytes=900), Traffic(9, 2, 3, 4)
    progress.by_status.update({Status.COMPLETE: 3, Status.DENIED_SCP: 1})
    traffic.throttled["ec2"] = 2
    traffic.latency.note(0.1)
    taken = Figures.of(progress, traffic, [8.0, 0.5], ENDING)

    assert taken == Figures(
        units=units(complete=3, denied_scp=1), records=7, bytes=900, requests=9, throttles=2,
        retries=3, throttled={"ec2": 2}, latency=counts(0.1), in_flight=4, paced=2,
        lowest_rate=0.5, ending=ENDING,
    )  # fmt: skip


def test_figures_stay_as_they_were_while_the_run_goes_on():
    progress, traffic = Progress(), Traffic()
    taken = Figures.of(progress, traffic, [])
    progress.by_status[Status.COMPLETE] += 1
    traffic.throttled["ec2"] += 1
    traffic.latency.note(0.1)

    assert taken == Figures()


@settings(max_examples=30)
@given(st.lists(FIGURES, min_size=1, max_size=3))
def test_differences_add_up_to_the_whole(moments):
    told, total = Figures(), dict.fromkeys(ADDED, 0)
    latency, statuses = [0] * len(told.latency), dict.fromkeys(Status, 0)
    for moment in moments:
        added = moment.since(told)
        for name in ADDED:
            total[name] += getattr(added, name)
        for status in Status:
            statuses[status] += added.units[status]
        latency = [a + b for a, b in zip(latency, added.latency, strict=True)]
        told = moment

    assert total == {name: getattr(told, name) for name in ADDED}
    assert tuple(latency) == told.latency
    assert statuses == told.units


@settings(max_examples=30)
@given(FIGURES, FIGURES)
def test_what_does_not_only_grow_is_told_as_it_stands(now, then):
    added = now.since(then)
    for name in ("in_flight", "paced", "lowest_rate", "ending"):
        assert getattr(added, name) == getattr(now, name)


def test_only_services_that_were_throttled_since_are_named():
    before, now = some(throttled={"ec2": 2, "rds": 1}), some(throttled={"ec2": 5, "rds": 1})
    assert now.since(before).throttled == {"ec2": 3}


@given(
    st.lists(st.floats(0.001, BOUNDS[-1]), min_size=1, max_size=200),
    st.sampled_from([0.5, 0.9, 0.99]),
)
def test_a_percentile_is_within_a_bucket_of_the_true_one(measured, share):
    latency = Latency()
    for seconds in measured:
        latency.note(seconds)
    true = sorted(measured)[math.ceil(share * len(measured)) - 1]

    assert some(latency=tuple(latency.counts)).percentile(share) == pytest.approx(true, rel=0.1)


def test_without_answers_there_is_no_percentile():
    assert Figures().percentile(0.5) is None
