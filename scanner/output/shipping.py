"""Write a run whose files end up as objects: spool, journal, and at the end each in its place.

Nothing is put where readers look before the run ends; what its last writer put there stands,
with its manifest, until the new manifest takes that one's place. Blocks; for threads.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from scanner.model.errors import OutputError
from scanner.output import disk, manifest
from scanner.output.encode import encode_document
from scanner.output.journal import names_in_place
from scanner.output.layout import number_of
from scanner.output.members import raw_pieces
from scanner.output.room import free_bytes
from scanner.output.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from scanner.model.objects import Objects
    from scanner.output.afar import Afar
    from scanner.output.backlog import Group
    from scanner.output.journal import Journal
    from scanner.output.layout import Layout
    from scanner.output.lease import Lease
    from scanner.output.manifest import Totals
    from scanner.output.options import Options

AT_ONCE = 6
"""Files that are put in their places at the same time."""
MOST = 8 << 30
"""Bytes of records in a spool, though there be room for more."""


class ShippedStore(Store):
    """A store whose layout is a spool: the files belong elsewhere."""

    def __init__(self, afar: Afar, options: Options, lease: Lease) -> None:
        super().__init__(afar.local, options)
        self._options = options
        self._remote = afar.remote
        self._journal = afar.journal
        self._objects = afar.objects
        self._lease = lease
        self._spool_bytes = options.spool_bytes or min(MOST, free_bytes(afar.local.out) // 2)
        self._unsaved = 0
        self._due = time.monotonic() + options.checkpoint_seconds

    def append(self, groups: Iterable[Group]) -> None:
        """Write to the spool, and make it durable when it is time to."""
        self._unsaved += self.write(groups)
        late = time.monotonic() >= self._due
        if late or self._unsaved >= self._options.checkpoint_bytes:
            self.settle()

    def settle(self) -> None:
        """Make durable what was appended, and let full files go."""
        self._lease.renew()
        full = list(self._full_files())
        full += self._largest_files(full)
        for path in full:
            self._journal.stage(path)
        self._journal.checkpoint()
        for path in full:
            disk.remove(path)
        self._unsaved = 0
        self._due = time.monotonic() + self._options.checkpoint_seconds

    def finish(self, summary: Mapping[str, Any]) -> dict[str, Any]:
        """Put every file in its place, then the manifest in that of the one before it."""
        totals = manifest.add_up(self._layout, summary["planned"])
        self._lease.renew()
        placing = _Placing(self._layout, self._remote, self._journal, self._objects)
        try:
            files = placing.place(totals)
            self._lease.renew()
        except BaseException:
            placing.undo()
            raise
        document = manifest.compose(self._remote, summary, totals, files)
        self._publish(document, placing)
        named = {each["path"] for each in files}
        self._objects.delete(name for name in names_in_place(self._remote) if name not in named)
        self._journal.remove()
        return document

    def _publish(self, document: Mapping[str, Any], placing: _Placing) -> None:
        """Put the manifest in place; where it surely is not there, the files go again."""
        path, data = self._remote.manifest, encode_document(document)
        try:
            disk.write_whole(path, data, self._journal.based)
        except OutputError:
            if not path.exists() or path.read_bytes() != data:
                placing.undo()
                raise
        if self._remote.shard is None:
            manifest.announce(self._remote.out, self._remote.run_id, document)

    def _full_files(self) -> Iterator[Path]:
        """Yield the files that have a successor: nothing is appended to them any more."""
        for path in self._layout.data_files():
            full = path.stat().st_size > self._options.file_bytes
            if full and number_of(path) < self._numbers.get(_partition(path), 0):
                yield path

    def _largest_files(self, full: list[Path]) -> Iterator[Path]:
        """Give up on growing the largest files, where the spool holds too much."""
        sizes = {path: path.stat().st_size for path in self._layout.data_files()}
        for path in full:
            del sizes[path]
        left = sum(sizes.values())
        goal = self._spool_bytes // 2 if left > self._spool_bytes else left
        for path in sorted(sizes, key=sizes.__getitem__, reverse=True):
            if left <= goal:
                return
            left -= sizes[path]
            beyond = max(number_of(path) + 1, self._layout.first)
            key = _partition(path)
            self._numbers[key] = max(self._numbers.get(key, 0), beyond)
            yield path


class _Placing:
    """One attempt to put the files of a run in their places, which can be taken back."""

    def __init__(self, local: Layout, remote: Layout, journal: Journal, objects: Objects) -> None:
        self._local = local
        self._remote = remote
        self._journal = journal
        self._objects = objects
        self._placed: list[str] = []

    def place(self, totals: Totals) -> list[dict[str, Any]]:
        """Place the files and describe them for the manifest."""
        ledgers = {self._local.relative(each): each for each in self._local.coverage_files()}
        final = {
            name: self._remote.relative(self._remote.coverage(self._remote.first + number))
            for number, name in enumerate(ledgers)
        }
        work = [(name, final.get(name, name), lines) for name, lines in totals.files.items()]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            files = list(pool.map(lambda each: self._place(*each), work))
        return sorted(files, key=lambda each: str(each["path"]))

    def undo(self) -> None:
        """Remove what was placed."""
        self._objects.delete(self._placed)

    def _place(self, name: str, final: str, lines: int) -> dict[str, Any]:
        away = self._journal.away.get(name)
        if away is None:
            path = self._local.out / name
            size, sha256 = manifest.measure(path)
            self._placed.append(final)
            self._objects.put(final, raw_pieces(path))
        else:
            size, sha256 = away.bytes, away.sha256
            if away.key != final:
                self._placed.append(final)
                self._objects.copy(away.key, final)
        return {"path": final, "records": lines, "bytes": size, "sha256": sha256}


def _partition(path: Path) -> tuple[str, str]:
    service, region = (part.name.partition("=")[2] for part in (path.parent.parent, path.parent))
    return service, region
