"""Sign requests drawn beforehand (SigV4 in headers); it draws none and keeps no credentials."""

from __future__ import annotations

import hmac
import uuid
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from botocore.compat import get_current_datetime

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from botocore.credentials import ReadOnlyCredentials

ALGORITHM = "AWS4-HMAC-SHA256"
KEYS = 1024
"""Signing keys at hand: a unit's calls share one, so few are in use at a time."""


@dataclass(frozen=True, slots=True)
class Template:
    """A request of any account: what the account and the moment decide is left open.

    `headers` hold the open ones too, in their places. `canonical` is botocore's canonical
    request, cut where the time and the security token go. `context` is what botocore noted
    while it drew the request, for those of its handlers that come after the answer.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: Any
    canonical: tuple[str, str, str]
    region: str
    service: str
    signed_headers: str
    context: Mapping[str, Any] = field(repr=False)


class Signer:
    """Fills templates in. `now` is the time AWS is told: the clock, corrected where it is wrong."""

    def __init__(self, now: Callable[[], datetime] = get_current_datetime) -> None:
        self._now = now
        self._key = lru_cache(maxsize=KEYS)(signing_key)

    def headers(self, template: Template, keys: ReadOnlyCredentials) -> dict[str, str]:
        """Return the headers with which an account sends a template's request now."""
        stamp = self._now().strftime("%Y%m%dT%H%M%SZ")
        scope = f"{stamp[:8]}/{template.region}/{template.service}/aws4_request"
        before, between, after = template.canonical
        canonical = f"{before}{stamp}{between}{keys.token or ''}{after}"
        digest = sha256(canonical.encode()).hexdigest()
        key = self._key(keys.secret_key, stamp[:8], template.region, template.service)
        text = f"{ALGORITHM}\n{stamp}\n{scope}\n{digest}"
        signature = hmac.digest(key, text.encode(), "sha256").hex()
        headers = dict(template.headers)
        headers["X-Amz-Date"] = stamp
        if keys.token:
            headers["X-Amz-Security-Token"] = keys.token
        headers["Authorization"] = (
            f"{ALGORITHM} Credential={keys.access_key}/{scope}, "
            f"SignedHeaders={template.signed_headers}, Signature={signature}"
        )
        headers["amz-sdk-invocation-id"] = str(uuid.uuid4())
        return headers


def signing_key(secret: str, day: str, region: str, service: str) -> bytes:
    """Derive the key that signs a day's requests to a service in a region."""
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
