"""Compare version numbers loosely, as the standard library's LooseVersion did (PEP 632)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering

_PARTS = re.compile(r"(\d+|[a-z]+|\.)")


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class LooseVersion:
    """A version as numbers and words; between a number and a word there is no order.

    The version of nothing is equal to nothing, and neither before nor after anything.
    """

    parts: tuple[int | str, ...] | None

    def __eq__(self, other: object) -> bool:
        parts = _parts_of(other)
        return NotImplemented if parts is None or self.parts is None else self.parts == parts

    def __lt__(self, other: object) -> bool:
        parts = _parts_of(other)
        return NotImplemented if parts is None or self.parts is None else self.parts < parts

    def __hash__(self) -> int:
        return hash(self.parts)


def version_of(value: object) -> LooseVersion:
    """Split a version into its numbers and words: `1.10rc2` is 1, 10, rc, 2."""
    if value is None:
        return LooseVersion(None)
    pieces = _PARTS.split(str(value))
    return LooseVersion(tuple(map(_part, (each for each in pieces if each not in ("", ".")))))


def _parts_of(other: object) -> tuple[int | str, ...] | None:
    if isinstance(other, str):
        other = version_of(other)
    return other.parts if isinstance(other, LooseVersion) else None


def _part(text: str) -> int | str:
    return int(text) if text.isdecimal() else text
