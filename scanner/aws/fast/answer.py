"""Read an operation's answers in full: envelope, headers, body; errors are botocore's business."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

import orjson
from botocore.awsrequest import HeadersDict

from scanner.aws.answers import StrictParserFactory, is_page
from scanner.aws.fast.json_shapes import JsonShapes
from scanner.aws.fast.xml_shapes import Odd, XmlShapes, element, local

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.aws.fast.json_shapes import Read

Shapes = JsonShapes | XmlShapes

REQUEST_ID = "x-amzn-requestid"
ONE_ATTEMPT: Mapping[str, Any] = {"MaxAttemptsReached": True, "RetryAttempts": 0}
"""What botocore notes in every answer of a client that may try but once."""

_RAW = ("string", "blob")


class Reader(ABC):
    """Reads the successful answers of one operation."""

    def __init__(self, shape: Any, shapes: Shapes) -> None:
        self._shape = shape
        self._read: Any = shapes.reader(shape) if shape else None

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        """Return the parsed answer; `headers` are in lower case.

        Raises Odd, or whatever else comes of it, where an answer is not plain. It may run in
        a thread.
        """
        if is_page(body):
            raise Odd("a page of HTML")
        found = self._parse(status, headers, body)
        metadata = found.setdefault("ResponseMetadata", {})
        metadata.update(HTTPStatusCode=status, HTTPHeaders=dict(headers), **ONE_ATTEMPT)
        return found

    @abstractmethod
    def _parse(self, status: int, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        """Return the parsed answer with the metadata that its protocol has a place for."""


class _Json(Reader):
    def _parse(self, _: int, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        found = _object(self._read, body)
        if REQUEST_ID in headers:
            found["ResponseMetadata"] = {"RequestId": headers[REQUEST_ID]}
        return found


class _Query(Reader):
    def _parse(self, _: int, __: Mapping[str, str], body: bytes) -> dict[str, Any]:
        root = element(body)
        found: dict[str, Any] = {}
        if self._read:
            wrapper = self._shape.serialization.get("resultWrapper")
            found = self._read(_only(root, wrapper) if wrapper else root)
        metadata = _only(root, "ResponseMetadata", default=root)
        if metadata is not root:
            found["ResponseMetadata"] = _texts(metadata)
        return found


class _Ec2(Reader):
    def _parse(self, _: int, __: Mapping[str, str], body: bytes) -> dict[str, Any]:
        root = element(body)
        found: dict[str, Any] = self._read(root) if self._read else {}
        request_id = _only(root, "requestId", default=root)
        if request_id is not root:
            found["ResponseMetadata"] = {"RequestId": request_id.text}
        return found


class _Rest(Reader):
    """Reads members from headers, with botocore's own parser, and from one payload or the body."""

    def __init__(self, shape: Any, shapes: Shapes) -> None:
        self._payload: str = shape.serialization.get("payload", "") if shape else ""
        inner = shape.members[self._payload] if self._payload else shape
        self._raw = bool(self._payload) and inner.type_name in _RAW
        super().__init__(None if self._raw else inner, shapes)
        self._json = isinstance(shapes, JsonShapes)
        self._located = shape if _has_located(shape) else None
        protocol = "rest-json" if self._json else "rest-xml"
        self._stock = StrictParserFactory(text_times=True).create_parser(protocol)

    def _parse(self, status: int, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        found: dict[str, Any] = {"ResponseMetadata": _identified(headers)}
        if self._located:
            answer = {"status_code": status, "headers": HeadersDict(headers)}
            members = self._located.members
            self._stock._parse_non_payload_attrs(answer, self._located, members, found)  # noqa: SLF001 — headers are few: botocore reads them
        if self._raw:
            found[self._payload] = body.decode()
        elif self._read:
            read = self._of_body(body)
            if self._payload:
                found[self._payload] = read
            else:
                found |= read
        return found

    def _of_body(self, body: bytes) -> dict[str, Any]:
        if self._json:
            return _object(self._read, body)
        root = element(body) if body else Element("")
        if root.tag == "Error":
            raise Odd("an error in the body of a success")
        read: dict[str, Any] = self._read(root)
        return read


_READERS: Mapping[str, type[Reader]] = {
    "json": _Json,
    "rest-json": _Rest,
    "query": _Query,
    "ec2": _Ec2,
    "rest-xml": _Rest,
}


class Readers:
    """The readers of the operations in use, by service, shared by its clients in all regions."""

    def __init__(self) -> None:
        self._services: dict[str, tuple[Shapes, dict[str, Reader | None]]] = {}

    def of(self, model: Any) -> Reader | None:
        """Return what reads an operation's answers; None where only botocore can."""
        service = model.service_model
        if service.service_name not in self._services:
            self._services[service.service_name] = (_shapes(service.resolved_protocol), {})
        shapes, known = self._services[service.service_name]
        if model.name not in known:
            known[model.name] = _reader(model, shapes)
        return known[model.name]

    def forget(self, service: str) -> None:
        """Let go of a service's readers, and with them of its shapes."""
        self._services.pop(service, None)


def _shapes(protocol: str) -> Shapes:
    if protocol in ("json", "rest-json"):
        return JsonShapes(rest=protocol == "rest-json")
    return XmlShapes()


def _reader(model: Any, shapes: Shapes) -> Reader | None:
    make = _READERS.get(model.service_model.resolved_protocol)
    streams = model.has_streaming_output or model.has_event_stream_output
    if make is None or streams or model.http_checksum:
        return None
    try:
        return make(model.output_shape, shapes)
    except Odd:
        return None


def _has_located(shape: Any) -> bool:
    return shape is not None and any(
        "location" in member.serialization for member in shape.members.values()
    )


def _object(read: Read | None, body: bytes) -> dict[str, Any]:
    found: dict[str, Any] | None = read(orjson.loads(body) if body else {}) if read else {}
    if found is None:
        raise Odd("null instead of an object")
    return found


def _only(parent: Element, name: str, *, default: Element | None = None) -> Element:
    """Return the child of that name; raises Odd where there are several, or none and no default."""
    children = [child for child in parent if local(child.tag) == name]
    if len(children) == 1:
        return children[0]
    if children or default is None:
        raise Odd(f"{len(children)} elements {name}")
    return default


def _texts(parent: Element) -> dict[str, str | None]:
    texts = {local(child.tag): child.text for child in parent}
    if len(texts) != len(parent):
        raise Odd("metadata that is there twice")
    return texts


def _identified(headers: Mapping[str, str]) -> dict[str, str]:
    if REQUEST_ID in headers:
        return {"RequestId": headers[REQUEST_ID]}
    if "x-amz-request-id" in headers:
        host = headers.get("x-amz-id-2", "")
        return {"RequestId": headers["x-amz-request-id"], "HostId": host}
    return {}
