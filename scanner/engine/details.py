"""Read what a listing leaves out: the detail calls for a page of items, side by side."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from scanner.engine.asking import ask_whole
from scanner.engine.context import status_of
from scanner.engine.records import Item, arn_of, is_partial
from scanner.engine.spread import chunks, spread
from scanner.model.errors import CallError
from scanner.model.paths import fill, has_gap, lookup
from scanner.model.resource import TAGS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scanner.engine.context import Context
    from scanner.model.resource import Call, ResourceType

AT_ONCE = 16
"""Detail calls of one unit in progress together; the run's slots bound them further."""


class Details:
    """The detail calls of one type in one unit.

    Calls without a name are the resource itself, read in full; with `brief`, they are all
    that is made: enough for children to find their parent.
    """

    def __init__(self, ctx: Context, type: ResourceType, region: str, *, brief: bool) -> None:
        self._ctx = ctx
        self._type = type
        self._region = region
        self._tags = None if isinstance(type.tags, str) else type.tags
        calls = type.each if self._tags is None else (*type.each, self._tags)
        self._calls = tuple(
            call for call in calls if not (brief and (call.name or call is self._tags))
        )

    async def read(self, items: list[Item]) -> list[Item]:
        """Complete the items in place; return those that are in this region."""
        for call in self._calls:
            items = [item for item in items if self._is_here(item)]
            batches = list(chunks(self._askable(call, items), call.batch or 1))
            await spread(AT_ONCE, partial(self._describe, call), batches)
        for item in items:
            self._omit(item)
        return [item for item in items if self._is_here(item)]

    def _omit(self, item: Item) -> None:
        """Mark what was not asked for: nobody knows whether there is such a thing."""
        names = [name for name in self._type.omitted if name != TAGS]
        item.unread += names
        item.supplementary |= dict.fromkeys(names)

    def _is_here(self, item: Item) -> bool:
        found = lookup(item.members, self._type.located) if self._type.located else None
        return found is None or found == self._ctx.unit.region

    def _askable(self, call: Call, items: list[Item]) -> list[Item]:
        """Return the items to make a call for; those that lack what would name them are skipped."""
        askable = []
        for item in items:
            if call.unless and item.find(call.unless) is not None:
                continue
            if self._lacks(call, item):
                self._skip(call, item)
            else:
                askable.append(item)
        return askable

    def _lacks(self, call: Call, item: Item) -> bool:
        if call.batch and item.find(call.match.partition("=")[0]) is None:
            return True
        return has_gap(self._params(call, [item]))

    async def _describe(self, call: Call, items: Sequence[Item]) -> None:
        """Make one call for one item, or for a batch of them."""
        patience, key = self._ctx.patience, (self._type.type, call.operation)
        if patience.is_spent(*key):
            self._mark_unread(call, items)
            return
        try:
            value = await self._value(call, items)
        except CallError as exc:
            if exc.code not in call.absent:
                patience.refused(*key, exc)
                self._refused(call, exc, items)
                return
            value = None
        patience.answered(*key)
        self._store(call, items, value)

    async def _value(self, call: Call, items: Sequence[Item]) -> Any:
        """Return what a call gives, of all its pages where that is a list."""
        params = self._params(call, items)
        region = str(fill(call.region, self._finder(items[0])) or self._region)
        ctx = self._ctx
        return await ask_whole(ctx.gate, ctx.clients, self._type.service, region, call, params)

    def _params(self, call: Call, items: Sequence[Item]) -> dict[str, Any]:
        if not call.batch:
            params: dict[str, Any] = fill(call.params, self._finder(items[0]))
            return params
        return {key: self._batched(value, items) for key, value in call.params.items()}

    def _batched(self, value: Any, items: Sequence[Item]) -> Any:
        """Fill a batched parameter: `["$Member"]` becomes that member of every item."""
        if isinstance(value, list | tuple) and len(value) == 1 and str(value[0]).startswith("$"):
            return [fill(value[0], self._finder(item)) for item in items]
        return fill(value, self._finder(items[0]))

    def _finder(self, item: Item) -> Callable[[str], Any]:
        """Look a placeholder's name up: the target's, the item's ARN, or a member's."""
        names = self._ctx.names

        def find(name: str) -> Any:
            if name == "arn":
                return arn_of(self._ctx, self._type, item)
            return names[name] if name in names else item.find(name)

        return find

    def _skip(self, call: Call, item: Item) -> None:
        """Leave out what can't be asked: there is none, unless the item itself was not read."""
        if is_partial(self._type, item):
            self._mark_unread(call, [item])
        elif call.name:
            item.supplementary[call.name] = None

    def _store(self, call: Call, items: Sequence[Item], value: Any) -> None:
        if not call.batch:
            self._put(call, items[0], value)
            return
        mine, _, theirs = call.match.partition("=")
        rows = {lookup(row, theirs): row for row in value or ()}
        for item in items:
            self._put(call, item, rows.get(item.find(mine)))

    def _put(self, call: Call, item: Item, value: Any) -> None:
        if call is self._tags:
            item.tags = value or {}
        elif call.name:
            item.supplementary[call.name] = value
        elif isinstance(value, dict):
            item.members |= value

    def _refused(self, call: Call, exc: CallError, items: Sequence[Item]) -> None:
        self._ctx.tally.failed(self._type.type, status_of(exc), str(exc), listed=True)
        self._mark_unread(call, items)

    def _mark_unread(self, call: Call, items: Sequence[Item]) -> None:
        name = TAGS if call is self._tags else call.name or call.operation
        for item in items:
            item.unread.append(name)
            if call.name:
                item.supplementary[call.name] = None
