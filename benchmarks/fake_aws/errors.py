"""Errors in AWS's own words and each protocol's own form; it raises nothing by itself."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from xml.sax.saxutils import escape

import orjson

_XML = (("content-type", "text/xml"),)

# What one refusal is called depends on who says it: protocol (or s3) → code, status.
_DIALECTS: dict[str, dict[str, tuple[str, int]]] = {
    "throttled": {
        "ec2": ("RequestLimitExceeded", 503),
        "query": ("Throttling", 400),
        "s3": ("SlowDown", 503),
        "rest-xml": ("Throttling", 400),
        "rest-json": ("TooManyRequestsException", 429),
        "json": ("ThrottlingException", 400),
    },
    "expired": {
        "ec2": ("RequestExpired", 400),
        "query": ("ExpiredToken", 403),
        "s3": ("ExpiredToken", 400),
        "rest-xml": ("ExpiredToken", 403),
        "rest-json": ("ExpiredTokenException", 403),
        "json": ("ExpiredTokenException", 400),
    },
    "disabled": {
        "ec2": ("AuthFailure", 401),
        "query": ("InvalidClientTokenId", 403),
        "s3": ("InvalidAccessKeyId", 403),
        "rest-xml": ("InvalidClientTokenId", 403),
        "rest-json": ("UnrecognizedClientException", 403),
        "json": ("UnrecognizedClientException", 400),
    },
    "skewed": {
        "ec2": ("AuthFailure", 401),
        "query": ("SignatureDoesNotMatch", 403),
        "s3": ("RequestTimeTooSkewed", 403),
        "rest-xml": ("SignatureDoesNotMatch", 403),
        "rest-json": ("InvalidSignatureException", 403),
        "json": ("InvalidSignatureException", 400),
    },
    "denied": {
        "ec2": ("UnauthorizedOperation", 403),
        "query": ("AccessDenied", 403),
        "s3": ("AccessDenied", 403),
        "rest-xml": ("AccessDenied", 403),
        "rest-json": ("AccessDeniedException", 403),
        "json": ("AccessDeniedException", 400),
    },
}


@dataclass(eq=False)
class Failure(Exception):
    """An error answer, raised or kept as a value.

    `code` is AWS's own, or one of throttled, expired, disabled, skewed, denied, which each protocol
    words in its own way, with its own status where that is 0.
    """

    code: str
    status: int = 0
    message: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    def spoken(self, protocol: str, service: str) -> tuple[str, int]:
        """Return code and status as `service` words them."""
        dialect = _DIALECTS.get(self.code)
        if dialect is None:
            return self.code, self.status or 400
        code, status = dialect["s3" if service == "s3" else protocol]
        return code, self.status or status


def render(
    failure: Failure, protocol: str, service: str, request_id: str
) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """Return status, headers and body of a failure as a service's protocol shapes them."""
    code, status = failure.spoken(protocol, service)
    message = failure.message or f"{code} ({HTTPStatus(status).phrase})"
    if protocol in ("json", "rest-json"):
        headers = (("content-type", "application/json"), ("x-amzn-errortype", code))
        body = orjson.dumps({"__type": code, "message": message})
        return status, (*headers, *failure.headers), body
    fault = "Sender" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "Receiver"
    words = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    if protocol == "ec2":
        text = (
            f"<Response><Errors><Error>{words}</Error></Errors>"
            f"<RequestID>{request_id}</RequestID></Response>"
        )
    elif service == "s3":
        text = f"<Error>{words}<RequestId>{request_id}</RequestId></Error>"
    else:
        text = (
            f"<ErrorResponse><Error><Type>{fault}</Type>{words}</Error>"
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        )
    return status, (*_XML, *failure.headers), text.encode()
