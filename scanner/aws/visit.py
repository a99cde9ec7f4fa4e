"""Who calls, and what that costs: the identity and the meter of a task; it sends nothing."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class Meter:
    """What one unit cost so far."""

    requests: int = 0
    throttles: int = 0
    retries: int = 0


class Identity(Protocol):
    """Who signs: a member account's lease, or the central identity."""

    @property
    def account_id(self) -> str:
        """The account whose credentials these are."""

    @property
    def frozen(self) -> Any:
        """The credentials (botocore's ReadOnlyCredentials); raises where there are none."""

    async def fresh(self) -> None:
        """Make sure that the credentials outlive the next request."""

    def reject(self, refused: Any) -> bool:
        """AWS refused these credentials: forget them; False where there are no others."""


@dataclass(frozen=True, slots=True)
class Visit:
    """The identity and the meter of the current task and its children."""

    identity: Identity
    meter: Meter = field(default_factory=Meter)


VISIT: ContextVar[Visit] = ContextVar("scanner_visit")
"""Has no default on purpose: a request outside a visit fails, it is never sent as someone."""


@contextmanager
def visiting(identity: Identity, meter: Meter) -> Iterator[Visit]:
    """Make this task, and the tasks it starts within, call as `identity`."""
    visit = Visit(identity, meter)
    token = VISIT.set(visit)
    try:
        yield visit
    finally:
        VISIT.reset(token)
