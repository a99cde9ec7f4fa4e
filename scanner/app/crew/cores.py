"""How many processes a run is worth; it starts none."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.settings import AUTO

if TYPE_CHECKING:
    from scanner.settings import Settings

UNITS_WORTH_A_PROCESS = 200
"""A process takes about a second of a core to start: so many units take longer."""

_QUOTA = Path("/sys/fs/cgroup/cpu.max")
"""`<quota or max> <period>` (Linux, cgroup v2): what containers are limited by."""


def workers_of(settings: Settings, units: int) -> int:
    """Return how many processes shall work on so many units."""
    if settings.workers == AUTO:
        return max(1, min(cores(), settings.concurrency, units // UNITS_WORTH_A_PROCESS))
    return min(int(settings.workers), settings.concurrency)


def cores(quota: Path = _QUOTA) -> int:
    """Count the cores that this process may use, by affinity and by its container's limit."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    with suppress(OSError, ValueError):  # no such limit, or none in numbers
        limit, period = quota.read_text(encoding="ascii").split()
        return max(1, min(usable or 1, round(int(limit) / int(period))))
    return usable or 1
