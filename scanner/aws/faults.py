"""Tell what a failure means: exception → Verdict, a pure table; it retries nothing itself."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import aiohttp
from botocore import exceptions as boto

from scanner.model.outcome import Status

if TYPE_CHECKING:
    from collections.abc import Iterator


class Kind(StrEnum):
    """What a failed request means for the one who made it."""

    DENIED = "denied"
    DENIED_SCP = "denied_scp"
    UNSUPPORTED = "unsupported"
    UNRESOLVED = "unresolved"
    UNTRUSTED = "untrusted"
    THROTTLED = "throttled"
    EXPIRED = "expired"
    SKEWED = "skewed"
    TRANSIENT = "transient"
    CREDENTIALS = "credentials"
    INVALID = "invalid"


_STATUS = {
    Kind.DENIED: Status.DENIED,
    Kind.DENIED_SCP: Status.DENIED_SCP,
    Kind.UNSUPPORTED: Status.UNAVAILABLE,
    Kind.THROTTLED: Status.THROTTLED,
}

_HINTS = {
    Kind.DENIED: "allow this action in the member role",
    Kind.DENIED_SCP: "a service control policy forbids it: exempt the role or leave it out",
    Kind.UNRESOLVED: "check DNS and the network, or the region's name",
    Kind.UNTRUSTED: "set AWS_CA_BUNDLE, or ask who intercepts TLS on the way",
    Kind.THROTTLED: "lower --max-rate-share, or scan at a quieter hour",
    Kind.EXPIRED: "AWS does not accept these credentials here: renew them, or enable the region",
    Kind.SKEWED: "set this machine's clock",
    Kind.CREDENTIALS: "log in again, or choose another --profile",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a failure means: its kind, AWS's own code and message, and when to come back.

    `date` is when AWS answered, by its own clock.
    """

    kind: Kind
    code: str
    message: str
    retry_after: float | None = None
    date: float | None = None

    @property
    def status(self) -> Status:
        """The ledger status of a type that ended so."""
        return _STATUS.get(self.kind, Status.ERROR)

    @property
    def hint(self) -> str:
        """What a person can do about it; empty where there is nothing general to say."""
        return _HINTS.get(self.kind, "")


def _table(kind: Kind, codes: str) -> dict[str, Kind]:
    return dict.fromkeys(codes.split(), kind)


_CODES: dict[str, Kind] = {
    **_table(
        Kind.DENIED,
        "AllAccessDisabled AuthorizationError AuthorizationErrorException Forbidden "
        "ForbiddenException NotAuthorized NotAuthorizedException UnauthorizedAccess "
        "UnauthorizedException UnauthorizedOperation UnauthorizedResourceAccessException 401 403",
    ),
    **_table(
        Kind.THROTTLED,
        "BandwidthLimitExceeded LimitExceededException "
        "PriorRequestNotComplete ProvisionedThroughputExceededException RequestLimitExceeded "
        "SlowDown TooManyRequests TooManyRequestsException 429",
    ),
    **_table(
        Kind.EXPIRED,
        "AuthFailure ExpiredToken ExpiredTokenException InvalidAccessKeyId InvalidClientTokenId "
        "InvalidToken RequestExpired TokenRefreshRequired UnrecognizedClientException",
    ),
    **_table(Kind.CREDENTIALS, "InvalidSignatureException SignatureDoesNotMatch"),
    **_table(Kind.SKEWED, "RequestInTheFuture RequestTimeTooSkewed"),
    **_table(
        Kind.UNSUPPORTED,
        "InvalidAction OptInRequired SubscriptionRequiredException UnknownOperationException "
        "UnsupportedOperation UnsupportedOperationException",
    ),
    **_table(
        Kind.TRANSIENT,
        "DependentServiceUnavailableFault DirectConnectServerException "
        "EndpointTemporarilyUnavailableException InternalError InternalErrorException "
        "InternalFailure InternalServerError InternalServerErrorException "
        "InternalServerException InternalServiceError InternalServiceErrorException "
        "InternalServiceException RequestTimeout RequestTimeoutException ServerException "
        "ServiceException ServiceTemporarilyUnavailableException ServiceUnavailable "
        "ServiceUnavailableError ServiceUnavailableException TransactionInProgressException "
        "500 502 503 504",
    ),
}

_PARTS = (
    ("AccessDenied", Kind.DENIED),
    ("Throttl", Kind.THROTTLED),
    ("RateLimitExceeded", Kind.THROTTLED),
)
"""What every service varies in a name of its own: KMSAccessDeniedFault, EC2ThrottledException."""

_SCP = "service control policy"
_SKEW = ("signature expired", "signature not yet current")
_NO_SUCH_NAME = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
"""Of all that can go wrong with a name, what says that there is none: the rest may pass."""
_SERVER_ERROR = 500
_TOO_MANY = 429
_UNAUTHORIZED = (401, 403)

# Ordered: the first class that fits decides; a subclass stands before its base.
_EXCEPTIONS: tuple[tuple[tuple[type[BaseException], ...], Kind], ...] = (
    (
        (
            boto.NoCredentialsError,
            boto.PartialCredentialsError,
            boto.CredentialRetrievalError,
            boto.ProfileNotFound,
            boto.TokenRetrievalError,
            boto.SSOError,
        ),
        Kind.CREDENTIALS,
    ),
    (
        (boto.EndpointProviderError, boto.UnknownEndpointError, boto.UnknownRegionError),
        Kind.UNSUPPORTED,
    ),
    (
        (
            boto.HTTPClientError,
            boto.ConnectionError,
            boto.IncompleteReadError,
            boto.ResponseStreamingError,
            aiohttp.ClientError,
            aiohttp.http_exceptions.HttpProcessingError,
            TimeoutError,
            OSError,
        ),
        Kind.TRANSIENT,
    ),
)


def classify(exc: BaseException) -> Verdict:
    """Say what a failure of a request means. Total: anything unknown is `INVALID`."""
    if isinstance(exc, boto.ClientError):
        return _of_answer(exc)
    for cause in _causes(exc):
        if isinstance(cause, socket.gaierror) and cause.errno in _NO_SUCH_NAME:
            return Verdict(Kind.UNRESOLVED, "NameResolutionError", _first_line(exc))
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Verdict(Kind.UNTRUSTED, "CertificateError", _first_line(exc))
    for classes, kind in _EXCEPTIONS:
        if isinstance(exc, classes):
            return Verdict(kind, type(exc).__name__, _first_line(exc))
    if type(exc).__name__ == "ResponseParserError":  # raised by botocore.parsers, a torn body
        return Verdict(Kind.TRANSIENT, "ResponseParserError", _first_line(exc))
    return Verdict(Kind.INVALID, type(exc).__name__, _first_line(exc))


def _of_answer(exc: boto.ClientError) -> Verdict:
    error = exc.response.get("Error", {})
    meta = exc.response.get("ResponseMetadata", {})
    code = str(error.get("Code", "Unknown"))
    message = str(error.get("Message") or exc)
    kind = _kind_of(code.removeprefix("Client.").removeprefix("Server."), message)
    if kind is None:
        kind = _kind_of_status(int(meta.get("HTTPStatusCode", 0)))
    headers = meta.get("HTTPHeaders", {})
    return Verdict(kind, code, message, _retry_after(headers), _date(headers))


def _kind_of(code: str, message: str) -> Kind | None:
    text = message.lower()
    if any(sign in text for sign in _SKEW):
        return Kind.SKEWED
    kind = _CODES.get(code) or next((kind for part, kind in _PARTS if part in code), None)
    if kind is Kind.DENIED and _SCP in text:
        return Kind.DENIED_SCP
    if kind is None and "rate exceeded" in text:
        return Kind.THROTTLED
    return kind


def _kind_of_status(status: int) -> Kind:
    if status == _TOO_MANY:
        return Kind.THROTTLED
    if status in _UNAUTHORIZED:
        return Kind.DENIED
    return Kind.TRANSIENT if status >= _SERVER_ERROR else Kind.INVALID


def _retry_after(headers: dict[str, str]) -> float | None:
    """Read Retry-After in seconds; the HTTP-date form, which AWS does not use, is ignored."""
    text = headers.get("retry-after", "")
    return float(text) if text.isdecimal() else None


def _date(headers: dict[str, str]) -> float | None:
    with suppress(ValueError, OverflowError):
        return parsedate_to_datetime(headers.get("date", "")).timestamp()
    return None


def _causes(exc: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    queue: list[BaseException | None] = [exc]
    while queue:
        cause = queue.pop()
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        queue += [cause.__cause__, cause.__context__, *_kept(cause)]


def _kept(exc: BaseException) -> Iterator[BaseException]:
    """Yield the causes that botocore and aiohttp keep in places of their own."""
    arguments = getattr(exc, "kwargs", {})
    for inner in (arguments.get("error"), getattr(exc, "os_error", None)):
        if isinstance(inner, BaseException):
            yield inner


def _first_line(exc: BaseException) -> str:
    return (str(exc) or type(exc).__name__).splitlines()[0][:500]
