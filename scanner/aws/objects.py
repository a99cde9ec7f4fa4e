"""The output's bucket as a store of objects, written as the central identity; it reads no record.

Every object carries a token of the write that made it. Where an answer was lost and the retry
is refused, the token tells that the write was ours: without it a lost answer would look like
another writer.
"""

from __future__ import annotations

import secrets
from collections import deque
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from anyio.from_thread import start_blocking_portal

from scanner.aws.calls import calling
from scanner.aws.grant import Grant
from scanner.model.errors import CallError, OutputError
from scanner.model.objects import Object, Stored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from anyio.from_thread import BlockingPortal

    from scanner.aws.calls import Calls
    from scanner.aws.place import Place

PART = 5 << 20
"""Bytes of a part of a multipart upload, the least that S3 allows: 10,000 are 48 GiB."""
BATCH = 1000
"""Keys that one DeleteObjects takes."""
TOKEN = "scanner-write"  # noqa: S105 — the name of an object's metadata
_REFUSED = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
_MISSING = frozenset({"NoSuchKey", "404", "NotFound"})
_GONE = frozenset({"NoSuchUpload", "404"})


class _Refused(Exception):
    """The object is not the one that was expected."""


class S3Objects:
    """Implements the output's `Objects`; for threads, and never for the thread of an event loop."""

    def __init__(self, place: Place, portal: BlockingPortal, calls: Calls) -> None:
        self.url = f"s3://{place.bucket}/{place.prefix}".rstrip("/")
        self._place = place
        self._portal = portal
        self._calls = calls

    def get(self, key: str) -> Stored | None:
        """Read an object; None where there is none."""
        try:
            body, answer = self._read({"Key": self._key(key)})
        except CallError as exc:
            if exc.code in _MISSING:
                return None
            raise self._failure(key, exc) from exc
        return Stored(body, answer["ETag"])

    def size(self, key: str) -> int | None:
        """Tell how many bytes an object has; None where there is none."""
        answer = self._head(key)
        return None if answer is None else int(answer["ContentLength"])

    def read(self, key: str, offset: int, size: int) -> bytes:
        """Read a stretch of an object; less than asked for at its end."""
        stretch = f"bytes={offset}-{offset + size - 1}"
        try:
            return self._read({"Key": self._key(key), "Range": stretch})[0]
        except CallError as exc:
            if exc.code in ("InvalidRange", "416"):  # it begins at the end
                return b""
            raise self._failure(key, exc) from exc

    def put(self, key: str, pieces: Iterable[bytes], expected: str | None = None) -> str | None:
        """Write an object of pieces and return its tag; None where it is not as expected."""
        token = secrets.token_hex(8)
        parts = _parts(pieces)
        head = deque(islice(parts, 2))
        try:
            if len(head) < 2:  # noqa: PLR2004 — one part, or nothing
                return self._put_whole(key, b"".join(head), token, expected)
            return self._put_parts(key, _drained(head, parts), token, expected)
        except _Refused:
            return None

    def copy(self, source: str, target: str) -> None:
        """Copy an object within the store."""
        directive = {"TaggingDirective": "REPLACE"} if self._place.tags else {}
        origin = {"Bucket": self._place.bucket, "Key": self._key(source)}
        owner = {"ExpectedSourceBucketOwner": self._place.owner} if self._place.owner else {}
        kept = self._place.kept(target) | directive | owner
        self._call("CopyObject", target, Key=self._key(target), CopySource=origin, **kept)

    def delete(self, keys: Iterable[str]) -> None:
        """Remove objects; those that are not there are fine."""
        names = [self._key(key) for key in keys]
        for start in range(0, len(names), BATCH):
            objects = [{"Key": name} for name in names[start : start + BATCH]]
            answer = self._call("DeleteObjects", "", Delete={"Objects": objects, "Quiet": True})
            for error in answer.get("Errors", ()):
                raise OutputError(f"can't remove {error['Key']}: {error['Code']}")

    def find(self, prefix: str) -> Iterator[Object]:
        """List the objects whose keys begin with a prefix, by key."""
        for page in self._pages({"Prefix": self._key(prefix)}):
            for each in page.get("Contents", ()):
                yield Object(each["Key"].removeprefix(self._place.below), int(each["Size"]))

    def names(self, folder: str) -> list[str]:
        """List what is directly in a folder, objects and folders."""
        above = self._key(folder)
        found = []
        for page in self._pages({"Prefix": above, "Delimiter": "/"}):
            found += [each["Key"] for each in page.get("Contents", ())]
            found += [each["Prefix"] for each in page.get("CommonPrefixes", ())]
        return sorted(each.removeprefix(above).rstrip("/") for each in found if each != above)

    def abort_uploads(self, prefix: str, mine: Callable[[str], bool]) -> int:
        """Give up the unfinished writes of keys that are mine; return how many there were."""
        found, marker = [], dict[str, str]()
        while True:
            page = self._call("ListMultipartUploads", prefix, Prefix=self._key(prefix), **marker)
            found += [(each["Key"], each["UploadId"]) for each in page.get("Uploads", ())]
            if not page.get("IsTruncated"):
                break
            marker = {"KeyMarker": page["NextKeyMarker"]}
            marker["UploadIdMarker"] = page["NextUploadIdMarker"]
        own = [each for each in found if mine(each[0].removeprefix(self._place.below))]
        for key, upload in own:
            self._abort(key, upload)
        return len(own)

    def _put_whole(self, key: str, body: bytes, token: str, expected: str | None) -> str:
        params = {"Body": body, **self._made(key, token), **_condition(expected)}
        return self._decided("PutObject", key, token, params)

    def _put_parts(self, key: str, parts: Iterator[bytes], token: str, expected: str | None) -> str:
        name = self._key(key)
        begun = self._call("CreateMultipartUpload", key, Key=name, **self._made(key, token))
        upload = {"UploadId": begun["UploadId"]}
        try:
            done = [
                {"PartNumber": number, "ETag": self._put_part(key, upload, number, body)}
                for number, body in enumerate(parts, start=1)
            ]
            ending = {"MultipartUpload": {"Parts": done}, **upload, **_condition(expected)}
            return self._decided("CompleteMultipartUpload", key, token, ending)
        except BaseException:
            self._abort(name, begun["UploadId"])
            raise

    def _put_part(self, key: str, upload: Mapping[str, str], number: int, body: bytes) -> str:
        place = {"Key": self._key(key), "PartNumber": number, **upload}
        return str(self._call("UploadPart", key, Body=body, **place)["ETag"])

    def _decided(self, operation: str, key: str, token: str, params: dict[str, Any]) -> str:
        """Make a call that puts an object in place; raises `_Refused` where another stands."""
        try:
            answer = self._portal.call(
                self._calls.make, operation, {"Key": self._key(key), **self._place.common, **params}
            )
        except CallError as exc:
            there = self._head(key)
            if there is not None and there.get("Metadata", {}).get(TOKEN) == token:
                return str(there["ETag"])
            if exc.code in _REFUSED or (exc.code in _MISSING and "IfMatch" in params):
                raise _Refused from exc
            raise self._failure(key, exc) from exc
        return str(answer["ETag"])

    def _made(self, key: str, token: str) -> dict[str, Any]:
        return {**self._place.kept(key), "Metadata": {TOKEN: token}}

    def _abort(self, name: str, upload: str) -> None:
        try:
            self._call("AbortMultipartUpload", name, Key=name, UploadId=upload)
        except OutputError as exc:
            if not isinstance(exc.__cause__, CallError) or exc.__cause__.code not in _GONE:
                raise

    def _head(self, key: str) -> Mapping[str, Any] | None:
        try:
            params = {"Key": self._key(key), **self._place.common}
            found: Mapping[str, Any] = self._portal.call(self._calls.make, "HeadObject", params)
        except CallError as exc:
            if exc.code in _MISSING:
                return None
            raise self._failure(key, exc) from exc
        return found

    def _read(self, params: Mapping[str, Any]) -> tuple[bytes, Mapping[str, Any]]:
        found: tuple[bytes, Mapping[str, Any]] = self._portal.call(
            self._calls.read, {**self._place.common, **params}
        )
        return found

    def _pages(self, params: dict[str, Any]) -> Iterator[Mapping[str, Any]]:
        token: dict[str, str] | None = {}
        while token is not None:
            page = self._call("ListObjectsV2", "", **params, **token)
            yield page
            more = page.get("NextContinuationToken")
            token = {"ContinuationToken": more} if more else None

    def _call(self, operation: str, key: str, **params: Any) -> Mapping[str, Any]:
        try:
            answer: Mapping[str, Any] = self._portal.call(
                self._calls.make, operation, {**self._place.common, **params}
            )
        except CallError as exc:
            raise self._failure(key, exc) from exc
        return answer

    def _failure(self, key: str, exc: CallError) -> OutputError:
        return OutputError(f"{self.url}/{key}: {exc}")

    def _key(self, key: str) -> str:
        return f"{self._place.below}{key}"


@contextmanager
def open_objects(place: Place, profile: str | None, user_agent: str) -> Iterator[S3Objects]:
    """Sign in and lend the store; raises DiscoveryError without usable credentials.

    It has an event loop and a thread of its own: whoever writes files blocks, and may.
    """
    leave = Grant(place.bucket, place.below)
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(calling(profile, user_agent, leave)) as calls,
    ):
        yield S3Objects(place, portal, calls)


def _condition(expected: str | None) -> dict[str, str]:
    if expected is None:
        return {}
    return {"IfMatch": expected} if expected else {"IfNoneMatch": "*"}


def _parts(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Join pieces to parts of an upload."""
    part = bytearray()
    for piece in pieces:
        part += piece
        while len(part) >= PART:
            yield bytes(part[:PART])
            del part[:PART]
    if part:
        yield bytes(part)


def _drained(head: deque[bytes], others: Iterator[bytes]) -> Iterator[bytes]:
    """Yield all of them and keep none."""
    while head:
        yield head.popleft()
    yield from others
