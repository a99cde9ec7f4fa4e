"""Read the many ways in which AWS and people write a moment; a text without a zone is UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dateutil import parser

EARLIEST = datetime(2006, 3, 19, tzinfo=UTC).timestamp()
"""Numbers below are no moments: S3, the first service, opened on that day."""


def moment_of(value: Any, now: datetime) -> datetime | None:
    """Read a date, a text, or seconds or milliseconds since 1970; None where it is neither.

    A text that names only a part of a date takes the rest from `now`.
    """
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, str) and not value.isdigit():
        return moment_in(value, now) or _since_1970(value)
    return _since_1970(value) if isinstance(value, int | float | str) else None


def moment_in(text: str, now: datetime) -> datetime | None:
    """Read a date as people write it; None where it is none."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    try:
        found = parser.parse(text, default=midnight)
    except (ValueError, OverflowError, TypeError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _since_1970(value: float | str) -> datetime | None:
    try:
        seconds = float(value)
    except ValueError:
        return None
    if not seconds > EARLIEST:
        return None
    for unit in (1, 1000):
        try:
            return datetime.fromtimestamp(seconds / unit, UTC)
        except (ValueError, OverflowError, OSError):
            continue
    return None
