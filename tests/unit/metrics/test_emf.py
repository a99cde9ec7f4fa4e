"""The embedded metric format: documents CloudWatch takes, sums that add up, a line each."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import ValidationError

from scanner.metrics import Figures
from scanner.metrics.emf import INTERVAL, MOST_SERVICES, EmfPublisher, document
from scanner.model.outcome import Status
from tests.unit.metrics.emf import DOCUMENT, TARGET, check, metrics_of
from tests.unit.metrics.figures import FIGURES, LABELS, counts, some, units

README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
NOON = 1_795_521_600.25


def lines(stream):
    return stream.getvalue().splitlines()


def publisher(stream):
    return EmfPublisher(stream, LABELS, lambda: NOON)


@given(FIGURES)
def test_every_document_is_of_the_format(figures):
    check(json.dumps(document(figures, LABELS, round(NOON * 1000))))


async def test_a_run_that_ended_tells_these_metrics():
    stream = io.StringIO()
    assert await publisher(stream).publish(some()) == ""
    (line,) = lines(stream)
    written = check(line)

    latency = metrics_of(written).pop("Latency")
    assert {name: value for name, value in metrics_of(written).items() if name != "Latency"} == {
        "UnitsComplete": 58, "UnitsUnavailable": 0, "UnitsTruncated": 0, "UnitsDeniedScp": 0,
        "UnitsDenied": 2, "UnitsThrottled": 0, "UnitsError": 0, "UnitsNotAttempted": 0,
        "Records": 700, "RecordBytes": 37_000, "Requests": 151, "Throttles": 3, "Retries": 4,
        "InFlight": 5, "PacedScopes": 3, "LowestRate": 2.5, "RunDuration": 61.5,
        "Coverage": 98.75, "AccountsFailed": 2, "CompleteRunAge": 86_400, "OldestUnitAge": 172_800,
    }  # fmt: skip
    assert latency["Values"] == pytest.approx([100, 2000], rel=0.1)
    assert latency["Counts"] == [2, 1]
    assert (latency["Count"], latency["Min"]) == (3, latency["Values"][0])
    assert latency["Sum"] == pytest.approx(2200, rel=0.1)
    assert written["_aws"]["Timestamp"] == 1_795_521_600_250
    assert written["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Scanner"


async def test_the_only_dimension_is_the_job():
    stream = io.StringIO()
    await publisher(stream).publish(some())
    written = check(*lines(stream))

    assert written["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["Job"]]
    assert written["Job"] == "inventory"


async def test_a_line_besides_its_metrics_names_run_status_percentiles_and_throttled_services():
    stream = io.StringIO()
    await publisher(stream).publish(some())
    written = check(*lines(stream))

    assert (written["RunId"], written["Status"]) == (LABELS.run_id, "partial")
    assert written["ThrottlesByService"] == {"rds": 3}
    assert written["LatencyPercentiles"] == pytest.approx(
        {"P50": 100, "P90": 2000, "P99": 2000}, rel=0.1
    )


def test_of_many_throttled_services_those_with_the_most_throttles_are_named():
    throttled = {f"service-{number}": number + 1 for number in range(MOST_SERVICES * 2)}
    named = document(some(throttled=throttled), LABELS, 0)["ThrottlesByService"]

    assert len(named) == MOST_SERVICES
    assert min(named.values()) == MOST_SERVICES + 1


async def test_a_run_under_way_tells_nothing_that_only_an_end_knows():
    stream = io.StringIO()
    await publisher(stream).publish(some(ending=None, lowest_rate=None, latency=counts()))
    written = check(*lines(stream))

    assert written["Status"] == "running"
    assert not {"RunDuration", "Coverage", "AccountsFailed", "CompleteRunAge", "OldestUnitAge"} & {
        *metrics_of(written)
    }
    assert not {"Latency", "LowestRate"} & {*metrics_of(written)}


@settings(max_examples=30)
@given(st.lists(FIGURES, min_size=1, max_size=3))
async def test_the_lines_of_a_run_add_up(moments):
    stream = io.StringIO()
    telling = publisher(stream)
    for moment in moments:
        await telling.publish(moment)
    told = [metrics_of(json.loads(line)) for line in lines(stream)]

    assert len(told) == len(moments)
    assert sum(each["Requests"] for each in told) == moments[-1].requests
    assert sum(each["UnitsDenied"] for each in told) == moments[-1].units[Status.DENIED]
    assert [each["InFlight"] for each in told] == [each.in_flight for each in moments]


class Broken(io.StringIO):
    def __init__(self, failure):
        super().__init__()
        self.failure = failure

    def write(self, text):
        if self.failure:
            raise self.failure
        return super().write(text)


@pytest.mark.parametrize("failure", [BrokenPipeError("reader left"), ValueError("closed file")])
async def test_a_line_that_could_not_be_written_is_told_and_made_up_for(failure):
    stream = Broken(failure)
    telling = publisher(stream)
    assert await telling.publish(some(requests=10)) == str(failure)
    stream.failure = None
    assert await telling.publish(some(requests=15)) == ""

    assert [metrics_of(check(line))["Requests"] for line in lines(stream)] == [15]


async def test_a_second_run_in_the_same_process_begins_at_nothing():
    stream = io.StringIO()
    for _ in range(2):
        telling = publisher(stream)
        await telling.publish(some(requests=10, units=units(complete=3)))
        await telling.close()

    assert [metrics_of(check(line))["Requests"] for line in lines(stream)] == [10, 10]


def test_the_readme_names_and_counts_the_metrics():
    names = {*metrics_of(document(some(), LABELS, 0))}
    named = {each for each in names if f"`{each}`" in README}

    assert {each for each in names - named if not each.startswith("Units")} == set()
    assert f"these are {len(names)} custom metrics" in README


def test_a_line_a_minute():
    assert publisher(io.StringIO()).interval == INTERVAL == 60


def test_what_the_schema_is_for():
    good = document(Figures(), LABELS, 0)
    DOCUMENT.validate(good)
    for spoil in (
        lambda each: each["_aws"].pop("Timestamp"),
        lambda each: each["_aws"]["CloudWatchMetrics"][0]["Metrics"][0].update(Unit="Hours"),
        lambda each: each["_aws"]["CloudWatchMetrics"][0].pop("Namespace"),
        lambda each: each["_aws"]["CloudWatchMetrics"][0].update(Dimensions=[["D"] * 10]),
    ):
        bad = json.loads(json.dumps(good))
        spoil(bad)
        with pytest.raises(ValidationError):
            DOCUMENT.validate(bad)
    for target in ([1] * 101, "1", {"Values": [1], "Counts": [0]}):
        with pytest.raises(ValidationError):
            TARGET.validate(target)
