"""Write and read packed files of lines, as findings are: one a check, whole or not there."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import orjson

from scanner.model.errors import OutputError
from scanner.output.disk import make_directory, move, remove, reporting, sync
from scanner.output.encode import encode_line
from scanner.output.layout import Layout
from scanner.output.members import raw_pieces
from scanner.output.objects import objects_of
from scanner.output.room import spool_directory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PRIVATE = 0o600
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_LEVEL = 6


Write = Callable[[Mapping[str, Any]], None]


@contextmanager
def findings_file(out: Path, run_id: str, label: str) -> Iterator[tuple[Path, Write]]:
    """Open the findings of one check of a run: the path and what writes a line.

    The file is at its path when the block ends well, and nowhere else.
    """
    path = Layout(out, run_id).findings(label)
    objects = objects_of(out)
    if objects is None:
        with packed_lines(path) as write:
            yield path, write
        return
    with spool_directory() as spool:
        with _written(spool / "whole", spool / "part") as write:
            yield path, write
        objects.put(Layout(out, run_id).relative(path), raw_pieces(spool / "whole"))


@contextmanager
def packed_lines(path: Path) -> Iterator[Write]:
    """Open a private file of lines, packed, in place of any there is once the block ends well."""
    make_directory(path.parent)
    with _written(path, path.with_name(f"{path.name}.part")) as write:
        yield write


@contextmanager
def _written(path: Path, part: Path) -> Iterator[Write]:
    remove(part)
    try:
        with reporting("write", part):
            descriptor = os.open(part, _FLAGS, _PRIVATE)
            with (
                os.fdopen(descriptor, "wb") as raw,
                gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0) as file,
            ):
                yield lambda line: _write(file, line)
        sync(part)
        move(part, path)
    except BaseException:
        remove(part)
        raise


def _write(file: gzip.GzipFile, line: Mapping[str, Any]) -> None:
    file.write(encode_line(line))


def read_findings(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the findings of a file, or the lines of another that was written like it."""
    try:
        with reporting("read", path), path.open("rb") as packed, gzip.open(packed) as file:
            yield from map(orjson.loads, file)
    except (EOFError, zlib.error, orjson.JSONDecodeError) as exc:
        raise OutputError(f"{path} is damaged: {exc}") from exc
