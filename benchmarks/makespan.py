"""Measures how much longer a night is than it must be: the real engine, scripted units, no clock.

Each unit sleeps as long as its mix says, on a loop whose time is virtual; planning, ordering,
workers and the ledger's durations are the scanner's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

import anyio

from benchmarks.measure import REGIONS
from benchmarks.table import Bar, Report
from benchmarks.virtual_time import run as run_in_no_time
from scanner import log
from scanner.engine.plan import make_plan
from scanner.engine.run import Means, Progress, Run
from scanner.engine.schedule import make_schedule
from scanner.model.resource import Call, ResourceType
from scanner.model.sink import MemorySink
from scanner.model.target import Account, Regions

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from scanner.engine.context import Context
    from scanner.engine.plan import Plan
    from scanner.model.outcome import Outcome
    from scanner.model.record import Record
    from scanner.model.target import Unit

OPEN_UNITS = 128
"""What the scanner has open by default: two for each of 64 requests in flight."""

SERVICES = 30
DRIFT = 0.2
"""How much a unit's duration may differ from one night to the next."""

MOST = 1.15


@dataclass(frozen=True, slots=True)
class Mix:
    """How long units take: seconds, times a weight by account and by service."""

    name: str
    accounts: Mapping[int, float] = field(default_factory=dict)
    services: Mapping[int, float] = field(default_factory=dict)

    def seconds(self, unit: Unit, night: int) -> float:
        """Return the same for the same unit and night, and nearly the same the next night."""
        usual = Random(unit.key).lognormvariate(0, 0.7)
        drift = 1 + Random(f"{night} {unit.key}").uniform(-DRIFT, DRIFT)
        account = self.accounts.get(int(unit.account.id), 1.0)
        return usual * drift * account * self.services.get(int(unit.service[1:]), 1.0)


MIXES = (
    Mix("even"),
    Mix("one account 100 times the others", accounts={3: 100.0}),
    Mix("three services 20 times the others", services={4: 20.0, 17: 20.0, 29: 20.0}),
    Mix("both", accounts={3: 100.0}, services={17: 10.0, 29: 10.0}),
)


class _Identity:
    """Somebody who is always in."""

    async def fresh(self) -> None:
        """Do nothing."""


class _Nobody:
    """Accounts that need no role and clients that are never used."""

    def of(self, _account: Account) -> _Identity:
        return _Identity()

    async def retire(self, service: str, region: str) -> None:
        """Do nothing."""


def makespan(accounts: int, regions: int) -> Report:
    """Run two nights of each mix, the second by what the first one left in its ledger."""
    log.configure("console", "warning")
    plan = _plan(accounts, REGIONS[:regions])
    rows: list[dict[str, Any]] = []
    for mix in MIXES:
        first, outcomes = run_in_no_time(_night, plan, mix, 1, ())
        second, _ = run_in_no_time(_night, plan, mix, 2, outcomes)
        rows.append({"mix": mix.name, "first_night": first, "second_night": second})
    lines = [f"{'night over its lower bound':36}  first  second"]
    lines += [f"{r['mix']:36}  {r['first_night']:5.3f}  {r['second_night']:6.3f}" for r in rows]
    document = {"units": len(plan), "open_units": OPEN_UNITS, "nights": rows}
    bars = [Bar(f"second night, {r['mix']}", r["second_night"], MOST, least=False) for r in rows]
    return Report(lines, document, bars)


def _plan(accounts: int, regions: tuple[str, ...]) -> Plan:
    types = [
        ResourceType(f"s{number}:thing", service=f"s{number}", list=Call("List"), id="Id")
        for number in range(SERVICES)
    ]
    return make_plan([(Account(f"{n:012d}"), Regions(regions)) for n in range(accounts)], types)


async def _night(
    plan: Plan, mix: Mix, night: int, past: Sequence[Outcome]
) -> tuple[float, list[Outcome]]:
    """Run every unit once; return the time it took over the bound, and the ledger."""

    async def task(ctx: Context) -> AsyncGenerator[Record]:
        await anyio.sleep(mix.seconds(ctx.unit, night))
        for name in ctx.unit.types:
            ctx.tally.finished(name)
        return
        yield  # a task is a generator, of no record here

    nobody: Any = _Nobody()
    sink, schedule = MemorySink(), make_schedule(plan, (), OPEN_UNITS, past)
    means = Means(
        "night", nobody, nobody, nobody, lambda _: REGIONS[0], clock=anyio.current_time,
        durations=schedule.durations,
    )  # fmt: skip
    work = Run(means, task, sink, Progress())
    began = anyio.current_time()
    await work.work(schedule.units(), OPEN_UNITS, plan.shared(), schedule.long)
    took = anyio.current_time() - began
    seconds = [mix.seconds(unit, night) for unit in plan.units()]
    return took / max(sum(seconds) / OPEN_UNITS, *seconds), sink.outcomes
