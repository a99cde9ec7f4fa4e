"""An event loop whose clock jumps to the next timer; only threads take real time."""

from __future__ import annotations

import asyncio
import selectors
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
import anyio.to_thread

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")

_TURN = 1e-9
"""Seconds that a turn of the loop takes: in no time at all, who waits for a moment may spin."""

_PATIENCE = 10.0
"""Real seconds for which a thread is waited for before the loop counts as stuck."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs in no time what sleeps and times out; a thread at work holds the clock."""

    def __init__(self) -> None:
        self._selecting = _Selector(self)
        super().__init__(self._selecting)
        self.now = 0.0

    def time(self) -> float:
        """Return the virtual seconds since the loop was made."""
        return self.now


class _Selector(selectors.DefaultSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        self._loop.now += _TURN
        found = super().select(0)
        if found or timeout == 0:
            return found
        if timeout is None or self._threads_at_work():
            found = super().select(_PATIENCE)
            if not found:
                raise RuntimeError("nothing will ever happen: no timer, no thread that ends")
            return found
        self._loop.now += timeout
        return found

    @staticmethod
    def _threads_at_work() -> bool:
        limiter = anyio.to_thread.current_default_thread_limiter()
        return limiter.borrowed_tokens > 0


def run(function: Callable[..., Awaitable[T]], *args: Any) -> T:
    """Run a coroutine function on a loop of virtual time, as `anyio.run` does."""
    return anyio.run(function, *args, backend_options={"loop_factory": VirtualLoop})
