"""How often Python looks for garbage in a process that is the scanner's own; it frees none."""

from __future__ import annotations

import gc

YOUNG = 20_000
"""New objects between two collections. Python's 700 are less than one answer makes, and nearly
all of those are gone, without a collection, as soon as it is written."""

OLDER = (4, 1)
"""How many of these until older objects are looked at too: closed clients are among them."""


def collect_less() -> None:
    """Look less often, and never again at what is loaded by now: it stays to the end.

    Call it before much is loaded, and again when all is.
    """
    gc.freeze()
    gc.set_threshold(YOUNG, *OLDER)
