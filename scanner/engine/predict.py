"""Predict what a plan costs: calls, time, memory, output; pure, and wrong within reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import ceil, sqrt
from typing import TYPE_CHECKING

from scanner.engine.collect import branches
from scanner.engine.history import History
from scanner.model.resource import BULK, TAGS
from scanner.model.target import GLOBAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from scanner.aws.rates import Rate
    from scanner.engine.collect import Branch
    from scanner.engine.history import Past, Place
    from scanner.engine.plan import Plan
    from scanner.model.resource import Call, ResourceType

CORE = 600.0
"""Requests a second that one core sends and reads (README, "How fast, how big")."""

MEMORY, UNIT_MEMORY, CLIENTS_MEMORY = 85.0, 0.06, 13.0
"""MiB of the process, of an open unit, and of the clients, by the square root of their number:
the heaviest come first (measured, benchmarks/README.md)."""

RECORD_BYTES = 300.0
"""Compressed bytes of a record where no earlier run tells (benchmarks/README.md)."""

ITEMS = 1.0
"""Items of a type in an account and region, where nothing is known of it."""

MIB = float(1 << 20)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a prediction depends on besides the plan.

    `latency` is in seconds, `home` the region of global services. `calls` and `seconds` are
    what comes before the first unit: signing in, finding accounts and regions. `entries`
    counts the roles to assume. `items` are a type's items in an account and region, as a
    sample showed them. `pace` tells the rate of a service's operations together, None where
    it is not known.
    """

    concurrency: int
    open_units: int
    latency: float
    home: str = ""
    entries: int = 0
    calls: int = 0
    seconds: float = 0.0
    items: Mapping[str, float] = field(default_factory=dict)
    history: History = field(default_factory=History)
    record_bytes: float = RECORD_BYTES
    pace: Callable[[str, Iterable[str]], Rate | None] = lambda _service, _operations: None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a scan will cost; `bound` names what its time is spent on waiting for.

    `known` is the share of the units that an earlier run tells of.
    """

    units: int
    calls: int
    records: int
    seconds: float
    bound: str
    memory_bytes: int
    output_bytes: int
    known: float


@dataclass(frozen=True, slots=True)
class Cost:
    """What units of a service cost in a region: the mean, and the requests of the largest."""

    requests: float
    records: float
    most: float
    is_known: bool


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The units of one service in one region."""

    place: Place
    units: int
    cost: Cost
    operations: frozenset[str]


def predict(plan: Plan, catalog: Mapping[str, ResourceType], given: Circumstances) -> Forecast:
    """Add up what a plan's units cost; the slowest of its bounds decides how long it takes."""
    stretches = list(_stretches(plan, catalog, given))
    calls = given.entries + _sweeps(plan, catalog, given)
    calls += ceil(sum(each.units * each.cost.requests for each in stretches))
    records = ceil(sum(each.units * each.cost.records for each in stretches))
    seconds, bound = max(_bounds(calls, stretches, given))
    units = sum(each.units for each in stretches)
    known = sum(each.units for each in stretches if each.cost.is_known)
    return Forecast(
        units=units,
        calls=given.calls + calls,
        records=records,
        seconds=given.seconds + seconds,
        bound=bound,
        memory_bytes=_memory(len(stretches), units, len(plan.accounts), given.open_units),
        output_bytes=ceil(records * given.record_bytes),
        known=known / units if units else 0.0,
    )


def _stretches(
    plan: Plan, catalog: Mapping[str, ResourceType], given: Circumstances
) -> Iterator[_Stretch]:
    visits = Counter(name for _, regions in plan.accounts for name in regions.enabled)
    for part, everywhere in (
        (plan.worldwide, {GLOBAL: len(plan.accounts)}),
        (plan.regional, visits),
    ):
        for service, types in part.items():
            trees = branches(types, catalog)
            guess = _guess(trees, given.items)
            operations = frozenset(call.operation for tree in trees for call in _calls(tree))
            for region, units in everywhere.items():
                if units and region not in plan.absent.get(service, ()):
                    past = given.history.find(service, region, types)
                    cost = guess if past is None else _mean(past)
                    yield _Stretch((service, region), units, cost, operations)


def _mean(past: Past) -> Cost:
    return Cost(past.requests / past.units, past.records / past.units, past.most, is_known=True)


def _guess(trees: Iterable[Branch], items: Mapping[str, float]) -> Cost:
    """Count the calls for types that no run tells of: one page a listing, and its details."""
    requests = records = 0.0
    for tree in trees:
        below = _below(tree, 1, items)
        requests += below[0]
        records += below[1]
    return Cost(requests, records, requests, is_known=False)


def _below(branch: Branch, parents: float, items: Mapping[str, float]) -> tuple[float, float]:
    """Return the requests and records of a type under so many parents, and of what is below."""
    listed = parents * items.get(branch.type.type, ITEMS)
    calls = (max(listed / (call.batch or 1), min(listed, 1)) for call in _details(branch))
    requests = parents + sum(calls)
    records = listed if branch.wanted else 0.0
    for child in branch.children:
        more, found = _below(child, listed, items)
        requests, records = requests + more, records + found
    return requests, records


def _details(branch: Branch) -> Iterator[Call]:
    """Yield the calls made for items; for a type walked for its children, those that read it."""
    if branch.wanted:
        return iter(branch.type.calls[1:])
    return (call for call in branch.type.each if not call.name)


def _calls(branch: Branch) -> Iterator[Call]:
    yield branch.type.list
    yield from _details(branch)
    for child in branch.children:
        yield from _calls(child)


def _sweeps(plan: Plan, catalog: Mapping[str, ResourceType], given: Circumstances) -> int:
    """Count the sweeps for tags: one a place, within the costs of what an earlier run tells of."""

    def are_wanted(services: Mapping[str, tuple[str, ...]], *, worldwide: bool) -> bool:
        return any(
            catalog[name].arn
            and catalog[name].tags in ("", BULK)
            and TAGS not in catalog[name].omitted
            for service, types in services.items()
            if not given.history.knows(service, types, worldwide=worldwide)
            for name in types
        )

    home = {given.home} if are_wanted(plan.worldwide, worldwide=True) else set()
    regional = are_wanted(plan.regional, worldwide=False)
    return sum(len(home.union(each.enabled if regional else ())) for _, each in plan.accounts)


def _bounds(
    calls: int, stretches: Iterable[_Stretch], given: Circumstances
) -> Iterator[tuple[float, str]]:
    """Yield what a scan can't be faster than, each with what it is waiting for."""
    yield calls / CORE, f"one core, at {CORE:,.0f} requests/s"
    latency = f"AWS's answers, {given.latency * 1000:,.0f} ms each, {given.concurrency:,} at a time"
    yield calls * given.latency / given.concurrency, latency
    entering = _paced(given.entries, given.pace("sts", ["AssumeRole"]))
    yield entering, "the rate of sts:AssumeRole"
    for each in stretches:
        service, region = each.place
        seconds = _paced(each.cost.most, given.pace(service, each.operations))
        yield seconds, f"the rate of {service} in {region}, per account"


def _paced(requests: float, rate: Rate | None) -> float:
    return 0.0 if rate is None else max(0.0, requests - rate.burst) / rate.per_second


def _memory(stretches: int, units: int, accounts: int, most_open: int) -> int:
    """Fit what benchmarks took: units come service by service, those with most types first."""
    together = min(units, most_open)
    clients = min(stretches, ceil(together / accounts)) if accounts else 0
    return ceil(MIB * (MEMORY + UNIT_MEMORY * together + CLIENTS_MEMORY * sqrt(clients)))
