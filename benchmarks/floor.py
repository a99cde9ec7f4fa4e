"""Compares what a request costs with the floor: aiohttp, a signature and a C parser alone."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from statistics import geometric_mean
from typing import TYPE_CHECKING, Any

from benchmarks.limit import limit
from benchmarks.measure import ROOT, Fake
from benchmarks.table import Bar, Report

if TYPE_CHECKING:
    from benchmarks.measure import Load

MOST_TIMES_THE_FLOOR = 2.0
BASELINE = ROOT / "benchmarks" / "baseline.json"
"""What a request cost when that was last looked at, in times of the floor: a ratio travels."""

LOSS = 1.15
"""Times the baseline that a request may cost before somebody must look."""

LEAST_TIMES_FASTER = 3.0


def floor(load: Load, repeat: int) -> Report:
    """Measure every way of a request, and both ways to read an answer, in one process."""
    load = replace(load, latency_ms=0)
    with Fake.running(load) as fake, tempfile.TemporaryDirectory() as here:
        member = {"account": fake.hello["accounts"][-1], "repeat": repeat}
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.ways", json.dumps(member)],
            cwd=here, env=fake.environment | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
        seen: dict[str, Any] = json.loads(done.stdout)
        seen["fake_per_s"] = limit(seen.pop("request"))
    calls, parsers = seen["calls_us"], seen["parsers_ms_per_mb"]
    above = geometric_mean(each["fast"] / each["floor"] for each in calls.values())
    baseline = json.loads(BASELINE.read_text(encoding="utf-8"))
    reading = geometric_mean(
        each["botocore"] / each["fast"] for each in parsers.values() if each["xml"]
    )
    return Report(
        [*_calls(calls), "", *_parsers(parsers), "", _limit(seen)],
        seen,
        [
            Bar("times the floor's CPU", above, MOST_TIMES_THE_FLOOR, least=False),
            Bar("times the baseline's", above / baseline["times_the_floor"], LOSS, least=False),
            Bar("XML read, times faster", reading, LEAST_TIMES_FASTER, least=True),
        ],
    )


def _calls(calls: dict[str, dict[str, float]]) -> list[str]:
    ways = ["floor", "fast", "fast, new", "stock"]
    head = f"{'CPU of a request, µs':34}" + "".join(f"{way:>12}" for way in ways)
    return [
        f"{head}{'fast/floor':>12}{'stock/fast':>12}",
        *(
            f"{name:34}"
            + "".join(f"{each[way]:12.0f}" for way in ways)
            + f"{each['fast'] / each['floor']:12.2f}{each['stock'] / each['fast']:12.2f}"
            for name, each in calls.items()
        ),
    ]


def _parsers(parsers: dict[str, dict[str, float]]) -> list[str]:
    return [
        (
            f"{'CPU of an answer, ms/MB':34}"
            f"{'C parser':>12}{'fast':>12}{'stock':>12}{'botocore':>12}{'botocore/fast':>16}"
        ),
        *(
            f"{name:34}{each['floor']:12.1f}{each['fast']:12.1f}{each['stock']:12.1f}"
            f"{each['botocore']:12.1f}{each['botocore'] / each['fast']:16.2f}"
            for name, each in parsers.items()
        ),
    ]


def _limit(seen: dict[str, Any]) -> str:
    first = next(iter(seen["calls_us"].values()))
    ours = f"one core of ours makes {1e6 / first['fast']:,.0f} of the first call a second"
    if seen["fake_per_s"] is None:
        return f"{ours}; what the fake answers is not known: there is no wrk here"
    return f"{ours}; the fake answers {seen['fake_per_s']:,.0f} (wrk)"
