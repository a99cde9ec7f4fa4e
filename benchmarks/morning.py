"""Measures what is done with a run in the morning, over two made nights of many records."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import Any

from benchmarks.measure import ROOT
from benchmarks.table import Bar, Report

MOST_MIB = 400.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command took."""

    command: str
    wall_s: float
    cpu_s: float
    peak_mib: float


def morning(records: int) -> Report:
    """Write the nights, then measure each command once."""
    with tempfile.TemporaryDirectory() as out:
        writing = [sys.executable, "-m", "benchmarks.nights", out, str(records)]
        subprocess.run(writing, check=True, cwd=ROOT)
        asked = (
            ["diff", "--json"],
            ["check", "cis-aws-3", "fsbp", "tagging", "cost"],
            ["report", "--to", f"{out}/report.html"],
        )
        costs = [_cost([*arguments, "--out", out]) for arguments in asked]
    lines = [f"{records:,} records a night"]
    lines += [
        f"scanner {each.command:8}{each.wall_s:8.1f} s{each.cpu_s:8.1f} s of CPU"
        f"{each.peak_mib:8.0f} MiB"
        for each in costs
    ]
    document: dict[str, Any] = {
        "records": records,
        "costs": [{name: getattr(each, name) for name in each.__slots__} for each in costs],
    }
    largest = max(each.peak_mib for each in costs)
    return Report(lines, document, [Bar("memory, MiB", largest, MOST_MIB, least=False)])


def _cost(arguments: list[str]) -> Cost:
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "scanner", *arguments], stdout=subprocess.DEVNULL, cwd=ROOT
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"scanner {arguments[0]}: exit {process.returncode}")
    wall = time.perf_counter() - begun
    return Cost(arguments[0], wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
