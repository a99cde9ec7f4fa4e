"""What happens where the reader of our output goes away: nothing more is said, nothing fails."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def reader_may_leave() -> Iterator[None]:
    """End the block quietly where nobody reads standard output any more (`… | head`)."""
    try:
        yield
    except (BrokenPipeError, SystemExit):  # click and rich turn the first into the second
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)  # else Python complains when it flushes at exit
        os.close(nowhere)
