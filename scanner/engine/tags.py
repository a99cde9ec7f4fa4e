"""Tags in bulk: one sweep of an account and region joins them onto ARNs; it makes no records."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from contextlib import aclosing
from typing import TYPE_CHECKING

import anyio
import orjson

from scanner.aws.pages import ask_page, later_pages
from scanner.engine.context import status_of
from scanner.engine.records import arn_of, tags_of
from scanner.model.errors import CallError, OutputError
from scanner.model.resource import BULK, Call
from scanner.model.target import GLOBAL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.aws.pages import Page
    from scanner.engine.context import Context
    from scanner.engine.records import Item
    from scanner.model.resource import ResourceType

Place = tuple[str, str]
"""Account id and region."""

SERVICE = "resourcegroupstaggingapi"
SWEEP = Call("GetResources", {"ResourcesPerPage": 100}, out="ResourceTagMappingList")


class TagSweeps:
    """What the Resource Groups Tagging API knows of each account and region of a run.

    A place is swept when tags there are first wanted, by one unit for all, and kept on disk: in
    a database without a name, which SQLite deletes with its connection.
    """

    def __init__(self) -> None:
        self._locks: defaultdict[Place, anyio.Lock] = defaultdict(anyio.Lock)
        self._swept: dict[Place, CallError | None] = {}
        self._using = anyio.Lock()
        self._rows = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._rows.execute(
            "CREATE TABLE tags (account TEXT, region TEXT, arn TEXT, tags BLOB, "
            "PRIMARY KEY (account, region, arn)) WITHOUT ROWID"
        )

    async def find(self, ctx: Context, arns: Iterable[str]) -> dict[str, dict[str, str]]:
        """Return the tags of those ARNs that have or had some; raises CallError."""
        region = ctx.home if ctx.unit.region == GLOBAL else ctx.unit.region
        place = (ctx.unit.account.id, region)
        async with self._locks[place]:
            if place not in self._swept:
                self._swept[place] = await self._sweep(ctx, place)
        error = self._swept[place]
        if error is not None:
            raise error
        async with self._using:
            return await anyio.to_thread.run_sync(self._select, place, list(arns))

    async def join(self, ctx: Context, type: ResourceType, items: Iterable[Item]) -> None:
        """Give items their tags by ARN; failures go to the tally where tags were declared."""
        named = [(arn, item) for item in items if (arn := arn_of(ctx, type, item))]
        if not named:
            return
        try:
            found = await self.find(ctx, {arn for arn, _ in named})
        except CallError as exc:
            if type.tags == BULK:
                ctx.tally.failed(type.type, status_of(exc), f"tags: {exc}", listed=True)
                for _, item in named:
                    item.unread.append("Tags")
            # One error is raised for all who ask: its traceback would keep all their items.
            exc.with_traceback(None)
            return
        for arn, item in named:
            item.tags = found.get(arn, {} if type.tags == BULK else None)

    def close(self) -> None:
        """Delete what was kept."""
        self._rows.close()

    async def _sweep(self, ctx: Context, place: Place) -> CallError | None:
        """Read every tagged resource of a place; an error is returned, to be told each time."""
        try:
            async with ctx.clients.use(SERVICE, place[1]) as client:
                paging = ctx.clients.paging(client, SWEEP.operation)
                first = await ask_page(ctx.gate, client, SWEEP, SWEEP.params, paging)
                await self._keep(place, first)
                rest = later_pages(ctx.gate, client, SWEEP, SWEEP.params, paging, first)
                async with aclosing(rest):
                    async for page in rest:
                        await self._keep(place, page)
        except CallError as exc:
            return exc
        return None

    async def _keep(self, place: Place, page: Page) -> None:
        rows = [
            (*place, each["ResourceARN"], orjson.dumps(tags_of(each.get("Tags"))))
            for each in page.picked or ()
        ]
        async with self._using:
            try:
                await anyio.to_thread.run_sync(self._insert, rows)
            except sqlite3.OperationalError as exc:
                raise OutputError(f"can't keep tags in a temporary file: {exc}") from exc

    def _insert(self, rows: list[tuple[str, str, str, bytes]]) -> None:
        self._rows.executemany("INSERT OR REPLACE INTO tags VALUES (?, ?, ?, ?)", rows)

    def _select(self, place: Place, arns: list[str]) -> dict[str, dict[str, str]]:
        found = self._rows.execute(
            "SELECT arn, tags FROM tags, json_each(?) WHERE account = ? AND region = ? "
            "AND arn = json_each.value",
            (orjson.dumps(arns).decode(), *place),
        )
        return {arn: orjson.loads(tags) for arn, tags in found}
