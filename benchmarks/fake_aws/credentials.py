"""Issues temporary credentials that name their account, and tells whose request it is."""

from __future__ import annotations

import hashlib
import hmac
import itertools
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from benchmarks.fake_aws.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.fake_aws.organization import Organization
    from benchmarks.fake_aws.request import Request, Scope

_MASTER = b"fake-aws"
_SERIALS = 0x10000
_TOLERANCE = 300.0


@dataclass(frozen=True, slots=True)
class Credentials:
    """What AssumeRole hands out; `expires` is seconds since the epoch."""

    key: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    expires: float = 0.0


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signed a request: the account and, for an assumed role, its name and session."""

    account: str
    key: str
    role: str = ""
    session: str = ""
    expires: float = float("inf")

    @property
    def arn(self) -> str:
        if not self.role:
            return f"arn:aws:iam::{self.account}:user/central"
        return f"arn:aws:sts::{self.account}:assumed-role/{self.role}/{self.session}"


class Mismatch(Failure):
    """A key was presented with a token of someone else: the fault no scan may ever have."""


def _mac(text: str) -> str:
    return hmac.new(_MASTER, text.encode(), hashlib.sha256).hexdigest()


class Issuer:
    """Issues and checks credentials. Keys and tokens prove themselves, so nothing grows."""

    def __init__(
        self, organization: Organization, clock: Callable[[], float], *, verify: bool = False
    ) -> None:
        self._organization = organization
        self._clock = clock
        self._verify = verify
        self._serial = itertools.count()

    def issue(self, account: str, role: str, session: str, ttl: float) -> Credentials:
        """Make credentials for a role session of `account` that live `ttl` seconds."""
        key = f"ASIA{next(self._serial) % _SERIALS:04X}{account}"
        expires = self._clock() + ttl
        text = f"{account}/{role}/{session}/{expires!r}/{key}"
        return Credentials(key, self._secret(key), f"{text}/{_mac(text)}", expires)

    def identify(self, request: Request, scope: Scope) -> Identity:
        """Say who signed; raises `Mismatch` or `Failure` where key and token do not belong."""
        identity = self._of_token(request.token) if request.token else self._of_key(scope.key)
        if identity.key != scope.key:
            raise Mismatch(
                "InvalidClientTokenId", 403, f"{scope.key} presented a token of {identity.key}"
            )
        if identity.expires <= self._clock():
            raise Failure("expired", message="The security token included is expired")
        if self._verify:
            self._check_date(request)
        if self._verify and not hmac.compare_digest(
            sign(request, scope, self._secret(scope.key)), scope.signature
        ):
            raise Failure("SignatureDoesNotMatch", 403, "The signature does not match")
        return identity

    def _check_date(self, request: Request) -> None:
        """Refuse a request that was signed too long before or after this moment."""
        moment = datetime.strptime(request.headers["x-amz-date"], "%Y%m%dT%H%M%S%z")
        late = self._clock() - moment.timestamp()
        if abs(late) > _TOLERANCE:
            state = "expired" if late > 0 else "not yet current"
            raise Failure("skewed", message=f"Signature {state}: {moment:%Y%m%dT%H%M%SZ}")

    def _of_key(self, key: str) -> Identity:
        if key != self._organization.key:
            raise Failure("InvalidClientTokenId", 403, "The security token included is invalid")
        return Identity(self._organization.central, key)

    def _of_token(self, token: str) -> Identity:
        text, _, mac = token.rpartition("/")
        if not hmac.compare_digest(mac, _mac(text)):
            raise Failure("InvalidClientTokenId", 403, "The security token included is invalid")
        account, role, session, expires, key = text.split("/")
        return Identity(account, key, role, session, float(expires))

    def _secret(self, key: str) -> str:
        return self._organization.secret if key == self._organization.key else _mac(key)[:40]


def sign(request: Request, scope: Scope, secret: str) -> str:
    """Compute the SigV4 signature that `request` must carry if signed with `secret`."""
    credential = (scope.date, scope.region, scope.service, "aws4_request")
    canonical = "\n".join(_canonical(request, scope))
    text = "\n".join(
        (
            "AWS4-HMAC-SHA256",
            request.headers["x-amz-date"],
            "/".join(credential),
            hashlib.sha256(canonical.encode()).hexdigest(),
        )
    )
    key = b"AWS4" + secret.encode()
    for part in (*credential, text):
        key = hmac.digest(key, part.encode(), "sha256")
    return key.hex()


def _canonical(request: Request, scope: Scope) -> tuple[str, ...]:
    path = unquote(request.path) if scope.service == "s3" else request.path
    pairs = sorted(
        (name, value)
        for name, _, value in (
            each.partition("=") for each in request.query_string.split("&") if each
        )
    )
    headers = "".join(
        f"{name}:{' '.join(request.headers[name].split())}\n"
        for name in scope.signed_headers.split(";")
    )
    digest = hashlib.sha256(request.body).hexdigest()
    return (
        request.method,
        quote(path, safe="/~"),
        "&".join(f"{name}={value}" for name, value in pairs),
        headers,
        scope.signed_headers,
        request.headers.get("x-amz-content-sha256", digest),
    )
