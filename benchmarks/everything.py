"""Measures one scan of all types there are, of one account and one region."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from benchmarks.contenders import scanner_command
from benchmarks.measure import Contender, Fake, Measurement, measure
from benchmarks.table import Bar

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.measure import Load

LEAST_TYPES = 1500
LEAST_SERVICES = 300
MOST_MIB = 400.0


@dataclass(slots=True)
class _Seen:
    """The types and services of the records that a scan left."""

    types: set[str]
    services: set[str]

    def count(self, here: Path) -> int:
        records = 0
        for file in here.glob("out/inventory/**/*.jsonl.gz"):
            with gzip.open(file) as lines:
                for line in lines:
                    record = json.loads(line)
                    self.types.add(record["resource_type"])
                    self.services.add(record["service"])
                    records += 1
        return records


def everything(load: Load) -> tuple[list[Measurement], list[Bar]]:
    """Measure the scan once, and count what it found."""
    load = replace(load, accounts=1, regions=1, pages=1)
    seen = _Seen(set(), set())
    contender = Contender(
        "scanner, all types",
        lambda load, here: scanner_command(load, here, "all"),
        seen.count,
        settled=(0, 3),
    )
    with Fake.running(load) as fake:
        run = measure(contender, fake, load)
    return [run], [
        Bar("types with records", len(seen.types), LEAST_TYPES, least=True),
        Bar("services with records", len(seen.services), LEAST_SERVICES, least=True),
        Bar("memory, MiB", run.peak_mib, MOST_MIB, least=False),
    ]
