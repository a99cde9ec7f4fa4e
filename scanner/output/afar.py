"""Begin a run in a store of objects, or bring back what it has there; writes no record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from scanner.model.errors import OutputError
from scanner.model.objects import ABSENT
from scanner.output.journal import (
    NUMBERS,
    Away,
    Found,
    Journal,
    download,
    names_in_place,
    restore,
)
from scanner.output.layout import number_of
from scanner.output.objects import objects_of
from scanner.output.read import load, parse
from scanner.output.resume import Survey, recover
from scanner.output.room import spool_directory

if TYPE_CHECKING:
    from contextlib import ExitStack
    from typing import Any

    from scanner.model.objects import Objects
    from scanner.output.layout import Layout


@dataclass(frozen=True, slots=True)
class Afar:
    """A run in a store: where its files belong, where they grow, what it has already."""

    objects: Objects
    remote: Layout
    local: Layout
    journal: Journal
    done: frozenset[str] = frozenset()


def begin(remote: Layout, epoch: int, held: ExitStack) -> Afar:
    """Make ready for a run that has nothing yet; the spool goes with `held`."""
    remote, local = _layouts(remote, epoch, held)
    objects = _objects_of(remote)
    return Afar(objects, remote, local, Journal(objects, remote, local, Found(), epoch))


def go_on(remote: Layout, epoch: int, held: ExitStack, *, again: bool) -> Afar:
    """Bring back a run's ledger and unfinished files; the caller holds its lease.

    Stopped anywhere, it leaves what it found, and starts over.
    """
    objects = _objects_of(remote)
    remote, local = _layouts(remote, epoch, held)
    abort_uploads(remote)
    found = _bring_back(objects, remote, local)
    _fetch_dirty(objects, local, found, again=again)
    done = recover(local, _sizes(found), again=again)
    journal = Journal(objects, remote, local, found, epoch)
    journal.checkpoint()
    journal.forget_older()
    _remove_unnamed(objects, remote)
    return Afar(objects, remote, local, journal, done)


def _layouts(remote: Layout, epoch: int, held: ExitStack) -> tuple[Layout, Layout]:
    """Return the layouts of a writer in the store and in its spool, with numbers of its own."""
    remote = replace(remote, first=epoch * NUMBERS)
    return remote, replace(remote, out=held.enter_context(spool_directory()))


def abort_uploads(remote: Layout) -> None:
    """Give up the uploads that a dead writer of this run, or of this shard, left."""
    objects, mine = _objects_of(remote), f"{remote.run_id}-{remote.label}-"
    home = f"{remote.relative(remote.home)}/"
    for folder in {home, *(f"{remote.relative(tree)}/" for tree in remote.trees)}:
        objects.abort_uploads(
            folder, lambda key: key.startswith(home) or key.rpartition("/")[2].startswith(mine)
        )


def _bring_back(objects: Objects, remote: Layout, local: Layout) -> Found:
    """Fill the spool from the journal or, where a manifest is newer, from what that names."""
    stored = objects.get(remote.relative(remote.manifest))
    tag = ABSENT if stored is None else stored.tag
    found = restore(objects, remote, local, tag)
    if stored is None or found.restored:
        return found
    files = parse(stored.body, remote.manifest)["files"]
    return Found(_named(objects, files, local), tag)


def _named(objects: Objects, files: list[dict[str, Any]], local: Layout) -> dict[str, Away]:
    """Fetch the ledger that a manifest names, and return the files that stay where they are."""
    away = {each["path"]: Away(each["path"], each["bytes"], each["sha256"]) for each in files}
    ledgers = [name for name in away if name.startswith("coverage/")]
    for number, name in enumerate(sorted(ledgers, key=lambda name: number_of(PurePath(name)))):
        download(objects, name, local.coverage(number))
        del away[name]
    return away


def _fetch_dirty(objects: Objects, local: Layout, found: Found, *, again: bool) -> None:
    """Fetch the files that hold records of units that run again: they are rewritten."""
    survey = Survey(local, _sizes(found), again=again)
    for name, extent in survey.extents.items():
        if extent.dirty and name in found.away:
            download(objects, found.away.pop(name).key, local.out / name)


def _sizes(found: Found) -> dict[str, int]:
    return {name: each.bytes for name, each in found.away.items()}


def _remove_unnamed(objects: Objects, remote: Layout) -> None:
    """Remove what a writer that died while it finished had put in place."""
    manifest = remote.manifest
    named = {each["path"] for each in load(manifest)["files"]} if manifest.exists() else set()
    objects.delete(name for name in names_in_place(remote) if name not in named)


def _objects_of(layout: Layout) -> Objects:
    found = objects_of(layout.out)
    if found is None:
        raise OutputError(f"{layout.out} is no store of objects")
    return found
