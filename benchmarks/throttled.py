"""Measures what one throttled account costs the others, and how much of its traffic is refused."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks.contenders import scanner_command
from benchmarks.measure import Contender, Fake, measure
from benchmarks.table import Bar
from benchmarks.workload import LISTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.measure import Load, Measurement

ACCOUNTS = 20
PAGES = 6
RATE = 2
"""Requests a second that the throttled account bears, of each service in each region."""
MOST = 1.15
MOST_REFUSED = 1 / 3
TYPES = ",".join(listing.type for listing in LISTINGS)


@dataclass(slots=True)
class _Scans:
    """The scanner, writing into one place night after night; when each account was through."""

    out: Path
    ends: dict[str, float] = field(default_factory=dict)

    def contender(self, name: str, *more: str) -> Contender:
        def command(load: Load, here: Path) -> list[str]:
            return [*scanner_command(load, here, TYPES), "--out", str(self.out), *more]

        return Contender(name, command, lambda _here: self._read())

    def others(self, account: str) -> float:
        """Return the seconds after which all accounts but one were through."""
        return max(end for each, end in self.ends.items() if each != account)

    def _read(self) -> int:
        """Read the newest run's ledger; return the number of its records."""
        run_id = json.loads((self.out / "latest.json").read_text())["complete"]["run_id"]
        units = [unit for file in self.out.glob(f"coverage/*/{run_id}-*") for unit in _lines(file)]
        began = min(map(_moment, units))
        self.ends.clear()
        for unit in units:
            end = _moment(unit) - began + unit["duration_ms"] / 1000
            self.ends[unit["account_id"]] = max(end, self.ends.get(unit["account_id"], 0.0))
        return sum(each["records"] for unit in units for each in unit["types"].values())


def throttled(load: Load, repeat: int) -> tuple[list[Measurement], list[Bar]]:
    """Measure nights without the account, and pairs of nights with it throttled; the best count."""
    load = replace(load, accounts=ACCOUNTS, pages=PAGES)
    runs, quiet, slowed, refused = [], [], [], []
    for _ in range(repeat):
        with Fake.running(load) as fake, TemporaryDirectory() as folder:
            account = fake.hello["accounts"][0]
            scans = _Scans(Path(folder))
            alone = scans.contender("without the account", "--exclude-accounts", account)
            runs.append(measure(alone, fake, load))
            quiet.append(scans.others(account))
        limit = f"{RATE}:{RATE}:{account}"
        with Fake.running(load, "--throttle", limit) as fake, TemporaryDirectory() as folder:
            scans = _Scans(Path(folder))
            for night in ("throttled, first night", "throttled, second night"):
                runs.append(measure(scans.contender(night), fake, load))
                slowed.append(scans.others(account))
                refused.append(_refused(fake.control("journal"), account))
    first, second = mean(refused[::2]), mean(refused[1::2])
    slower = min(slowed) / min(quiet)
    return runs, [
        Bar("the others' time, times that without the account", slower, MOST, least=False),
        Bar("its requests refused, first night", first, MOST_REFUSED, least=False),
        Bar("its requests refused, second night", second, MOST_REFUSED, least=False),
    ]


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file) as lines:
        yield from map(json.loads, lines)


def _moment(unit: dict[str, Any]) -> float:
    return datetime.fromisoformat(unit["started_at"]).timestamp()


def _refused(journal: dict[str, Any], account: str) -> float:
    """Return the share of an account's requests that were throttled."""
    throttled, calls = (
        sum(number for call, number in journal[name].items() if call.startswith(account))
        for name in ("throttled", "calls")
    )
    return throttled / calls
