"""Remove old runs whole: the manifest first, so that no reader sees half of one. Blocks."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.output import disk
from scanner.output.layout import EVERY_TREE, Layout, started
from scanner.output.manifest import withdraw
from scanner.output.objects import objects_of
from scanner.output.read import list_runs, load, read_latest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from scanner.model.objects import Objects


@dataclass(frozen=True, slots=True)
class OldRun:
    """A run that may go: what it holds in the output."""

    run_id: str
    files: int
    bytes: int


def old_runs(out: Path, before: datetime) -> Iterator[OldRun]:
    """Yield the runs begun before a moment, the oldest first, but those of `latest.json`."""
    kept = {entry["run_id"] for entry in read_latest(out).values() if isinstance(entry, dict)}
    for run_id in sorted(list_runs(out)):
        if started(run_id) < before and run_id not in kept:
            sizes = [path.stat().st_size for path in _files(Layout(out, run_id))]
            yield OldRun(run_id, len(sizes), sum(sizes))


def remove_run(out: Path, run_id: str) -> bool:
    """Remove a run; False where a process is at work on it, which is left alone.

    Stopped anywhere, it leaves a run without a manifest, to be removed the next time.
    """
    layout = Layout(out, run_id)
    with ExitStack() as held:
        for lock in [layout.lock, *layout.run.glob("shards/*/lock")]:
            if not held.enter_context(disk.lock_if_free(lock)):
                return False
        withdraw(layout)
        objects = objects_of(out)
        if objects is not None:
            _remove_objects(objects, layout)
            return True
        for path in list(layout.every_file()):
            disk.remove(path)
            _remove_empty(path.parent, out)
        _forget_names(out, run_id)
        _remove_tree(layout.run)
    return True


def _remove_objects(objects: Objects, layout: Layout) -> None:
    """Remove a run from a store, its plan last, with the uploads that nobody will end."""
    home = f"{layout.relative(layout.run)}/"
    for tree in EVERY_TREE:
        objects.abort_uploads(f"{tree}/", lambda key: f"/{layout.run_id}-" in key)
    objects.abort_uploads(home, lambda _: True)
    _forget_names(layout.out, layout.run_id)
    plan = layout.relative(layout.plan)
    keys = [layout.relative(path) for path in _files(layout)]
    objects.delete([key for key in keys if key != plan])
    objects.delete([plan])


def _files(layout: Layout) -> Iterable[Path]:
    yield from layout.every_file()
    yield from (path for path in layout.run.rglob("*") if path.is_file())


def _forget_names(out: Path, run_id: str) -> None:
    for path in list((out / "runs" / "names").glob("*.json")):
        if load(path)["run_id"] == run_id:
            disk.remove(path)


def _remove_tree(path: Path) -> None:
    """Remove a directory, its plan last: what has one can be found and removed again."""
    for each in sorted(path.iterdir(), key=lambda each: each.name == "plan.json"):
        if each.is_dir():
            _remove_tree(each)
        else:
            disk.remove(each)
    disk.remove_directory(path)


def _remove_empty(directory: Path, out: Path) -> None:
    while directory != out and not any(directory.iterdir()):
        disk.remove_directory(directory)
        directory = directory.parent
