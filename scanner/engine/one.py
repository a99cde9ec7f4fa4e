"""Make one change of a plan, exactly once: look, note, write, note, look again; it plans nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

import anyio

from scanner.model.errors import AccountError, CallError, ChangeRefused, Unavailable
from scanner.model.paths import fill, lookup
from scanner.model.planned import Ending, Past, Result

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scanner.engine.apply import Answer, Hands
    from scanner.model.change import Write
    from scanner.model.planned import Change

TRIES = 3
"""How often a write is sent whose answers get lost, as long as nothing of it is to be seen."""


class Trail(Protocol):
    """The durable record of what was intended and done; every `note` blocks until it is on disk."""

    results: Mapping[str, Result]
    begun: Mapping[str, Past]

    def note(self, event: str, id: str, **facts: Any) -> str:
        """Write down an event of a change; return the time that was noted."""

    def end(self, result: Result) -> Result:
        """Write down how a change ended; return that with the time that was noted."""


class Lost(Exception):
    """The resource is gone."""


@dataclass(slots=True)
class One:
    """One change being made."""

    change: Change
    hands: Hands
    trail: Trail
    needed: Callable[[Change, Mapping[str, Any]], bool]
    _past: Past = field(init=False)
    _begun: bool = field(init=False)

    def __post_init__(self) -> None:
        past = self.trail.begun.get(self.change.id)
        self._begun = past is not None
        self._past = past or Past("")

    async def rehearse(self) -> Result:
        """Do all but the writes and the notes: the ending tells what would be tried."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        try:
            await self._begin()
        except (ChangeRefused, CallError, AccountError) as exc:
            return replace(self._ended_by(exc), started_at=now, finished_at=now)
        return Result(self.change.id, Ending.DONE, "not written: --dry-run", started_at=now)
