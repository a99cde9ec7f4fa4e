"""Measures what a second process gains: the same scan by one and by two, each process watched.

The fake takes a part of the two cores too, so the wall clock tells less than the CPU does: what
two cores of their own would do follows from how much CPU the same work takes in each case.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.contenders import SCANNER, scanner_command
from benchmarks.measure import Contender, Fake, measure
from benchmarks.table import Bar, Report, lines
from benchmarks.workload import LISTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.measure import Load, Measurement

PROCESSES = (1, 2)
FASTER = 1.8
MOST_MIB = 150.0
EVERY_S = 0.05
_TICKS = os.sysconf("SC_CLK_TCK")
_TYPES = ",".join(listing.type for listing in LISTINGS)


@dataclass(slots=True)
class Witness:
    """Looks at the processes below this one, but those that were there before, from a thread."""

    cpu_s: dict[int, float] = field(default_factory=dict)
    peak_mib: dict[int, float] = field(default_factory=dict)
    _old: set[int] = field(default_factory=lambda: set(_below(os.getpid())))
    _done: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        while not self._done.wait(EVERY_S):
            for pid in _below(os.getpid()):
                if pid not in self._old:
                    self._note(pid)

    def watched(self, work: Any) -> Any:
        thread = threading.Thread(target=self.look)
        thread.start()
        try:
            return work()
        finally:
            self._done.set()
            thread.join()

    def _note(self, pid: int) -> None:
        try:
            self.cpu_s[pid] = _cpu_s(pid)
            status = Path(f"/proc/{pid}/status").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return
        for line in status.splitlines():
            if line.startswith("VmHWM"):
                self.peak_mib[pid] = int(line.split()[1]) / 1024


def workers(load: Load, repeat: int) -> Report:
    """Measure the same scan by one process and by two; the median run of each counts."""
    runs = []
    with Fake.running(load) as fake:
        (pid,) = _below(os.getpid())
        for count in PROCESSES:
            some = [_run(count, fake, pid, load) for _ in range(repeat)]
            runs.append(sorted(some, key=lambda run: run.total.wall_s)[repeat // 2])
    one, two = runs
    if one.total.records != two.total.records:
        raise SystemExit(f"records differ: {one.total.records} and {two.total.records}")
    wall = one.total.wall_s / two.total.wall_s
    told = [*lines(run.total for run in runs), "", *(line for run in runs for line in run.told())]
    cores = one.total.cpu_s / (two.total.cpu_s / len(two.cpu_s[1:]))
    return Report(
        [*told, f"on the wall clock of this machine, {os.cpu_count()} cores: {wall:.2f} times"],
        {"runs": [run.document() for run in runs], "wall_times": wall},
        [
            Bar("throughput of two cores, times that of one", cores, FASTER, least=True),
            Bar("MiB of the largest process", max(two.peak_mib), MOST_MIB, least=False),
        ],
    )


@dataclass(frozen=True, slots=True)
class Run:
    """One measured scan; of its processes the parent comes first."""

    total: Measurement
    cpu_s: list[float]
    peak_mib: list[float]
    fake_s: float

    def told(self) -> Iterator[str]:
        pairs = zip(self.cpu_s, self.peak_mib, strict=True)
        each = ", ".join(f"{cpu:.1f} s {peak:.0f} MiB" for cpu, peak in pairs)
        yield f"{self.total.name}: {each}; the fake took {self.fake_s:.1f} s"

    def document(self) -> dict[str, Any]:
        own = {"cpu_s_each": self.cpu_s, "peak_mib_each": self.peak_mib, "fake_cpu_s": self.fake_s}
        return self.total.document() | own


def _run(count: int, fake: Fake, fake_pid: int, load: Load) -> Run:
    def command(load: Load, here: Path) -> list[str]:
        return [*scanner_command(load, here, _TYPES), "--workers", str(count)]

    contender = Contender(f"{count} worker{'s'[: count - 1]}", command, SCANNER.records)
    before, witness = _cpu_s(fake_pid), Witness()
    total: Measurement = witness.watched(partial(measure, contender, fake, load))
    pids = sorted(witness.peak_mib)
    return Run(
        total,
        [witness.cpu_s[pid] for pid in pids],
        [witness.peak_mib[pid] for pid in pids],
        _cpu_s(fake_pid) - before,
    )


def _stat(pid: int) -> list[str]:
    """Return the fields of `/proc/<pid>/stat` (proc(5)) after the name, which may hold anything."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _cpu_s(pid: int) -> float:
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _below(pid: int) -> list[int]:
    """List the processes below one."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parents.setdefault(int(_stat(int(path.name))[1]), []).append(int(path.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    found = list(parents.get(pid, ()))
    for child in found:
        found += parents.get(child, ())
    return found
