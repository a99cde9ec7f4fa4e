"""Shows where a request's CPU time goes, layer by layer, and how late the loop is at full load."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, Any

from benchmarks.measure import Fake
from benchmarks.table import Bar, Report
from benchmarks.workload import LISTINGS

if TYPE_CHECKING:
    from benchmarks.measure import Load

MOST_LAG_MS = 50.0


def profile(load: Load) -> Report:
    """Scan under the profiler in a process of its own."""
    options = {
        "role": "Scanner",
        "regions": load.region_names.split(","),
        "types": [listing.type for listing in LISTINGS],
    }
    with Fake.running(load) as fake, tempfile.TemporaryDirectory() as here:
        options["accounts"] = fake.hello["accounts"]
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.witness", json.dumps(options)],
            cwd=here, env=fake.environment, stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
    seen: dict[str, Any] = json.loads(done.stdout)
    return Report(
        _lines(seen),
        seen,
        [Bar("loop late by, ms, p99", seen["lag_ms"]["p99"], MOST_LAG_MS, least=False)],
    )


def _lines(seen: dict[str, Any]) -> list[str]:
    """Lay the layers out, the largest first."""
    whole = sum(seen["layers_s"].values())
    each_ms = seen["cpu_s"] * 1e3 / seen["requests"]
    ranked = sorted(seen["layers_s"].items(), key=lambda pair: -pair[1])
    shown = [
        f"{name:24}{seconds / whole:6.1%}{seconds / whole * each_ms:8.3f} ms a request"
        for name, seconds in ranked
    ]
    lag = {name: f"{value:.1f} ms" for name, value in seen["lag_ms"].items()}
    counts = f"{seen['requests']:,} requests, {seen['records']:,} records"
    late = f"loop late by {lag['p50']} (median), {lag['p99']} (p99), {lag['most']} (most)"
    return [f"{counts}, {each_ms:.2f} ms of CPU a request", *shown, late]
