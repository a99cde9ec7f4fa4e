"""Documents that outlive a run, kept beside the runs; what they say is not its business."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.model.errors import OutputError
from scanner.output.disk import locked, write_whole
from scanner.output.encode import encode_document
from scanner.output.read import load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


def read_state(out: Path, name: str) -> dict[str, Any] | None:
    """Read a document; None where there is none. Raises `OutputError` where it is damaged."""
    path = _path(out, name)
    return load(path) if path.exists() else None


def update_state(
    out: Path, name: str, change: Callable[[Mapping[str, Any] | None], Mapping[str, Any]]
) -> None:
    """Replace a document at once by what `change` makes of it; other runs wait for that.

    A damaged one counts as none. Raises `OutputError` where it can't be written.
    """
    path = _path(out, name)
    with locked(path.parent / "lock", wait=True):
        try:
            before = read_state(out, name)
        except OutputError:
            before = None
        write_whole(path, encode_document(change(before)))


def _path(out: Path, name: str) -> Path:
    return out / "state" / f"{name}.json"
