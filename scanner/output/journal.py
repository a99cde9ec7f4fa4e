"""Keep what a run has so far in a store of objects, before its files can be put in their places.

Objects do not grow, so the writer's files grow in a spool, and every checkpoint writes one
segment: what was appended to any of them since the one before. A segment's first line lists its
pieces, the bytes follow. A file that is full is staged whole and leaves the spool. What a
resumed run starts from is segment 0 of a new epoch, so that no two writers share a segment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from scanner.model.errors import OutputError
from scanner.model.objects import ABSENT
from scanner.output import disk
from scanner.output.manifest import measure
from scanner.output.members import raw_pieces
from scanner.output.objects import READ_AHEAD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from scanner.model.objects import Objects
    from scanner.output.layout import Layout

NUMBERS = 1000
"""Numbers of files that an epoch has for itself: no writer overwrites another's files."""

HEAD = 1 << 16
"""Bytes in which a segment's first line is looked for."""

_SEGMENT = re.compile(r"(\d{6})-(\d{6})")


class Away(NamedTuple):
    """A whole file that is in the store, under a key of its own or already in its place."""

    key: str
    bytes: int
    sha256: str


@dataclass(slots=True)
class Found:
    """What a run left in the store: `based` is the tag of the manifest it goes on from.

    `restored` says that a journal told.
    """

    away: dict[str, Away] = field(default_factory=dict)
    based: str = ABSENT
    restored: bool = False


class Journal:
    """The journal of one writer; `remote` is the run's layout in the store, `local` in the spool.

    `epoch` is the writer's own: no other writer of the run has it. `based` is the tag of the
    manifest that this writer will replace, `ABSENT` where there is none. `away` names files as
    the ledger does.
    """

    def __init__(
        self, objects: Objects, remote: Layout, local: Layout, found: Found, epoch: int
    ) -> None:
        self.away = found.away
        self.based = found.based
        self._objects = objects
        self._local = local
        self._folder = folder_of(remote)
        self._epoch = epoch
        self._number = 0
        self._sizes: dict[str, int] = {}
        self._fresh = dict(found.away)

    def checkpoint(self) -> None:
        """Make durable what the spool has; raises `OutputError` where another writer did so."""
        pieces = list(self._grown())
        if self._number and not pieces and not self._fresh:
            return
        away = {name: tuple(each) for name, each in self._fresh.items()}
        head = {"based": self.based, "pieces": pieces, "away": away}
        key = f"{self._folder}{self._epoch:06d}-{self._number:06d}"
        if self._objects.put(key, self._segment(head), ABSENT) is None:
            raise OutputError(f"{self._objects.url}: another process goes on with this run")
        self._number += 1
        self._fresh = {}
        self._sizes |= {name: start + size for name, start, size in pieces}

    def stage(self, path: Path) -> None:
        """Put a full file into the store; it counts, and may go, after the next checkpoint."""
        name = self._local.relative(path)
        key = f"{self._folder}{self._epoch:06d}/{name}"
        size, sha256 = measure(path)
        self._objects.put(key, raw_pieces(path))
        self.away[name] = self._fresh[name] = Away(key, size, sha256)

    def forget_older(self) -> None:
        """Remove what writers before this one left, but the files that are still in use."""
        used = {each.key for each in self.away.values()}
        own = f"{self._folder}{self._epoch:06d}"
        keys = [each.key for each in self._objects.find(self._folder)]
        self._objects.delete(key for key in keys if key not in used and not key.startswith(own))

    def remove(self) -> None:
        """Remove it all: the files are in their places."""
        self._objects.delete([each.key for each in self._objects.find(self._folder)])

    def _grown(self) -> Iterator[tuple[str, int, int]]:
        # The ledger first: what a line of it speaks of is there, for it was written before.
        for path in [*self._local.coverage_files(), *self._local.data_files()]:
            name, size = self._local.relative(path), path.stat().st_size
            start = self._sizes.get(name, 0)
            if size > start and name not in self.away:
                yield name, start, size - start

    def _segment(self, head: Mapping[str, Any]) -> Iterator[bytes]:
        yield orjson.dumps(head, option=orjson.OPT_APPEND_NEWLINE)
        for name, start, size in head["pieces"]:
            yield from raw_pieces(self._local.out / name, start, size)


def folder_of(remote: Layout) -> str:
    """Return the folder of a run's, or a shard's, journal."""
    return f"{remote.relative(remote.home)}/journal/"


def restore(objects: Objects, remote: Layout, local: Layout, manifest: str) -> Found:
    """Bring a run's ledger and unfinished files into the spool; `manifest` is its tag.

    A journal that goes on from another manifest is what a finished writer could not remove.
    """
    segments = [_Segment(objects, key) for key in _segments(objects, folder_of(remote))]
    found = Found(based=manifest)
    if segments and segments[0].based == manifest:
        found.restored = True
        for segment in segments:
            found.away |= segment.away
        for segment in segments:
            segment.write(local, found.away)
    return found


def _segments(objects: Objects, folder: str) -> list[str]:
    """Return the segments of the newest epoch that has its first one."""
    epochs: dict[int, dict[int, str]] = {}
    for each in objects.find(folder):
        if match := _SEGMENT.fullmatch(each.key.removeprefix(folder)):
            epochs.setdefault(int(match[1]), {})[int(match[2])] = each.key
    newest = max((epoch for epoch, found in epochs.items() if 0 in found), default=None)
    return [] if newest is None else [epochs[newest][number] for number in sorted(epochs[newest])]


class _Segment:
    """A segment whose head was read; raises `OutputError` on damage."""

    def __init__(self, objects: Objects, key: str) -> None:
        self._objects = objects
        self._key = key
        try:
            line = self._line()
            head = orjson.loads(line)
            self.based: str = head["based"]
            self.away = {_checked(name): Away(*each) for name, each in head["away"].items()}
            self._pieces = [(_checked(name), *place) for name, *place in head["pieces"]]
        except (ValueError, KeyError, TypeError) as exc:
            raise OutputError(f"{objects.url}/{key} is damaged: {exc}") from exc
        self._begin = len(line)

    def write(self, local: Layout, away: Mapping[str, Away]) -> None:
        """Write its pieces where they belong, in bounded memory, but those of files away."""
        place = self._begin
        for name, start, length in self._pieces:
            if name not in away:
                self._write(local.out / name, start, place, length)
            place += length

    def _write(self, path: Path, start: int, place: int, length: int) -> None:
        with disk.appending(path, durable=False) as file:
            if file.position != start:
                raise OutputError(f"{self._objects.url}/{self._key} does not fit {path.name}")
            while length:
                piece = self._read(place, min(length, READ_AHEAD))
                file.write(piece)
                place, length = place + len(piece), length - len(piece)

    def _line(self) -> bytes:
        head = b""
        while b"\n" not in head:
            head += self._read(len(head), HEAD)
        return head[: head.index(b"\n") + 1]

    def _read(self, place: int, size: int) -> bytes:
        piece = self._objects.read(self._key, place, size)
        if not piece:
            raise OutputError(f"{self._objects.url}/{self._key} ends early")
        return piece


def _checked(name: str) -> str:
    """Refuse a name that would lead out of the spool: it came from outside."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"not a file of a run: {name!r}")
    return name


def download(objects: Objects, key: str, path: Path) -> None:
    """Copy an object into a file that is not there yet."""
    place = 0
    with disk.appending(path, durable=False) as file:
        while piece := objects.read(key, place, READ_AHEAD):
            file.write(piece)
            place += len(piece)


def names_in_place(remote: Layout) -> list[str]:
    """List what this writer, or one before it, has where readers look."""
    return [*map(remote.relative, [*remote.coverage_files(), *remote.data_files()])]
