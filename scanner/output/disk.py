"""Change files so that a crash leaves the old state or the new; the only module that does.

Of objects in a store it changes small ones, whole; what a run writes there is `Journal`'s.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from scanner.model.errors import OutputError
from scanner.model.objects import ABSENT
from scanner.output.lease import leased
from scanner.output.objects import as_object, objects_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import TextIO

    from scanner.output.lease import Lease

_PRIVATE_FILE = 0o600
_PRIVATE_DIRECTORY = 0o700
_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND


class AppendFile:
    """A file open at its end; `position` is where the next byte goes."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.position = os.lseek(descriptor, 0, os.SEEK_END)

    def write(self, data: bytes | bytearray) -> None:
        """Append all of it."""
        rest = memoryview(data)
        while rest:
            written = os.write(self._descriptor, rest)
            self.position += written
            rest = rest[written:]

    def sync(self) -> None:
        """Make durable what was appended."""
        os.fsync(self._descriptor)


@contextmanager
def reporting(action: str, path: Path) -> Iterator[None]:
    """Turn a failure of the system into one clear line."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputError(f"can't {action} {path}: {reason}") from error


@contextmanager
def appending(path: Path, *, durable: bool = True) -> Iterator[AppendFile]:
    """Open a file at its end, made private if it is new; durable means synced at the end."""
    with reporting("write", path):
        make_directory(path.parent)
        descriptor = os.open(path, _APPEND, _PRIVATE_FILE)
        try:
            file = AppendFile(descriptor)
            is_new = file.position == 0
            yield file
            if durable:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if durable and is_new:
            _sync_directory(path.parent)


def write_whole(path: Path, data: bytes, expected: str | None = None) -> None:
    """Put a whole file in place at once: readers see the old content or the new.

    An object must be the `expected` one (see `tag_of`); otherwise this raises `OutputError`.
    """
    place = as_object(path)
    if place is not None:
        if place.objects.put(place.key, [data], expected) is None:
            raise OutputError(f"{path} was written by another process in the meantime")
        return
    temporary = path.with_name(f".{path.name}.tmp")
    remove(temporary)
    with appending(temporary) as file:
        file.write(data)
    move(temporary, path)


def write_new(path: Path, data: bytes) -> bool:
    """Put a whole file in place where there is none; of several writers one gets True.

    A hard link decides: its target's server does, where several machines share a disk. Of
    objects their store decides.
    """
    place = as_object(path)
    if place is not None:
        return place.objects.put(place.key, [data], ABSENT) is not None
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with appending(temporary) as file:
            file.write(data)
        with reporting("write", path):
            try:
                os.link(temporary, path)
            except FileExistsError:
                return False
            _sync_directory(path.parent)
            return True
    finally:
        remove(temporary)


def tag_of(path: Path) -> str | None:
    """Tell what `write_whole` may expect to replace; of files, which locks protect, nothing."""
    place = as_object(path)
    if place is None:
        return None
    stored = place.objects.get(place.key)
    return ABSENT if stored is None else stored.tag


def replace(path: Path, lock: Path, change: Callable[[bytes | None], bytes | None]) -> None:
    """Replace a file by what `change` makes of its content, None for nothing, either way.

    No change by another process is lost: a lock sees to that, of objects their store, and
    there `change` may be called more than once.
    """
    place = as_object(path)
    if place is None:
        with locked(lock, wait=True):
            data = change(path.read_bytes() if path.exists() else None)
            if data is not None:
                write_whole(path, data)
        return
    while True:
        stored = place.objects.get(place.key)
        data = change(None if stored is None else stored.body)
        expected = ABSENT if stored is None else stored.tag
        if data is None or place.objects.put(place.key, [data], expected) is not None:
            return


@contextmanager
def private_text(path: Path) -> Iterator[TextIO]:
    """Open a text file for writing that nobody else may read."""
    with reporting("write", path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE_FILE)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file


def move(source: Path, target: Path) -> None:
    """Rename over `target` for good; the content of `source` is synced already."""
    with reporting("write", target):
        os.replace(source, target)  # noqa: PTH105 — one door to the system, for fault injection
        _sync_directory(target.parent)


def sync(path: Path) -> None:
    """Make a file and its name durable."""
    with reporting("write", path):
        descriptor = os.open(path, os.O_WRONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        _sync_directory(path.parent)


def cut(path: Path, size: int) -> None:
    """Cut a file off at `size`, for good."""
    with reporting("cut", path):
        descriptor = os.open(path, os.O_WRONLY)
        try:
            os.ftruncate(descriptor, size)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove(path: Path) -> None:
    """Remove a file; one that is not there is fine."""
    place = as_object(path)
    if place is not None:
        place.objects.delete([place.key])
        return
    with reporting("remove", path), suppress(FileNotFoundError):
        os.unlink(path)  # noqa: PTH108 — one door to the system, for fault injection


def remove_directory(path: Path) -> None:
    """Remove a directory with the files in it; one that is not there is fine."""
    if not path.is_dir():
        return
    for each in path.iterdir():
        remove(each)
    with reporting("remove", path):
        os.rmdir(path)  # noqa: PTH106 — one door to the system, for fault injection


def make_directory(path: Path) -> None:
    """Make a private directory and what is missing above it, for good; objects need none."""
    if objects_of(path) is not None or path.is_dir():
        return
    if path.parent != path:
        make_directory(path.parent)
    with reporting("make", path):
        try:
            os.mkdir(path, _PRIVATE_DIRECTORY)  # noqa: PTH102 — one door to the system
        except FileExistsError:
            if not path.is_dir():
                raise OutputError(f"can't write to {path}: it is not a directory") from None
        _sync_directory(path.parent)


@contextmanager
def locked(path: Path, *, wait: bool = False) -> Iterator[Lease | None]:
    """Hold the lock of a file; where another holds it, wait or raise `OutputError`.

    Among objects a lock is a lease, to be renewed.
    """
    with _held(path, wait=wait) as (mine, lease):
        if not mine:
            dead = " (the lease of a dead one lapses within a minute)" if objects_of(path) else ""
            raise OutputError(f"{path.parent} is being written by another process{dead}")
        yield lease


@contextmanager
def lock_if_free(path: Path, *, wait: bool = False) -> Iterator[bool]:
    """Hold the lock of a file unless another holds it, and say so; or wait for it."""
    with _held(path, wait=wait) as (mine, _):
        yield mine


@contextmanager
def _held(path: Path, *, wait: bool) -> Iterator[tuple[bool, Lease | None]]:
    place = as_object(path)
    if place is not None:
        with leased(place.objects, place.key, wait=wait) as lease:
            yield lease is not None, lease
        return
    with reporting("lock", path):
        make_directory(path.parent)
        descriptor = os.open(path, _APPEND, _PRIVATE_FILE)
    try:
        yield _lock(descriptor, path, wait=wait), None
    finally:
        os.close(descriptor)


def _lock(descriptor: int, path: Path, *, wait: bool) -> bool:
    with reporting("lock", path):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
