"""Try a unit's calls once each, on the first item there is; it keeps no record of what it sees."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scanner.aws.pages import ask_page
from scanner.engine.collect import branches
from scanner.engine.context import Tally, status_of
from scanner.engine.details import Details
from scanner.engine.records import NO_PARENT, Item, parent_of
from scanner.engine.spread import spread
from scanner.model.errors import CallError
from scanner.model.outcome import Status
from scanner.model.paths import fill, has_gap, lookup
from scanner.model.target import GLOBAL, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from scanner.aws.pages import Page
    from scanner.engine.collect import Branch
    from scanner.engine.context import Context
    from scanner.engine.plan import Plan
    from scanner.engine.records import Parent
    from scanner.model.resource import ResourceType
    from scanner.model.target import Account, Regions


AT_ONCE = 4
"""Types of a unit tried together."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A call of a type that came to nothing, as the ledger would name it."""

    type: str
    status: Status
    operation: str
    error: str


@dataclass(slots=True)
class Notes(Tally):
    """A tally that keeps every failure, and what the first pages held.

    `found` counts the items on a type's first page, `seconds` how long each page took.
    `untried` are types with calls that need an item where there is none, `more` those of which
    there is a second page.
    """

    failures: list[Failure] = field(default_factory=list)
    found: dict[str, int] = field(default_factory=dict)
    untried: set[str] = field(default_factory=set)
    more: set[str] = field(default_factory=set)
    seconds: list[float] = field(default_factory=list)

    def failed(
        self,
        type: str,
        status: Status,
        error: str,
        *,
        listed: bool = False,  # noqa: ARG002 — the tally's shape
    ) -> None:
        """Keep a failure; an error's text begins with its operation."""
        operation = error.partition(": ")[0]
        self.failures.append(Failure(type, status, operation, error))


def places_to_try(plan: Plan, account: Account, regions: Regions, home: str) -> Iterator[Unit]:
    """Choose one unit for each service of a plan: at home if that is enabled and has it."""
    for service, types in plan.worldwide.items():
        yield Unit(account, GLOBAL, service, types)
    preferred = sorted(regions.enabled, key=lambda name: name != home)
    for service, types in plan.regional.items():
        absent = plan.absent.get(service, ())
        region = next((name for name in preferred if name not in absent), None)
        if region is not None:
            yield Unit(account, region, service, types)


async def probe(
    ctx: Context,
    catalog: Mapping[str, ResourceType],
    notes: Notes,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Make each call of a unit's types once, as a scan would; `notes` is the context's tally.

    The pages asked for are the scan's own, not smaller: AWS's lower bounds of page sizes stand
    in no model, and one page too small is refused.
    """
    trial = _Trial(ctx, notes, clock)
    await spread(AT_ONCE, trial.down_from_top, branches(ctx.unit.types, catalog))


class _Trial:
    """One unit's types, tried from parents to children."""

    def __init__(self, ctx: Context, notes: Notes, clock: Callable[[], float]) -> None:
        self._ctx = ctx
        self._notes = notes
        self._clock = clock

    async def down_from_top(self, branch: Branch) -> None:
        """Try a type that needs no parent, and what hangs below."""
        await self._down(branch, NO_PARENT)

    async def _down(self, branch: Branch, parent: Parent) -> None:
        ctx, kind = self._ctx, branch.type
        region = kind.home or ctx.home if ctx.unit.region == GLOBAL else ctx.unit.region
        rows = await self._first_rows(kind, region, parent)
        if rows is None:
            return
        here = [row for row in rows if lookup(row, kind.located) in (None, ctx.unit.region)]
        items = [Item(row, ctx.now(), parent) for row in here[:1]]
        items = await Details(ctx, kind, region, brief=not branch.wanted).read(items)
        for child in branch.children:
            for item in items:
                await self._down(child, parent_of(ctx, kind, item))
        if not items:
            _, *below = branch.names()
            self._notes.untried.update(below if len(kind.calls) == 1 else branch.names())

    async def _first_rows(
        self, kind: ResourceType, region: str, parent: Parent
    ) -> list[dict[str, Any]] | None:
        """Return the first page of a listing; None where it failed or could not be asked for."""
        try:
            page = await self._first_page(kind, region, parent)
        except CallError as exc:
            off = exc.code in kind.unsubscribed
            self._notes.failed(kind.type, Status.UNAVAILABLE if off else status_of(exc), str(exc))
            return None
        if page is None:
            self._notes.untried.add(kind.type)
            return None
        if page.following is not None:
            self._notes.more.add(kind.type)
        rows: list[dict[str, Any]] = page.picked or []
        self._notes.found[kind.type] = len(rows)
        return rows

    async def _first_page(self, kind: ResourceType, region: str, parent: Parent) -> Page | None:
        ctx = self._ctx
        async with ctx.clients.use(kind.service, region) as client:
            paging = ctx.clients.paging(client, kind.list.operation)
            params = fill(kind.list.params, lambda name: self._value(name, parent))
            if has_gap(params):
                return None
            params |= paging.sized(kind.list)
            began = self._clock()
            page = await ask_page(ctx.gate, client, kind.list, params, paging)
            self._notes.seconds.append(self._clock() - began)
            return page

    def _value(self, name: str, parent: Parent) -> Any:
        names = self._ctx.names
        return names[name] if name in names else lookup(parent.members, name)
