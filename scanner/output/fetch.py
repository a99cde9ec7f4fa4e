"""Copy finished runs out of a store, for tools that read files; changes nothing in the store."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from scanner.output.journal import download
from scanner.output.layout import Layout
from scanner.output.objects import objects_of
from scanner.output.read import read_manifest
from scanner.output.room import spool_directory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

AT_ONCE = 8
"""Files that are copied at the same time."""


@contextmanager
def on_disk(out: Path, run_ids: Iterable[str]) -> Iterator[Path]:
    """Lend a directory that has these runs: `out` itself or, for a store, a copy; blocks."""
    objects = objects_of(out)
    if objects is None:
        yield out
        return
    with spool_directory() as copy:
        names = [name for run_id in run_ids for name in _names(out, run_id)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda name: download(objects, name, copy / name), names))
        yield copy


def _names(out: Path, run_id: str) -> Iterator[str]:
    layout = Layout(out, run_id)
    yield from (layout.relative(path) for path in (layout.plan, layout.manifest))
    manifest = read_manifest(out, run_id) or {"files": []}
    yield from (each["path"] for each in manifest["files"])
