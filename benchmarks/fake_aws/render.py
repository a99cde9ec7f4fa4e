"""Writes a value as a protocol's answer: query, EC2 and REST XML, JSON and REST JSON."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import formatdate
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import OperationModel, Shape

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_REQUEST_ID = "00000000-fake-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer before it meets a connection; body and headers may hold placeholders."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def render(model: OperationModel, protocol: str, value: dict[str, Any]) -> Answer:
    """Write `value`, in the model's member names, as the answer of an operation."""
    status = int(model.http.get("responseCode", 200))
    identified = ("x-amzn-requestid", _REQUEST_ID)
    if protocol == "json":
        content = ("content-type", f"application/x-amz-json-{_json_version(model)}")
        body = orjson.dumps(_json(model.output_shape, value)) if model.output_shape else b"{}"
        return Answer(status, (content, identified), body)
    if protocol in ("query", "ec2"):
        text = _envelope(model, protocol, value)
        return Answer(status, (("content-type", "text/xml"), identified), text.encode())
    headers = (identified, *_headers(model.output_shape, value))
    return Answer(status, *_rest(model, protocol, value, headers))


def _json_version(model: OperationModel) -> str:
    return str(model.service_model.metadata.get("jsonVersion", "1.0"))


def _envelope(model: OperationModel, protocol: str, value: dict[str, Any]) -> str:
    shape = model.output_shape
    inner = _xml_members(shape, value) if shape else ""
    if protocol == "ec2":
        tail = f"<requestId>{_REQUEST_ID}</requestId>"
    else:
        tail = f"<ResponseMetadata><RequestId>{_REQUEST_ID}</RequestId></ResponseMetadata>"
    wrapper = shape.serialization.get("resultWrapper") if shape else None
    if wrapper:
        inner = f"<{wrapper}>{inner}</{wrapper}>"
    return f"<{model.name}Response>{inner}{tail}</{model.name}Response>"


# REST: members go to headers, to one payload or to the body.


def _headers(shape: Shape | None, value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, member in shape.members.items() if shape else ():
        location = member.serialization.get("location")
        wire = member.serialization.get("name", name)
        if name not in value:
            continue
        if location == "header":
            yield wire.lower(), _header(member, value[name])
        elif location == "headers":
            yield from ((f"{wire}{key}".lower(), str(each)) for key, each in value[name].items())


def _header(shape: Shape, value: Any) -> str:
    if shape.type_name == "list":
        return ",".join(_header(shape.member, each) for each in value)
    if shape.type_name == "timestamp":
        return _moment(value, shape.serialization.get("timestampFormat", "rfc822"))
    if shape.serialization.get("jsonvalue"):
        return b64encode(value.encode()).decode()
    return _text(shape, value)


def _rest(
    model: OperationModel, protocol: str, value: Any, headers: tuple[Any, ...]
) -> tuple[tuple[Any, ...], bytes]:
    shape: Shape | None = model.output_shape
    content = ("content-type", "application/" + protocol.removeprefix("rest-"))
    payload = shape.serialization.get("payload") if shape else None
    if shape and payload:
        shape, value = shape.members[payload], value.get(payload, {})
        if shape.type_name in ("string", "blob"):
            raw = value if isinstance(value, bytes) else str(value or "").encode()
            return (("content-type", "application/octet-stream"), *headers), raw
    if shape is None:
        return (content, *headers), b""
    if model.name == "GetBucketLocation":  # the one answer whose root element is the value
        region = value["LocationConstraint"]
        return (content, *headers), f"<LocationConstraint>{region}</LocationConstraint>".encode()
    if protocol == "rest-json":
        return (content, *headers), orjson.dumps(_json(shape, value))
    name = shape.serialization.get("name", shape.name)
    return (content, *headers), f"<{name}>{_xml_members(shape, value)}</{name}>".encode()


# JSON.


def _json(shape: Shape, value: Any) -> Any:
    kind = shape.type_name
    if kind == "structure":
        return {
            member.serialization.get("name", name): _json(member, value[name])
            for name, member in shape.members.items()
            if name in value and not _elsewhere(member)
        }
    if kind == "list":
        return [_json(shape.member, each) for each in value]
    if kind == "map":
        return {str(key): _json(shape.value, each) for key, each in value.items()}
    if kind == "timestamp":
        text = _moment(value, shape.serialization.get("timestampFormat", "unixTimestamp"))
        return int(text) if text.isdigit() else text
    return b64encode(value).decode() if kind == "blob" else value


def _elsewhere(shape: Shape) -> bool:
    return shape.serialization.get("location") in ("header", "headers", "statusCode")


# XML, as botocore's parsers read it.


def _xml_members(shape: Shape, value: dict[str, Any]) -> str:
    return "".join(
        _xml(_key_name(member, name), member, value[name])
        for name, member in shape.members.items()
        if name in value and not _elsewhere(member) and not member.serialization.get("xmlAttribute")
    )


def _key_name(shape: Shape, name: str) -> str:
    """Name a member's element; a flattened list is known by the name of its entries."""
    if shape.type_name == "list" and shape.serialization.get("flattened"):
        name = shape.member.serialization.get("name", shape.serialization.get("name", name))
        return str(name)
    return str(shape.serialization.get("name", name))


def _xml(tag: str, shape: Shape, value: Any) -> str:
    kind, flattened = shape.type_name, shape.serialization.get("flattened")
    if kind == "structure":
        return f"<{tag}{_attributes(shape, value)}>{_xml_members(shape, value)}</{tag}>"
    if kind == "list":
        entry = tag if flattened else shape.member.serialization.get("name", "member")
        inner = "".join(_xml(entry, shape.member, each) for each in value)
        return inner if flattened else f"<{tag}>{inner}</{tag}>"
    if kind == "map":
        entry = tag if flattened else "entry"
        inner = "".join(_xml_pair(entry, shape, *pair) for pair in value.items())
        return inner if flattened else f"<{tag}>{inner}</{tag}>"
    return f"<{tag}>{escape(_text(shape, value))}</{tag}>"


def _xml_pair(tag: str, shape: Shape, key: str, value: Any) -> str:
    key_tag = shape.key.serialization.get("name", "key")
    value_tag = shape.value.serialization.get("name", "value")
    inner = _xml(key_tag, shape.key, key) + _xml(value_tag, shape.value, value)
    return f"<{tag}>{inner}</{tag}>"


def _attributes(shape: Shape, value: dict[str, Any]) -> str:
    return "".join(
        f' xmlns:xsi="{_XSI}" {member.serialization["name"]}={quoteattr(str(value[name]))}'
        for name, member in shape.members.items()
        if name in value and member.serialization.get("xmlAttribute")
    )


def _text(shape: Shape, value: Any) -> str:
    if shape.type_name == "timestamp":
        return _moment(value, shape.serialization.get("timestampFormat", "iso8601"))
    if isinstance(value, bool):
        return "true" if value else "false"
    return b64encode(value).decode() if isinstance(value, bytes) else str(value)


def _moment(seconds: float, form: str) -> str:
    if form.lower() == "unixtimestamp":
        return str(int(seconds))
    if form.lower() == "rfc822":
        return formatdate(seconds, usegmt=True)
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
