"""The inventory task: walk a service's types in one target and yield a record for each resource."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import anyio.lowlevel

from scanner.aws.pages import ask_page, later_pages
from scanner.engine.context import status_of
from scanner.engine.details import Details
from scanner.engine.records import NO_PARENT, Item, Parent, Seen, parent_of, record_of
from scanner.engine.spread import chunks, spread
from scanner.model.errors import CallError
from scanner.model.outcome import Status
from scanner.model.paths import fill, has_gap, lookup
from scanner.model.resource import BULK, TAGS
from scanner.model.target import GLOBAL

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence

    from scanner.aws.pages import Page, Paging
    from scanner.engine.context import Context
    from scanner.model.record import Record
    from scanner.model.resource import ResourceType

RECORDS_AT_ONCE = 100
"""Records made of one page before other tasks have their turn."""

PARENTS_AT_ONCE = 16
"""Parents whose children's first pages are asked for together."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A type to walk and its children; `wanted` is False for one walked for its children only."""

    type: ResourceType
    wanted: bool
    children: tuple[Branch, ...]

    def names(self) -> Iterator[str]:
        """Name the type and all below it."""
        yield self.type.type
        for child in self.children:
            yield from child.names()


def branches(wanted: Sequence[str], catalog: Mapping[str, ResourceType]) -> tuple[Branch, ...]:
    """Arrange types as trees, with the parents that are needed to reach the wanted ones."""
    needed: dict[str, None] = {}
    for name in wanted:
        line = [name]
        while catalog[line[-1]].parent:
            line.append(catalog[line[-1]].parent)
        needed |= dict.fromkeys(reversed(line))

    return _grow("", [catalog[name] for name in needed], wanted)


def _grow(parent: str, needed: list[ResourceType], wanted: Sequence[str]) -> tuple[Branch, ...]:
    return tuple(
        Branch(kind, kind.type in wanted, _grow(kind.type, needed, wanted))
        for kind in needed
        if kind.parent == parent
    )


async def collect(ctx: Context, catalog: Mapping[str, ResourceType]) -> AsyncGenerator[Record]:
    """Yield the records of a unit; failures go to the tally, type by type.

    Drive it from one task: it calls as that task's visit.
    """
    walk = _Walk(ctx)
    for branch in branches(ctx.unit.types, catalog):
        async with aclosing(walk.down(branch, [NO_PARENT])) as records:
            async for record in records:
                yield record
        for name in branch.names():
            ctx.tally.finished(name)


class _Walk:
    """One unit's way through its types, parents before children."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._seen = Seen()

    async def down(self, branch: Branch, parents: Sequence[Parent]) -> AsyncGenerator[Record]:
        """Yield the records of a type under each parent, and of what hangs below."""
        ctx, kind = self._ctx, branch.type
        region = kind.home or ctx.home if ctx.unit.region == GLOBAL else ctx.unit.region
        details = Details(ctx, kind, region, brief=not branch.wanted)
        async with ctx.clients.use(kind.service, region) as client:
            listing = _Listing(ctx, branch, client)
            for some in chunks(parents, PARENTS_AT_ONCE):
                for parent, first in zip(some, await listing.first_pages(some), strict=True):
                    async with aclosing(listing.pages(parent, first)) as pages:
                        async for listed in pages:
                            items = await details.read(listed)
                            async with aclosing(self._page(branch, items)) as records:
                                async for record in records:
                                    yield record

    async def _page(self, branch: Branch, items: list[Item]) -> AsyncGenerator[Record]:
        if branch.wanted:
            async with aclosing(self._records(branch.type, items)) as records:
                async for record in records:
                    yield record
        if not branch.children:
            return
        parents = [parent_of(self._ctx, branch.type, item) for item in items]
        for child in branch.children:
            async with aclosing(self.down(child, parents)) as records:
                async for record in records:
                    yield record

    async def _records(self, kind: ResourceType, items: list[Item]) -> AsyncGenerator[Record]:
        if self._ctx.sweeps and kind.tags in ("", BULK) and TAGS not in kind.omitted:
            await self._ctx.sweeps.join(self._ctx, kind, items)
        for some in chunks(items, RECORDS_AT_ONCE):
            for item in some:
                record = self._seen.once(record_of(self._ctx, kind, item))
                if record is not None:
                    yield record
            await anyio.lowlevel.checkpoint()


class _Listing:
    """The pages of one type's list call, for one parent or for many."""

    def __init__(self, ctx: Context, branch: Branch, client: Any) -> None:
        self._ctx = ctx
        self._branch = branch
        self._call = branch.type.list
        self._client = client
        self._paging: Paging = ctx.clients.paging(client, self._call.operation)

    async def first_pages(self, parents: Sequence[Parent]) -> list[Page | None]:
        """Ask for the first page under each parent; None where that failed or makes no sense."""
        first: list[Page | None] = [None] * len(parents)

        async def ask(index: int) -> None:
            params = self._params(parents[index])
            if not has_gap(params):
                first[index] = await self._page(params)
            elif parents[index].partial:
                self._unnamed()

        await spread(PARENTS_AT_ONCE, ask, range(len(parents)))
        return first

    async def pages(self, parent: Parent, page: Page | None) -> AsyncGenerator[list[Item]]:
        """Yield the items page by page, beginning with a page that is already there."""
        if page is None:
            return
        yield self._items(parent, page)
        rest = later_pages(
            self._ctx.gate, self._client, self._call, self._params(parent), self._paging, page
        )
        try:
            async with aclosing(rest):
                async for later in rest:
                    yield self._items(parent, later)
        except CallError as exc:
            self._refused(exc)

    def _items(self, parent: Parent, page: Page) -> list[Item]:
        now = self._ctx.now()
        return [Item(members, now, parent) for members in page.picked or ()]

    def _params(self, parent: Parent) -> dict[str, Any]:
        names = self._ctx.names

        def find(name: str) -> Any:
            return names[name] if name in names else lookup(parent.members, name)

        params: dict[str, Any] = fill(self._call.params, find)
        return params | self._paging.sized(self._call)

    async def _page(self, params: dict[str, Any]) -> Page | None:
        patience, key = self._ctx.patience, (self._branch.type.type, self._call.operation)
        if patience.is_forbidden:
            self._failed(Status.DENIED_SCP, "not called, after explicit denies of its neighbours")
            return None
        if patience.is_spent(*key):
            return None
        try:
            page = await ask_page(self._ctx.gate, self._client, self._call, params, self._paging)
        except CallError as exc:
            patience.refused(*key, exc)
            self._refused(exc)
            return None
        patience.answered(*key)
        return page

    def _refused(self, exc: CallError) -> None:
        off = exc.code in self._branch.type.unsubscribed
        self._failed(Status.UNAVAILABLE if off else status_of(exc), str(exc))

    def _unnamed(self) -> None:
        """Note a parent that was not read so far as to name it: its children are unknown."""
        parent = self._branch.type.parent
        self._failed(self._ctx.tally.status(parent), f"a {parent} could not be read in full")

    def _failed(self, status: Status, error: str) -> None:
        """Note a failed listing: what hangs below it was not found either."""
        own, *below = self._branch.names()
        self._ctx.tally.failed(own, status, error)
        for name in below:
            self._ctx.tally.failed(name, status, f"{own} could not be listed: {error}")
