"""Publish a run's figures beside it, in time and within bounds; a failure never reaches the run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import anyio
import structlog

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.metrics.figures import Figures

log = structlog.get_logger()

FAREWELL = 5.0
"""Seconds that the last figures may take; then the run ends without them."""


class Publisher(Protocol):
    """Someone who is told a run's figures every `interval` seconds; one instance a run."""

    interval: float

    async def publish(self, figures: Figures) -> str:
        """Tell the figures as they stand; return why that failed, or nothing."""

    async def close(self) -> None:
        """Let go of everything: the run is over."""


@dataclass(slots=True)
class Pump:
    """Brings figures to a publisher; says once where that fails."""

    publisher: Publisher
    read: Callable[[], Figures]
    _warned: bool = field(default=False, init=False)

    async def run(self) -> None:
        """Publish at every interval, until cancelled."""
        while True:
            await anyio.sleep(self.publisher.interval)
            self._warn(await self.publisher.publish(self.read()))

    async def finish(self, figures: Figures) -> None:
        """Publish for the last time, also when the run is being cancelled."""
        with anyio.CancelScope(shield=True):
            with anyio.move_on_after(FAREWELL) as limit:
                self._warn(await self.publisher.publish(figures))
            if limit.cancelled_caught:
                self._warn(f"not taken within {FAREWELL:g} seconds")
            await self.publisher.close()

    def _warn(self, reason: str) -> None:
        if reason and not self._warned:
            self._warned = True
            log.warning("metrics could not be published", reason=reason)
