"""Read and mend the coverage ledger; the records it points at are not its business."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.model.errors import OutputError
from scanner.output import disk
from scanner.output.encode import decode_outcome
from scanner.output.members import whole_members

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scanner.model.outcome import Outcome


def outcomes(path: Path, *, strict: bool = False) -> Iterator[Outcome]:
    """Yield the outcomes of a ledger file; a torn tail is none, or strictly an error."""
    end = 0
    for end, text in whole_members(path):  # noqa: B007 — read after the loop
        for line in text.splitlines():
            yield decode_outcome(line)
    if strict and end != path.stat().st_size:
        raise OutputError(f"{path} is damaged at byte {end}")


def cut_torn_tail(path: Path) -> None:
    """Cut off what a crash left past the last whole member; remove a file without one."""
    end = max((end for end, _ in whole_members(path)), default=0)
    if end == 0:
        disk.remove(path)
    elif end < path.stat().st_size:
        disk.cut(path, end)
