"""Documents that outlive a run, kept beside the runs; what they say is not its business."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from scanner.model.errors import OutputError
from scanner.output.disk import replace
from scanner.output.encode import encode_document
from scanner.output.read import load, parse

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

    def changed(text: bytes | None) -> bytes:
        before = None
        with suppress(OutputError):
            before = None if text is None else parse(text, path)
        return encode_document(change(before))

    replace(path, path.parent / "lock", changed)


def _path(out: Path, name: str) -> Path:
    return out / "state" / f"{name}.json"
