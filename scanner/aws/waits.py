"""Count the calls that wait for AWS, holding nothing; it makes nobody wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable


class Waits:
    """How many calls back off or wait for their turn; `more` is called as each begins to."""

    def __init__(self) -> None:
        self.count = 0
        self.more: Callable[[], None] = lambda: None

    def __enter__(self) -> Self:
        self.count += 1
        self.more()
        return self

    def __exit__(self, *_: object) -> None:
        self.count -= 1
