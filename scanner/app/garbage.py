"""How often Python looks for garbage in a process that is the scanner's own; it frees none."""

from __future__ import annotations

import gc

YOUNG = 2_000
"""New objects between two collections: an answer makes thousands, and Python's 700 made a large
one five times dearer."""


def collect_less() -> None:
    """Look less often, and never again at what is loaded by now: it stays to the end."""
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
