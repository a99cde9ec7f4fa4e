"""Watches the scanner's memory over a long scan: it must stay small, and flat once it is warm."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.contenders import SCANNER, scanner_command
from benchmarks.measure import Contender, Fake, measure
from benchmarks.table import Bar, Report, lines
from benchmarks.workload import LISTINGS

if TYPE_CHECKING:
    from benchmarks.measure import Load

MOST_MIB = 250.0
FLAT = 1.0
"""MiB a minute that memory may gain once the first minute is over."""

WARM = 60.0
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MORE = (
    "AWS::EC2::CapacityReservation",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::NetworkInterface",
    "AWS::EC2::RouteTable",
    "AWS::EC2::SecurityGroup",
    "AWS::ApiGateway::ApiKey",
    "AWS::ApiGateway::DomainName",
    "AWS::ApiGateway::UsagePlan",
    "AWS::Batch::ComputeEnvironment",
    "AWS::DirectConnect::Lag",
)
TYPES = (*(listing.type for listing in LISTINGS), *_MORE)
"""Twenty, each a list that gives tags with it, so that a type is a call."""


@dataclass(slots=True)
class Memory:
    """A process's resident memory, sampled each second: (seconds since its start, MiB)."""

    samples: list[tuple[float, float]] = field(default_factory=list)

    def watch(self, pid: int) -> None:
        """Sample until the process has ended."""
        began = time.monotonic()
        while (resident := _resident(pid)) > 0:
            self.samples.append((time.monotonic() - began, resident))
            time.sleep(1)

    @property
    def slope(self) -> float:
        """MiB gained a minute after the first minute, by least squares; 0 for a short run."""
        warm = [each for each in self.samples if each[0] >= WARM]
        if len(warm) <= 1:
            return 0.0
        middle = sum(seconds for seconds, _ in warm) / len(warm)
        level = sum(resident for _, resident in warm) / len(warm)
        spread = sum((seconds - middle) ** 2 for seconds, _ in warm)
        return 60 * sum((s - middle) * (r - level) for s, r in warm) / spread

    def minutes(self) -> list[str]:
        """Say how much it was at the start of each minute."""
        found: dict[int, float] = {}
        for seconds, resident in self.samples:
            found.setdefault(int(seconds // 60), resident)
        return [f"minute {minute}: {resident:.0f} MiB" for minute, resident in found.items()]


def soak(load: Load) -> Report:
    """Measure one long scan of twenty types, and how its memory went."""
    memory = Memory()
    contender = Contender(
        "scanner, soak",
        lambda load, here: scanner_command(load, here, ",".join(TYPES)),
        SCANNER.records,
    )
    with Fake.running(load) as fake:
        run = measure(contender, fake, load, memory.watch)
    bars = [
        Bar("memory, MiB", run.peak_mib, MOST_MIB, least=False),
        Bar("growth after the first minute, MiB/min", memory.slope, FLAT, least=False),
    ]
    document = {"runs": [run.document()], "memory": memory.samples}
    return Report([*lines([run]), "", *memory.minutes()], document, bars)


def _resident(pid: int) -> float:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return int(pages) * _PAGE / 2**20
