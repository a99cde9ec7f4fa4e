"""Documents that outlive a run, kept beside the runs; what they say is not its business."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from scanner.model.errors import OutputError
from scanner.model.objects import ABSENT
from scanner.output.disk import make_directory, replace, write_whole
from scanner.output.encode import encode_document
from scanner.output.objects import objects_of
from scanner.output.read import load, parse
from scanner.output.room import spool_directory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
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


@contextmanager
def state_file(out: Path, name: str) -> Iterator[Path]:
    """Lend a file to be changed in place; from a store a copy, which goes back if all ends well.

    Raises `OutputError` where another process changed the store's in the meantime.
    """
    path = out / "state" / name
    objects = objects_of(path)
    if objects is None:
        make_directory(path.parent)
        yield path
        return
    key = f"state/{name}"
    stored = objects.get(key)
    with spool_directory() as spool:
        copy = spool / name
        if stored is not None:
            copy.write_bytes(stored.body)
        yield copy
        write_whole(path, copy.read_bytes(), ABSENT if stored is None else stored.tag)


def _path(out: Path, name: str) -> Path:
    return out / "state" / f"{name}.json"
