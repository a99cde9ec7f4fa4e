"""Who is measured: this tool through its command line, and the scripts everyone writes."""

from __future__ import annotations

import gzip
import sys
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.measure import Contender
from benchmarks.workload import LISTINGS

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.measure import Load


def _scanner(load: Load, here: Path) -> list[str]:
    return scanner_command(load, here, ",".join(listing.type for listing in LISTINGS))


def scanner_command(load: Load, here: Path, types: str) -> list[str]:
    """Return the command that scans the load's accounts for `types`."""
    options = {
        "--accounts": f"@{here / 'accounts.txt'}",
        "--role": "Scanner",
        "--regions": load.region_names,
        "--types": types,
        "--out": str(here / "out"),
        "--progress": "off",
        "--log-level": "warning",
    }
    flags = [each for pair in options.items() for each in pair]
    return [sys.executable, "-m", "scanner", "scan", *flags]


def _scanner_records(here: Path) -> int:
    count = 0
    for file in here.glob("out/inventory/**/*.jsonl.gz"):
        with gzip.open(file) as lines:
            count += sum(1 for _ in lines)
    return count


def _script(module: str, load: Load, here: Path) -> list[str]:
    options = {
        "--accounts": str(here / "accounts.txt"),
        "--regions": load.region_names,
        "--out": str(here / "out.jsonl"),
    }
    flags = [each for pair in options.items() for each in pair]
    return [sys.executable, "-m", module, *flags]


def script_records(here: Path) -> int:
    """Count the lines of a script's output."""
    with (here / "out.jsonl").open("rb") as lines:
        return sum(1 for _ in lines)


SCANNER = Contender("scanner", _scanner, _scanner_records)
THREADS = Contender(
    "boto3, 32 threads", partial(_script, "benchmarks.threads_script"), script_records
)
AIOBOTO3 = Contender(
    "aioboto3, stock", partial(_script, "benchmarks.aioboto3_script"), script_records
)
CONTENDERS = (SCANNER, THREADS, AIOBOTO3)
