"""Do the same for many items at once, within a bound; it keeps no results."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import anyio

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

T = TypeVar("T")


async def spread(limit: int, work: Callable[[T], Awaitable[None]], items: Sequence[T]) -> None:
    """Await `work` for every item, at most `limit` at a time; raises the first error alone."""
    if len(items) == 1:
        await work(items[0])
        return
    queue = iter(items)

    async def worker() -> None:
        for item in queue:
            await work(item)

    try:
        async with anyio.create_task_group() as tasks:
            for _ in range(min(limit, len(items))):
                tasks.start_soon(worker)
    except ExceptionGroup as group:
        raise first_error(group) from group


def first_error(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the first leaf of a group: what went wrong, where the rest is its echo."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Cut a sequence into pieces of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
