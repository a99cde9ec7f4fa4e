"""Take an inventory line apart without parsing all of it; relies on the order of its fields."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from scanner.model.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

_BODY = b',"resource_name":'
"""Ends the fields of the key. Within a JSON text its quotes would be escaped."""

_BULK = b',"configuration":{'
"""Begins what is large of a record; a tag of that name has a text for its value."""


class Key(NamedTuple):
    """What a resource is known by from run to run; sorts as people read."""

    account_id: str
    region: str
    resource_type: str
    resource_id: str


@dataclass(frozen=True, slots=True)
class Line:
    """One record: its key, and its body as text, equal where nothing but the run differs."""

    key: Key
    body: bytes

    def record(self) -> dict[str, Any]:
        """Parse the body: name, ARNs, tags, configuration and so on."""
        record: dict[str, Any] = orjson.loads(b"{" + self.body[1:])
        return record


def read_line(text: bytes) -> Line:
    """Split a line of the inventory; raises OutputError where it is none."""
    head, _, body = text.partition(_BODY)
    try:
        fields = orjson.loads(head + b"}")
        key = Key(*(fields[name] for name in Key._fields))
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise OutputError(f"a line is no record: {text[:80]!r}") from error
    return Line(key, _BODY + body)


def read_head(text: bytes) -> dict[str, Any]:
    """Parse a line of the inventory up to its configuration; raises OutputError if it is none."""
    head, bulk, _ = text.partition(_BULK)
    try:
        fields: dict[str, Any] = orjson.loads(head + b"}")
    except orjson.JSONDecodeError as error:
        raise OutputError(f"a line is no record: {text[:80]!r}") from error
    if not bulk:
        raise OutputError(f"a line is no record: {text[:80]!r}")
    return fields


class Buckets:
    """Lines on disk, spread by their keys, so that each bucket fits into memory."""

    def __init__(self, directory: Path, name: str, count: int) -> None:
        self._paths = [directory / f"{name}-{number}" for number in range(count)]

    def fill(self, lines: Iterator[bytes]) -> None:
        """Put every line into the bucket of its key."""
        packers = [_Packer(path.open("wb")) for path in self._paths]
        try:
            for text in lines:
                number = zlib.crc32("|".join(read_line(text).key).encode()) % len(packers)
                packers[number].write(text)
        finally:
            for packer in packers:
                packer.close()

    def drain(self, number: int) -> Iterator[bytes]:
        """Yield the lines of a bucket and remove it."""
        path = self._paths[number]
        unpacking, rest = zlib.decompressobj(), b""
        with path.open("rb") as file:
            while piece := file.read(1 << 16):
                *lines, rest = (rest + unpacking.decompress(piece)).split(b"\n")
                yield from lines
        path.unlink()


class _Packer:
    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._packing = zlib.compressobj(1)

    def write(self, line: bytes) -> None:
        self._file.write(self._packing.compress(line + b"\n"))

    def close(self) -> None:
        with self._file:
            self._file.write(self._packing.flush())
