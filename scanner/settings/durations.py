"""Durations as people write them: 90s, 13m, 1h30m, 35d, plain seconds; it knows no clock."""

from __future__ import annotations

import math
import re
from typing import Any

_PART = r"(?:(\d+(?:\.\d+)?){})?"
_PARTS = re.compile("".join(_PART.format(unit) for unit in "dhms"), re.ASCII)
_PLAIN = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_SECONDS = (86400, 3600, 60, 1)


def seconds_of(value: Any) -> float | None:
    """Read a duration as seconds; `none` is None. Raises ValueError for anything else."""
    if value is None or value == "none":
        return None
    seconds = _read(str(value).strip()) if not isinstance(value, bool) else 0.0
    if not 0 < seconds < math.inf:
        raise ValueError("must be a duration like 90s, 13m or 1h30m, or none")
    return seconds


def _read(text: str) -> float:
    if _PLAIN.fullmatch(text):
        return float(text)
    match = _PARTS.fullmatch(text)
    parts = match.groups() if match else ()
    return sum(
        float(part) * seconds for part, seconds in zip(parts, _SECONDS, strict=False) if part
    )
