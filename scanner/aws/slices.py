"""Let the loop look at its clocks and sockets in time, however many answers came at once."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import anyio.lowlevel

if TYPE_CHECKING:
    from collections.abc import Callable

SLICE = 0.005
"""Seconds of work between two looks."""


class Slices:
    """Cuts work on answers into slices: one turn of the loop does one, the rest waits its turn.

    Where a hundred answers are there at once, asyncio would read all of them before it looks at
    timers and signals again.
    """

    def __init__(
        self, length: float = SLICE, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._length = length
        self._clock = clock
        self._end: float | None = None

    async def turn(self) -> None:
        """Wait until there is room in the slice of this turn of the loop."""
        while self._end is not None and self._clock() > self._end:
            await anyio.lowlevel.checkpoint()
        if self._end is None:
            self._end = self._clock() + self._length
            asyncio.get_running_loop().call_soon(self._begin_anew)

    def _begin_anew(self) -> None:
        self._end = None
