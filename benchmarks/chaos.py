"""Scans an organization in bad weather: the scan must come home whole, and throttle little."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.contenders import SCANNER, scanner_command
from benchmarks.measure import Fake, measure
from benchmarks.table import Bar, Report, lines

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.measure import Load

WEATHER = {"server_error": 0.04, "reset": 0.03, "torn": 0.02, "html": 0.01, "hang": 0.002}
"""How often each fault strikes a request, of any operation, AssumeRole included."""

TYPES = (
    "AWS::EC2::VPC",
    "AWS::EC2::Subnet",
    "AWS::EC2::Volume",
    "AWS::RDS::DBInstance",
    "AWS::ApiGateway::RestApi",
)
"""Few services and many pages: more would be asked for at once than the bucket bears."""

BUCKET = "4:4"
"""Requests a second, and at once, that each account, region and service bears."""

TIMEOUT = "5"
"""Seconds until a hanging request is given up: the default of 90 would only lengthen the run."""

THROTTLED = 1 / 3
"""The share of requests that may be throttled."""


def chaos(load: Load) -> Report:
    """Measure one scan in bad weather. A scan that is not complete fails by its exit code."""
    contender = replace(SCANNER, name="scanner, chaos", command=_command, records=_unique)
    weather = [
        argument
        for fault, share in WEATHER.items()
        for argument in ("--rule", json.dumps({"action": fault, "probability": share}))
    ]
    with Fake.running(load, "--throttle", BUCKET, *weather) as fake:
        run = measure(contender, fake, load)
        journal = fake.control("journal")
    expected = load.accounts * load.regions * len(TYPES) * load.pages * load.items
    throttled = sum(journal["throttled"].values())
    bars = [
        Bar("records, each once, of those there are", run.records / expected, 1, least=True),
        Bar("share of requests throttled", throttled / run.requests, THROTTLED, least=False),
    ]
    notes = [f"{fault}: {number}" for fault, number in journal["faults"].items()]
    document = {"runs": [run.document()], "faults": journal["faults"]}
    return Report([*lines([run]), "", *notes], document, bars)


def _command(load: Load, here: Path) -> list[str]:
    return [*scanner_command(load, here, ",".join(TYPES)), "--request-timeout", TIMEOUT]


def _unique(here: Path) -> int:
    """Count records; one that is there twice ends the benchmark."""
    seen: set[tuple[str, ...]] = set()
    names = ("account_id", "region", "resource_type", "resource_id")
    for file in here.glob("out/inventory/**/*.jsonl.gz"):
        with gzip.open(file) as stream:
            for line in stream:
                record = json.loads(line)
                key = tuple(record[name] for name in names)
                if key in seen:
                    raise SystemExit(f"a record is there twice: {key}")
                seen.add(key)
    return len(seen)
