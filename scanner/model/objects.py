"""A store of objects: a protocol, so that S3 and memory look alike to the output; no I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ABSENT: Literal[""] = ""
"""As what a writer expects: that there is no object of that name yet."""


class Object(NamedTuple):
    """What a listing tells of an object."""

    key: str
    size: int


class Stored(NamedTuple):
    """A small object whole; `tag` changes whenever the object does."""

    body: bytes
    tag: str


class Objects(Protocol):
    """A store of objects below one prefix; keys are relative to it. Every call blocks.

    Whatever fails raises `OutputError`. An object is there whole or not at all, and a reader
    sees what was last written (S3 is strongly consistent, also in its listings).
    """

    @property
    def url(self) -> str:
        """What people call the place: `s3://bucket/prefix`."""

    def get(self, key: str) -> Stored | None:
        """Read an object; None where there is none."""

    def size(self, key: str) -> int | None:
        """Tell how many bytes an object has; None where there is none."""

    def read(self, key: str, offset: int, size: int) -> bytes:
        """Read a stretch of an object; less than asked for at its end."""

    def put(self, key: str, pieces: Iterable[bytes], expected: str | None = None) -> str | None:
        """Write an object of pieces and return its tag; None where it is not as expected.

        `expected` is the tag of the object to replace, or `ABSENT`; None replaces anything.
        Where the pieces fail, or the task is given up, nothing of them stays.
        """

    def copy(self, source: str, target: str) -> None:
        """Copy an object within the store."""

    def delete(self, keys: Iterable[str]) -> None:
        """Remove objects; those that are not there are fine."""

    def find(self, prefix: str) -> Iterator[Object]:
        """List the objects whose keys begin with a prefix, by key."""

    def names(self, folder: str) -> list[str]:
        """List what is directly in a folder (`""`, or ending in `/`), objects and folders."""

    def abort_uploads(self, prefix: str, mine: Callable[[str], bool]) -> int:
        """Give up the unfinished writes of keys that are mine; return how many there were."""
