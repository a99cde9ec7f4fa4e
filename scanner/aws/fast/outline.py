"""Draw an operation's further requests from what its first had: other parameters, same frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from botocore.auth import EMPTY_SHA256_HASH, UNSIGNED_PAYLOAD, _host_from_url
from botocore.utils import normalize_url_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.aws.fast.signing import Template

DATE, TOKEN = "x-amz-date", "x-amz-security-token"
_CONTENT_HASH, _LENGTH = "X-Amz-Content-SHA256", "Content-Length"


@dataclass(frozen=True, slots=True)
class Outline:
    """What all requests of one operation share, known from one that botocore drew in full.

    `given` names the headers that follow from the call; `signing` is what decides how it is
    signed. A request for which these differ has another outline.
    """

    first: Template
    given: frozenset[str]
    signing: tuple[Any, ...]
    path_as_is: bool
    unsigned_body: bool

    def fill(self, drawn: Mapping[str, Any], context: Mapping[str, Any]) -> Template | None:
        """Return the template of a request that botocore drew up to its signature.

        None where it does not fit: botocore must draw that one to its end.
        """
        own = drawn["headers"]
        if self.given != own.keys() or signing_of(drawn, context) != self.signing:
            return None
        if not all(isinstance(value, str) for value in own.values()):
            return None
        body = _body(drawn["body"])
        digest = UNSIGNED_PAYLOAD if self.unsigned_body else _digest(body)
        headers = {name: own.get(name, value) for name, value in self.first.headers.items()}
        if _CONTENT_HASH in headers:
            headers[_CONTENT_HASH] = digest
        if _LENGTH in headers and _LENGTH not in own:
            headers[_LENGTH] = str(len(body or ""))
        return replace(
            self.first,
            url=drawn["url"],
            headers=headers,
            body=body,
            canonical=self._canonical(drawn["url"], headers, digest),
            context=context,
        )

    def _canonical(self, url: str, headers: Mapping[str, str], digest: str) -> tuple[str, str, str]:
        """Write the canonical request of SigV4, cut where time and token go."""
        parts = urlsplit(url)
        path = parts.path if self.path_as_is else quote(normalize_url_path(parts.path), safe="/~")
        pairs = sorted(pair.partition("=")[::2] for pair in parts.query.split("&") if parts.query)
        query = "&".join(f"{name}={value}" for name, value in pairs)
        values = {name.lower(): " ".join(value.split()) for name, value in headers.items()}
        values["host"] = str(_host_from_url(url))
        pieces = [f"{self.first.method}\n{path}\n{query}"]
        for name in self.first.signed_headers.split(";"):
            pieces[-1] += f"\n{name}:"
            if name in (DATE, TOKEN):
                pieces.append("")
            else:
                pieces[-1] += values[name]
        pieces[-1] += f"\n\n{self.first.signed_headers}\n{digest}"
        return (pieces[0], *pieces[1:]) if len(pieces) == 3 else (pieces[0], "", pieces[1])  # type: ignore[return-value]  # noqa: PLR2004 — three


def signing_of(drawn: Mapping[str, Any], context: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return all that decides how a request is signed."""
    return (
        drawn["method"],
        context.get("auth_type"),
        context.get("signing"),
        context.get("checksum"),
        drawn["url"].partition(":")[0],
    )


def _body(body: Any) -> Any:
    """Prepare a body as `botocore.awsrequest.AWSRequestPreparer` does."""
    if isinstance(body, dict):
        return urlencode(body, doseq=True)
    return body or None


def _digest(body: Any) -> str:
    if not body:
        return str(EMPTY_SHA256_HASH)
    encoded: bytes = body.encode() if isinstance(body, str) else body
    return sha256(encoded).hexdigest()
