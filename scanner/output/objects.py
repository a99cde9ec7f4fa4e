"""The objects of a store as paths, as far as readers need; it changes nothing."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from fnmatch import translate
from functools import total_ordering
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Literal, cast

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scanner.model.objects import Objects

READ_AHEAD = 4 << 20
"""Bytes that one request asks for."""

_WILD = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class _Status:
    st_size: int


@total_ordering
class ObjectPath:
    """An object, or a folder of objects, with as much of `pathlib.Path` as readers use.

    It can't be opened for writing: objects do not grow. Made by `object_path`.
    """

    __slots__ = ("_pure", "_size", "objects")

    def __init__(self, objects: Objects, pure: PurePosixPath, size: int | None = None) -> None:
        self.objects = objects
        self._pure = pure
        self._size = size

    @property
    def key(self) -> str:
        """The key below the store's prefix; empty for the store itself."""
        key = self._pure.as_posix()
        return "" if key == "." else key

    @property
    def name(self) -> str:
        """The last part of the key."""
        return self._pure.name

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the key."""
        return self._pure.parts

    @property
    def suffix(self) -> str:
        """What `pathlib` calls so."""
        return self._pure.suffix

    @property
    def parent(self) -> ObjectPath:
        """The folder it is in; the store's own is the store."""
        return ObjectPath(self.objects, self._pure.parent)

    def __truediv__(self, name: str) -> ObjectPath:
        return ObjectPath(self.objects, self._pure / name)

    def __str__(self) -> str:
        return f"{self.objects.url}/{self.key}".rstrip("/")

    def __repr__(self) -> str:
        return f"ObjectPath({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ObjectPath) and str(self) == str(other)

    def __lt__(self, other: ObjectPath) -> bool:
        return str(self) < str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def with_name(self, name: str) -> ObjectPath:
        """Return its neighbour of that name."""
        return ObjectPath(self.objects, self._pure.with_name(name))

    def relative_to(self, folder: ObjectPath) -> PurePosixPath:
        """Return the way from a folder."""
        return self._pure.relative_to(PurePosixPath(folder.key))

    def exists(self) -> bool:
        """Say whether there is such an object."""
        return self._find_size() is not None

    def is_file(self) -> bool:
        """Say whether there is such an object."""
        return self.exists()

    def is_dir(self) -> bool:
        """Say whether there is anything in such a folder."""
        return any(True for _ in self.objects.find(_folder(self.key)))

    def stat(self) -> _Status:
        """Tell the size; raises FileNotFoundError."""
        size = self._find_size()
        if size is None:
            raise FileNotFoundError(2, "No such object", str(self))
        return _Status(size)

    def read_bytes(self) -> bytes:
        """Read it whole; raises FileNotFoundError."""
        stored = self.objects.get(self.key)
        if stored is None:
            raise FileNotFoundError(2, "No such object", str(self))
        return stored.body

    def open(self, mode: Literal["rb"] = "rb") -> io.BufferedReader:  # noqa: ARG002 — Path's shape
        """Open it for reading, at any place; raises FileNotFoundError."""
        return io.BufferedReader(_Reading(self, self.stat().st_size), READ_AHEAD)

    def iterdir(self) -> Iterator[ObjectPath]:
        """Yield what is directly in it."""
        return (self / name for name in self.objects.names(_folder(self.key)))

    def glob(self, pattern: str) -> Iterator[ObjectPath]:
        """Yield the objects below it, or for a single `*` what is in it, that match."""
        if pattern == "*":
            yield from self.iterdir()
            return
        steps = [re.compile(translate(step)) for step in pattern.split("/")]
        fixed = _WILD.split(pattern, maxsplit=1)[0]
        for found in self._below(fixed):
            parts = found.relative_to(self).parts
            if len(parts) == len(steps) and all(map(re.Pattern.match, steps, parts)):
                yield found

    def rglob(self, pattern: str) -> Iterator[ObjectPath]:
        """Yield the objects anywhere below it whose names match."""
        wanted = re.compile(translate(pattern))
        return (found for found in self._below("") if wanted.match(found.name))

    def _below(self, fixed: str) -> Iterator[ObjectPath]:
        for each in self.objects.find(f"{_folder(self.key)}{fixed}"):
            yield ObjectPath(self.objects, PurePosixPath(each.key), each.size)

    def _find_size(self) -> int | None:
        return self.objects.size(self.key) if self._size is None else self._size


class _Reading(io.RawIOBase):
    """The bytes of an object, fetched as they are read."""

    def __init__(self, path: ObjectPath, size: int) -> None:
        self.name = str(path)
        self._path = path
        self._size = size
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = start + offset
        return self._place

    def tell(self) -> int:
        return self._place

    def readinto(self, buffer: Any, /) -> int:
        wanted = min(len(buffer), self._size - self._place)
        if wanted <= 0:
            return 0
        piece = self._path.objects.read(self._path.key, self._place, wanted)
        buffer[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)


def object_path(objects: Objects) -> Path:
    """Return the root of a store, to be given where an output's directory is wanted.

    To the type checker it is the `Path` that the readers are written for: the two share what
    they use, and `disk` tells them apart where they differ.
    """
    return cast("Path", ObjectPath(objects, PurePosixPath()))


def as_object(path: Path) -> ObjectPath | None:
    """Return a path as an object's; None where it is a file's."""
    place: object = path
    return place if isinstance(place, ObjectPath) else None


def objects_of(path: Path) -> Objects | None:
    """Return the store that a path is in; None where it is on disk."""
    found = as_object(path)
    return None if found is None else found.objects


def is_afar(out: Path) -> bool:
    """Say whether an output is in a store of objects."""
    return objects_of(out) is not None


def _folder(key: str) -> str:
    return f"{key}/" if key else ""
