"""What is told to people or programs elsewhere: short, and without anybody's data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Notice:
    """A summary to be sent: `title` and `text` for people, `kind` and `facts` for programs."""

    kind: str
    title: str
    text: str
    facts: Mapping[str, Any]
