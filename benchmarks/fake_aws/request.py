"""One HTTP request as the fake reads it: parsed lazily, judged nowhere."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl

import orjson

from benchmarks.fake_aws.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)


class Scope(NamedTuple):
    """What a SigV4 `Authorization` header says about its signer and its aim."""

    key: str
    date: str
    region: str
    service: str
    signed_headers: str
    signature: str


class Request:
    """A whole request; forms, JSON bodies and query strings are parsed when first asked for."""

    def __init__(self, head: bytes, body: bytes) -> None:
        first, *lines = head.decode("latin-1").split("\r\n")
        self.method, self.target, _ = first.split(" ", 2)
        self.path, _, self.query_string = self.target.partition("?")
        self.headers = {
            name.lower(): value.strip()
            for name, _, value in (each.partition(":") for each in lines)
        }
        self.body = body

    @cached_property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.query_string, keep_blank_values=True))

    @cached_property
    def form(self) -> dict[str, str]:
        if not self.headers.get("content-type", "").startswith("application/x-www-form"):
            return {}
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @cached_property
    def json(self) -> Mapping[str, Any]:
        if not self.body.startswith(b"{"):
            return {}
        document: Mapping[str, Any] = orjson.loads(self.body)
        return document

    def element(self, name: str) -> str | None:
        """Return the text of the first element `name` of an XML body."""
        found = re.search(rf"<{name}>([^<]*)</{name}>", self.body.decode())
        return found[1] if found else None

    @cached_property
    def scope(self) -> Scope:
        """Read the credential scope; raises `Failure` where the request is unsigned."""
        kind, _, rest = self.headers.get("authorization", "").partition(" ")
        if kind != "AWS4-HMAC-SHA256":
            raise Failure("MissingAuthenticationToken", 403, "The request is not signed")
        parts = dict(each.strip().split("=", 1) for each in rest.split(","))
        key, date, region, service, _ = parts["Credential"].split("/")
        return Scope(key, date, region, service, parts["SignedHeaders"], parts["Signature"])

    @property
    def token(self) -> str | None:
        return self.headers.get("x-amz-security-token")


def split(buffer: bytes) -> tuple[Request, bytes] | None:
    """Take the first whole request off a buffer and return it with the rest; None: not yet."""
    end = buffer.find(HEAD_END)
    if end < 0:
        return None
    length = _LENGTH.search(buffer, 0, end)
    start = end + len(HEAD_END)
    stop = start + (int(length[1]) if length else 0)
    if len(buffer) < stop:
        return None
    return Request(buffer[:end], buffer[start:stop]), buffer[stop:]
