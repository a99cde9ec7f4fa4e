"""When a run must be home, what may still begin before that, and what is given up then."""

from __future__ import annotations

import math
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import anyio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOT_BEGUN = "not begun: it would hardly have ended before the deadline"
GIVEN_UP = "given up: the deadline came before it ended"


@dataclass(slots=True)
class Deadline:
    """The moment, on a clock in seconds, by which a run must have ended; by default never.

    Units are given up before that, by the margin that finishing the run takes.
    """

    at: float = math.inf
    clock: Callable[[], float] = time.monotonic
    _margin: float = 0.0
    _window: float = math.inf
    _wanted: float = 0.0
    _open: set[anyio.CancelScope] = field(default_factory=set)

    @classmethod
    def after(cls, seconds: float | None, since: float | None = None) -> Deadline:
        """Set it so many seconds after `since`, on the monotonic clock, or now; None is never."""
        if seconds is None:
            return cls()
        return cls((time.monotonic() if since is None else since) + seconds)

    def to_plain(self) -> list[float] | None:
        """Write it for another process of this machine: the monotonic clock is the system's."""
        return None if self.never else [self.at, self._margin, self._window]

    @classmethod
    def from_plain(cls, plain: list[float] | None) -> Self:
        """Read what `to_plain` wrote."""
        if plain is None:
            return cls()
        at, margin, window = plain
        return cls(at, _margin=margin, _window=window)

    @property
    def never(self) -> bool:
        """Say whether there is no deadline at all."""
        return math.isinf(self.at)

    @property
    def left(self) -> float:
        """The seconds until open units are given up; infinite where there is no deadline."""
        return math.inf if self.never else max(0.0, self.at - self._margin - self.clock())

    def reserve(self, margin: float) -> None:
        """Keep time for finishing, at most half of what is left: the rest is the units'."""
        self._wanted, self._margin = margin, 0.0
        self._margin = min(margin, self.left / 2)
        self._window = self.left

    def bring_forward(self, seconds: float) -> None:
        """Let it come so many seconds from now, unless it comes before, to what is open too."""
        self.at = min(self.at, self.clock() + seconds)
        self.reserve(self._wanted)
        for scope in self._open:
            scope.deadline = min(scope.deadline, anyio.current_time() + self.left)

    @contextmanager
    def bounding(self) -> Iterator[None]:
        """Give the body up when it comes."""
        with anyio.move_on_after(self.left) as scope:
            self._open.add(scope)
            try:
                yield
            finally:
                self._open.discard(scope)

    def admits(self, seconds: float | None) -> bool:
        """Say whether a unit that is thought to take so long may begin; None is not known.

        No more is believed than half of what the units have in all: what is thought to take
        longer still gets its try in the first half, or a wrong guess would bar it for ever.
        """
        left = self.left
        return left > 0 and (seconds is None or min(seconds, self._window / 2) <= left)
