"""The sink of a process that works for another one's run: seals units and passes them on."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from scanner.output.buffer import LocalBuffer, seal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from scanner.model.outcome import Outcome
    from scanner.model.sink import UnitBuffer
    from scanner.model.target import Unit
    from scanner.output.options import Options


class Relay:
    """Implements `Sink`: what it seals is for the `take` of the run's one writer.

    Spools are named after `name`, which no other process may have had.
    """

    def __init__(
        self,
        directory: Path,
        name: str,
        options: Options,
        send: Callable[[Outcome, LocalBuffer], Awaitable[None]],
    ) -> None:
        self._directory = directory
        self._name = name
        self._options = options
        self._send = send
        self._spools = count()

    def open_unit(self, unit: Unit) -> LocalBuffer:
        """Begin a unit; nothing is written yet."""
        spool = self._directory / f"{self._name}-{next(self._spools)}.member"
        return LocalBuffer(unit, spool, self._options)

    async def commit(self, buffer: UnitBuffer, outcome: Outcome) -> None:
        """Seal a finished unit and send it; returns when it is on its way."""
        await self._send(outcome, await seal(buffer, outcome))
