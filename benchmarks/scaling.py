"""Says what shards of a large organization take in time, concurrency and money: arithmetic.

What one request and one start cost is measured, on the default catalogue against the fake; how
many requests an account takes is the scanner's own forecast.
"""

from __future__ import annotations

import heapq
import json
from collections import Counter
from dataclasses import asdict, dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.contenders import SCANNER, scanner_command
from benchmarks.measure import ROOT, Fake, measure
from benchmarks.table import Report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.measure import Load

FIGURES = ROOT / "benchmarks" / "scaling.json"
"""What was measured last, on a quiet machine; docs/scaling.md is made from it."""

SIZES = (100, 1_000, 10_000)
LATENCY_S, AT_ONCE = 0.05, 64
"""How long AWS takes to answer, and how many requests a process has in flight by default."""

INVOCATION_S = 840.0
"""What an invocation of Lambda has for scanning: 900 s, less what finishing takes."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured: CPU of a request and of a start, and memory."""

    cpu_ms_per_request: float
    start_cpu_s: float
    peak_mib: float

    @classmethod
    def kept(cls) -> Figures:
        return cls(**json.loads(FIGURES.read_text(encoding="utf-8")))


class Price(NamedTuple):
    """What AWS asks for, in us-east-1, and where it says so."""

    usd: float
    unit: str
    source: str


PRICES = {
    "Lambda": Price(0.0000166667, "GB-second, x86", "cloudchipr.com/blog/aws-lambda-pricing"),
    "Fargate CPU": Price(0.04048, "vCPU-hour, x86", "vantage.sh/blog/fargate-pricing"),
    "Fargate memory": Price(0.004445, "GB-hour", "vantage.sh/blog/fargate-pricing"),
    "Step Functions": Price(0.000025, "transition", "aws.amazon.com/step-functions/pricing"),
    "S3": Price(0.000005, "PUT", "c3x.dev/blog/s3-request-fees-explained"),
}
"""As read on `PRICED` in stored copies of these pages; AWS's own build most tables by script."""
SPOT = 0.30
"""What Fargate Spot costs of the usual price at its best; it varies."""

PRICED = "2026-11-24"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to run shards; `usd` is what a second of one costs."""

    name: str
    cpus: float
    usd: float
    at_once: int
    accounts: int
    longest: float | None = None

    def shards(self, accounts: int) -> int:
        return ceil(accounts / self.accounts)


def _lambda(at_once: int, accounts: int) -> Way:
    usd = 2 * PRICES["Lambda"].usd
    return Way("Lambda, 2,048 MB", 2048 / 1769, usd, at_once, accounts, INVOCATION_S)


def _fargate(name: str, cpus: int, at_once: int, accounts: int, share: float = 1.0) -> Way:
    hourly = cpus * (PRICES["Fargate CPU"].usd + 2 * PRICES["Fargate memory"].usd)
    return Way(name, cpus, share * hourly / 3600, at_once, accounts)


def ways(accounts: int) -> Iterator[Way]:
    """Yield the ways that an organization of this size has."""
    yield _fargate("one Fargate task, 8 vCPU, 16 GB", 8, 1, accounts)
    shared = [_lambda(at_once, each) for each, at_once in ((25, 40), (25, 400), (100, 40))]
    shared += [_fargate("Batch on Fargate, 1 vCPU, 2 GB", 1, each, 100) for each in (40, 100)]
    shared += [_fargate("Batch on Fargate Spot, 1 vCPU, 2 GB", 1, 100, 100, SPOT)]
    fitting = (replace(way, at_once=min(way.at_once, way.shards(accounts))) for way in shared)
    yield from dict.fromkeys(way for way in fitting if way.at_once > 1)


@dataclass(frozen=True, slots=True)
class Night:
    """What a way comes to."""

    way: Way
    shards: int
    hours: float
    longest_minutes: float
    invocations: int
    compute_usd: float
    rest_usd: float


class Account(NamedTuple):
    """What one account takes."""

    requests: int
    places: int


def an_account() -> Account:
    """Forecast the default catalogue in the 17 regions that every account has."""
    from scanner.app.types import catalog_of  # noqa: PLC0415 — measuring needs a small parent
    from scanner.aws.regions import ALWAYS_ENABLED  # noqa: PLC0415 — as above
    from scanner.catalog import serves  # noqa: PLC0415 — as above
    from scanner.engine.plan import make_plan  # noqa: PLC0415 — as above
    from scanner.engine.predict import Circumstances, predict  # noqa: PLC0415 — as above
    from scanner.model.target import Account as Entered  # noqa: PLC0415 — as above
    from scanner.model.target import Regions  # noqa: PLC0415 — as above
    from scanner.settings import Settings  # noqa: PLC0415 — as above

    catalog = catalog_of(Settings(), ())
    places = Regions(tuple(sorted(ALWAYS_ENABLED)))
    plan = make_plan([(Entered("100000000000"), places)], catalog.select((), ()), serves)
    given = Circumstances(AT_ONCE, 2 * AT_ONCE, LATENCY_S, home="us-east-1", entries=1)
    return Account(predict(plan, catalog.types, given).calls, len(plan))


def night(way: Way, accounts: int, account: Account, figures: Figures) -> Night:
    """Add up a night: shards begin in order, as many at once as the way has."""
    sizes = _sizes(accounts, way.shards(accounts))
    seconds = [_seconds(size, way, account, figures) for size in sizes]
    lanes = [0.0] * way.at_once
    for each in seconds:
        heapq.heapreplace(lanes, lanes[0] + each)
    invocations = sum(ceil(each / (way.longest or each)) for each in seconds)
    again = invocations - len(sizes)
    start = again * figures.start_cpu_s / way.cpus
    moves = 5 * len(sizes) + 2 * again if len(sizes) > 1 else 0
    puts = len(sizes) * account.places
    return Night(
        way,
        len(sizes),
        (max(lanes) + start / len(lanes)) / 3600,
        max(seconds) / 60,
        invocations,
        (sum(seconds) + start) * way.usd,
        moves * PRICES["Step Functions"].usd + puts * PRICES["S3"].usd,
    )


def _sizes(accounts: int, shards: int) -> list[int]:
    """Deal accounts to shards by the very hash that scans use: shards are not of one size."""
    from scanner.model.shard import Shard  # noqa: PLC0415 — measuring needs a small parent

    names = (str(100_000_000_000 + number) for number in range(accounts))
    dealt = Counter(Shard.of(name, shards) for name in names)
    return [dealt[each] for each in Shard.all(shards)]


def _seconds(accounts: int, way: Way, account: Account, figures: Figures) -> float:
    requests = accounts * account.requests
    cpu = requests * figures.cpu_ms_per_request / 1000 / way.cpus
    processes = max(1, int(way.cpus))
    answers = requests * LATENCY_S / (AT_ONCE * processes)
    return figures.start_cpu_s / way.cpus + max(cpu, answers)


def scaling(load: Load, *, kept: bool) -> Report:
    """Measure, unless the kept figures will do, and write the tables of docs/scaling.md."""
    figures = Figures.kept() if kept else measured(load)
    account = an_account()
    nights = {size: [night(way, size, account, figures) for way in ways(size)] for size in SIZES}
    document: dict[str, Any] = {
        "figures": asdict(figures),
        "account": account._asdict(),
        "nights": {size: [asdict(each) for each in found] for size, found in nights.items()},
    }
    return Report([*_tables(figures, account, nights)], document, [])


def measured(load: Load) -> Figures:
    """Scan the default catalogue in one account and in four: the difference is the requests'."""
    small, large = (_run(replace(load, accounts=size)) for size in (1, 4))
    each = (large.cpu_s - small.cpu_s) / (large.requests - small.requests)
    return Figures(
        round(1000 * each, 3),
        round(max(0.0, small.cpu_s - each * small.requests), 2),
        round(large.peak_mib, 0),
    )


def _run(load: Load) -> Any:
    contender = replace(SCANNER, command=_default_catalogue, settled=(0, 3))
    with Fake.running(load) as fake:
        return measure(contender, fake, load)


def _default_catalogue(load: Load, here: Path) -> list[str]:
    command = scanner_command(load, here, "all")
    place = command.index("--types")
    return [*command[:place], *command[place + 2 :]]


def _tables(figures: Figures, account: Account, nights: dict[int, list[Night]]) -> Iterator[str]:
    yield "| what one takes | |"
    yield "|---|---|"
    yield f"| requests of an account | {account.requests:,} |"
    yield f"| CPU of a request | {figures.cpu_ms_per_request:.2f} ms |"
    yield f"| CPU of a start | {figures.start_cpu_s:.1f} s |"
    yield f"| memory | {figures.peak_mib:.0f} MiB |"
    yield ""
    yield (
        "| accounts | where | at once | shards | invocations | longest shard | the night | "
        "compute | S3, Step Functions |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    for size, found in nights.items():
        for each in found:
            yield _row(size, each)
    yield ""
    yield f"| price, us-east-1 | | read on {PRICED} |"
    yield "|---|---|---|"
    for name, price in PRICES.items():
        yield f"| {name} | ${price.usd:.10f}".rstrip("0") + f" a {price.unit} | {price.source} |"


def _row(accounts: int, each: Night) -> str:
    cells = [
        f"{accounts:,}",
        each.way.name,
        f"{each.way.at_once:,}",
        f"{each.shards:,} of {each.way.accounts:,}",
        f"{each.invocations:,}" if each.way.longest else "—",
        f"{each.longest_minutes:,.0f} min",
        f"{each.hours:,.1f} h" if each.hours >= 1 else f"{60 * each.hours:,.0f} min",
        f"${each.compute_usd:,.2f}",
        f"${each.rest_usd:,.2f}",
    ]
    return f"| {' | '.join(cells)} |"
