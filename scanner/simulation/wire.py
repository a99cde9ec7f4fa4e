"""AWS's wire formats as far as the gate needs them: reading requests, writing answers; no rules."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_SCOPE = re.compile(r"Credential=([^/,]+)/\d{8}/([^/]*)/([^/]+)/aws4_request")
_REST_XML = frozenset({"s3", "s3express", "route53", "cloudfront"})
_BARE_ERROR = frozenset({"s3", "s3express"})
_S3_CONTROL = "/v20180820/"
_REQUEST_ID = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole HTTP answer."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def send(self, start_response: StartResponse) -> list[bytes]:
        """Give the answer to a WSGI server."""
        start_response(f"{self.status} {HTTPStatus(self.status).phrase}", self.headers)
        return [self.body]


@dataclass(frozen=True, slots=True)
class Request:
    """What a signed request says about itself; `parameters` come from the query or the form."""

    method: str
    host: str
    path: str
    access_key: str
    region: str
    service: str
    target: str
    parameters: dict[str, str]
    body: bytes

    @property
    def action(self) -> str:
        """The operation, where the protocol names it apart from the path."""
        return self.parameters.get("Action", "") or self.target.rpartition(".")[2]

    @property
    def protocol(self) -> str:
        """The protocol, in botocore's words."""
        if self.service == "ec2":
            return "ec2"
        if self.service in _REST_XML:
            return "rest-xml"
        if self.target:
            return "json"
        return "query" if "Action" in self.parameters else "rest-json"

    def listed(self, name: str) -> list[str]:
        """Return the values of a query protocol's list (`name.1`, `name.2`, …)."""
        member = re.compile(re.escape(name) + r"\.\d+")
        return [text for key, text in self.parameters.items() if member.fullmatch(key)]


def read_request(environ: WSGIEnvironment) -> Request:
    """Read a request, and leave its body to be read again."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    query = environ.get("QUERY_STRING", "")
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        query = body.decode(errors="replace")
    scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    access_key, region, service = scope.groups() if scope else ("", "", "")
    return Request(
        method=environ["REQUEST_METHOD"],
        host=environ.get("HTTP_HOST", ""),
        path=environ["PATH_INFO"],
        access_key=access_key,
        region=region,
        service=service,
        target=environ.get("HTTP_X_AMZ_TARGET", ""),
        parameters=dict(parse_qsl(query, keep_blank_values=True)),
        body=body,
    )


def error(request: Request, status: int, code: str, message: str) -> Answer:
    """Write an error the way the request's protocol does."""
    if request.protocol in ("json", "rest-json"):
        answer = json_answer({"__type": code, "message": message}, status)
        answer.headers.append(("x-amzn-ErrorType", code))
        return answer
    return xml_answer(
        _xml_error(request, element("Code", code) + element("Message", message)), status
    )


def _xml_error(request: Request, text: str) -> str:
    if request.protocol == "ec2":
        errors = f"<Errors><Error>{text}</Error></Errors>"
        return f"<Response>{errors}{element('RequestID', _REQUEST_ID)}</Response>"
    request_id = element("RequestId", _REQUEST_ID)
    if request.service in _BARE_ERROR and not request.path.startswith(_S3_CONTROL):
        return f"<Error>{text}{request_id}</Error>"
    return f"<ErrorResponse><Error>{text}</Error>{request_id}</ErrorResponse>"


def xml_answer(body: str, status: int = 200) -> Answer:
    """Write an XML answer."""
    text = f'<?xml version="1.0" encoding="UTF-8"?>{body}'
    return Answer(status, [("Content-Type", "text/xml")], text.encode())


def json_answer(value: object, status: int = 200) -> Answer:
    """Write a JSON answer."""
    return Answer(status, [("Content-Type", "application/json")], json.dumps(value).encode())


def element(name: str, text: str) -> str:
    """Write one XML element around a text."""
    return f"<{name}>{escape(text)}</{name}>"
