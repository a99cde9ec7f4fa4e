"""Have a synchronous task work in threads, step by step; between steps it has none."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from inspect import signature
from itertools import islice
from typing import TYPE_CHECKING, Any

import anyio
import structlog
from anyio.from_thread import BlockingPortal

from scanner.aws.threads import Line, in_thread
from scanner.aws.visit import VISIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.engine.workplace import Workplace

log = structlog.get_logger()

GRACE = 2.0
"""Seconds that a thread has to end once its work is cancelled."""

AT_ONCE = 100
"""Values that a step takes from a task before the loop sees them."""


@dataclass(slots=True)
class Steps:
    """One unit's synchronous work: its function's values, and the error it ended with, if any."""

    place: Workplace
    function: Callable[..., Any]
    _line: Line = field(default_factory=Line)
    _values: Iterator[Any] | None = None
    _error: BaseException | None = None
    _lost: bool = False

    async def values(self) -> AsyncGenerator[Any]:
        """Yield what the function yields or returns; raises what it raises."""
        try:
            found = [None] * AT_ONCE
            while len(found) == AT_ONCE:
                found = await self._step(self._take)
                for value in found:
                    yield value
                if self._error:
                    raise self._error
        finally:
            if hasattr(self._values, "close") and not self._lost:
                with anyio.move_on_after(GRACE, shield=True):
                    await self._step(self._close)
            self._line.end()

    async def _step(self, work: Callable[[], list[Any]]) -> list[Any]:
        """Do a piece of the work in a thread, which has a way to the loop for as long."""
        found: list[Any] = []
        async with self.place.guests.threads, BlockingPortal() as portal:
            self._line.connect(portal)
            try:
                found = await in_thread(work, GRACE, self._left)
            finally:
                self._line.connect(None)
        return found

    def _left(self) -> None:
        self._lost = True
        log.warning("a task's thread did not end in time: it is left to itself", seconds=GRACE)

    def _take(self) -> list[Any]:
        """Take the next values, in the thread; an error waits until they are through."""
        found: list[Any] = []
        try:
            if self._values is None:
                self._values = values_of(self.function(**self._arguments()))
            for value in islice(self._values, AT_ONCE):
                found.append(value)  # noqa: PERF402 — what came before an error stays
        except BaseException as exc:  # noqa: BLE001 — raised above, after what came before it
            self._error = exc
        return found

    def _close(self) -> list[Any]:
        """Have a generator that was left early clean up, in the thread."""
        try:
            self._values.close()  # type: ignore[union-attr]  # asked for just above
        except Exception as exc:  # noqa: BLE001 — the unit's outcome is known already
            log.warning("a task failed while it was left", error=f"{type(exc).__name__}: {exc}")
        return []

    def _arguments(self) -> dict[str, Any]:
        """Return what the function asks for, by its parameters' names; the first is the session."""
        place = self.place
        first, *others = signature(self.function).parameters
        known = {
            "account": place.account.id,
            "region": place.region,
            "params": dict(place.params),
            "log": place.log,
        }
        session = place.guests.lender.session(VISIT.get(), place.region, self._line)
        return {first: session, **{name: known[name] for name in others}}


def values_of(result: Any) -> Iterator[Any]:
    """Iterate over what a function returned: nothing, one value, or many."""
    if result is None:
        return iter(())
    if isinstance(result, Iterator | list | tuple | AbstractSet):
        return iter(result)
    return iter((result,))
