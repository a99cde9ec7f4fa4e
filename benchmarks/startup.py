"""Measures how long commands take to say something: help on the terminal, a first request."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

from benchmarks.measure import ROOT
from benchmarks.table import Bar, Report

MOST_HELP_S = 0.15
MOST_FIRST_S = 1.0
RUNS = 7
PATIENCE_S = 30.0


def startup() -> Report:
    """Measure both several times; the median counts."""
    empty = statistics.median(_ended([sys.executable, "-c", "pass"]) for _ in range(RUNS))
    helped = statistics.median(_ended(_scanner("--help")) for _ in range(RUNS))
    first = statistics.median(_first_request() for _ in range(RUNS))
    document: dict[str, Any] = {"python_s": empty, "help_s": helped, "first_request_s": first}
    lines = [
        f"an empty Python program    {empty:.3f} s",
        f"scanner --help             {helped:.3f} s",
        f"scanner scan, first request{first:6.3f} s",
    ]
    bars = [
        Bar("scanner --help, s", helped, MOST_HELP_S, least=False),
        Bar("first request of a scan, s", first, MOST_FIRST_S, least=False),
    ]
    return Report(lines, document, bars)


def _scanner(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "scanner", *arguments]


def _ended(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return time.perf_counter() - begun


def _first_request() -> float:
    """Start a scan with the default catalogue and stop it when it first connects."""
    with socket.create_server(("127.0.0.1", 0)) as door, tempfile.TemporaryDirectory() as here:
        door.settimeout(PATIENCE_S)
        surroundings = {
            "PATH": os.environ["PATH"],
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{door.getsockname()[1]}",
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "example",
            "AWS_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "PYTHONPATH": str(ROOT),
        }
        begun = time.perf_counter()
        with subprocess.Popen(
            _scanner("scan", "--out", here), env=surroundings, cwd=here, stderr=subprocess.DEVNULL
        ) as process:
            try:
                door.accept()[0].close()
                return time.perf_counter() - begun
            finally:
                process.kill()
