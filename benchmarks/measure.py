"""Runs a program against the fake and measures it from outside: wall, CPU, memory, requests.

Standard library only: a child's peak memory starts at its parent's size, so this process
must stay smaller than anything it measures.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.request import urlopen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
REGIONS = ("us-east-1", "eu-west-1", "eu-central-1", "ap-southeast-2", "us-west-2", "us-east-2")
_LOG_TAIL = 2000


@dataclass(frozen=True, slots=True)
class Load:
    """How large the organization is and how slowly it answers."""

    accounts: int
    regions: int
    latency_ms: float
    pages: int
    items: int

    @property
    def region_names(self) -> str:
        return ",".join(REGIONS[: self.regions])

    @property
    def arguments(self) -> list[str]:
        values = {
            "--accounts": self.accounts,
            "--regions": self.region_names,
            "--latency-ms": self.latency_ms,
            "--pages": self.pages,
            "--items": self.items,
        }
        return [str(each) for pair in values.items() for each in pair]


@dataclass(frozen=True, slots=True)
class Contender:
    """A program to measure: its command in a working directory, and how to count its records.

    `settled` are the exit codes of a run that came to its end.
    """

    name: str
    command: Callable[[Load, Path], list[str]]
    records: Callable[[Path], int]
    settled: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Measurement:
    """One run of one contender, as the operating system and the fake saw it."""

    name: str
    accounts: int
    records: int
    requests: int
    wall_s: float
    cpu_s: float
    peak_mib: float
    most_in_flight: int

    @property
    def requests_per_second(self) -> float:
        return self.requests / self.wall_s

    @property
    def cpu_ms_per_request(self) -> float:
        return self.cpu_s * 1000 / self.requests

    def document(self) -> dict[str, Any]:
        fields = {name: getattr(self, name) for name in self.__slots__}
        return fields | {
            "requests_per_second": self.requests_per_second,
            "cpu_ms_per_request": self.cpu_ms_per_request,
        }


@dataclass(frozen=True, slots=True)
class Fake:
    """The fake AWS in its own process."""

    hello: dict[str, Any]

    @classmethod
    @contextmanager
    def running(cls, load: Load, *more: str) -> Iterator[Self]:
        """Start the fake, with more arguments of its own; it ends with the context."""
        command = [sys.executable, "-m", "benchmarks.fake_aws", *load.arguments, *more]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
            try:
                line = process.stdout.readline() if process.stdout else b""
                yield cls(json.loads(line))
            finally:
                process.terminate()

    def control(self, name: str) -> dict[str, Any]:
        with urlopen(f"{self.hello['url']}/__fake__/{name}") as answer:
            document: dict[str, Any] = json.load(answer)
        return document

    @property
    def environment(self) -> dict[str, str]:
        """Point the SDKs at the fake and away from anything of this machine's user."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        return kept | {
            "PYTHONPATH": str(ROOT),
            "AWS_ENDPOINT_URL": self.hello["url"],
            "AWS_ACCESS_KEY_ID": self.hello["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": self.hello["secret_access_key"],
            "AWS_REGION": REGIONS[0],
            "AWS_DEFAULT_REGION": REGIONS[0],
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "NO_PROXY": "127.0.0.1",
        }


def measure(
    contender: Contender,
    fake: Fake,
    load: Load,
    watch: Callable[[int], None] = lambda _pid: None,
) -> Measurement:
    """Run a contender once from start to end; raises `SystemExit` where it fails.

    `watch` is called with its process id, in a thread, and is to return when it has ended.
    """
    fake.control("reset")
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        (here / "accounts.txt").write_text("\n".join(fake.hello["accounts"]) + "\n")
        wall, status, usage = _run(contender.command(load, here), here, fake.environment, watch)
        if status not in contender.settled:
            raise SystemExit(f"{contender.name}: exit {status}\n{_tail(here)}")
        records = contender.records(here)
    journal = fake.control("journal")
    if journal["violations"]:
        raise SystemExit(f"{contender.name}: mixed identities: {journal['violations'][:3]}")
    return Measurement(
        name=contender.name,
        accounts=load.accounts,
        records=records,
        requests=journal["requests"],
        wall_s=wall,
        cpu_s=usage.ru_utime + usage.ru_stime,
        peak_mib=usage.ru_maxrss / 1024,
        most_in_flight=journal["most_in_flight"],
    )


def _run(
    command: list[str], here: Path, environment: dict[str, str], watch: Callable[[int], None]
) -> tuple[float, int, Any]:
    with (here / "log").open("wb") as log:
        begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=here, env=environment, stdout=log, stderr=log)
        watcher = threading.Thread(target=watch, args=(process.pid,))
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
    watcher.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    return wall, process.returncode, usage


def _tail(here: Path) -> str:
    return (here / "log").read_text(errors="replace")[-_LOG_TAIL:]
