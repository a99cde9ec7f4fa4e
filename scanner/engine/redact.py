"""Replace secrets in what AWS answered, in place, and say where; it decides nothing else.

Two layers: the members that a type declares to be secret, and beneath, as a net, values that
look like secrets wherever they stand: private keys, tokens, passwords in addresses.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from scanner.engine.content import content_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.model.resource import ResourceType

MARKER = "REDACTED"
"""Stands where a secret stood; with a key, `:` and a fingerprint of the secret follow."""

FINGERPRINT = 12
"""Hexadecimal digits: enough to see a change, nothing to find the secret by."""

_REFERENCES = ("arn:", "{{resolve:", MARKER)
_NONE: Mapping[str, tuple[str, ...]] = MappingProxyType({})

_SHAPES = re.compile(
    r"""(?P<arn>arn:aws[\w-]*:[^\s"'\\,;&|<>()]*)                  # a name, whatever is in it
    | -----BEGIN\ [A-Z0-9 ]*PRIVATE\ KEY-----.*?(?:-----END\ [A-Z0-9 ]*PRIVATE\ KEY-----|\Z)
    | \beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]+                          # a JSON web token
    | \b(?:gh[pousr]_[A-Za-z0-9]{36,} | github_pat_\w{22,} | glpat-[\w-]{20,}
         | xox[abeprs]-[\w-]{10,} | [sr]k_live_\w{16,} | SG\.[\w-]{16,}\.[\w-]{16,}
         | npm_[A-Za-z0-9]{36} | AIza[\w-]{35})
    | \b[a-z][a-z0-9+.-]*://[^/\s:@"'\\]*:(?P<address>[^/\s@"'\\]+)@   # user:password@host
    | \b(?:password|passwd|pwd|accountkey|sharedaccesskey|secret_?access_?key)["'\s\\]*[=:]["'\s\\]*
      (?P<setting>[^\s;,&"'\\{}$<>]{6,})
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_HINTS = (
    b"private key", b"eyj", b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_", b"github_pat_",
    b"glpat-", b"xox", b"k_live_", b"sg.", b"npm_", b"aiza", b"password", b"passwd", b"pwd",
    b"accountkey", b"sharedaccesskey", b"access_key", b"accesskey",
)  # fmt: skip
"""What a text that looks like a secret has in it: looked for first, for most have none."""


@dataclass(frozen=True, slots=True)
class Redactor:
    """Hides secrets of a run's records; `key` makes fingerprints, `spared` leaves paths alone.

    A declared path's steps are member names, `*` for every value of a map, and `name[]` for
    every element of a list; it is followed in the configuration and in the details alike.

    There is no default key: one kept beside the export would allow guessing short secrets.
    `spared` maps a type to the record's paths that stay (`configuration.Env.*`).
    """

    key: bytes | None = field(default=None, repr=False)
    spared: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NONE)

    def hide(
        self,
        type: ResourceType,
        members: dict[str, Any],
        supplementary: dict[str, Any],
        tags: dict[str, str] | None = None,
    ) -> list[str]:
        """Replace what must not be shown in an item; return the record's paths of it."""
        spared = self.spared.get(type.type, ())
        parts = {"configuration": members, "supplementary": supplementary, "tags": tags}
        found: list[str] = []
        for name, part in parts.items():
            kept = {place for path in spared for place in _places(part, path, name)}
            for path in type.redact if part is not tags else ():
                found += self._declared(part, _steps(path), name, kept)
            if part and _may_hold_secrets(part):
                found += self._shaped(part, name, kept)
        return found

    def marker(self, value: Any) -> str:
        """Return what stands for a value: the same for the same value and key."""
        if self.key is None:
            return MARKER
        text = value.encode(errors="replace") if isinstance(value, str) else content_of(value)
        return f"{MARKER}:{hmac.digest(self.key, text, hashlib.sha256).hex()[:FINGERPRINT]}"

    def _declared(
        self, part: Any, steps: tuple[str, ...], name: str, kept: set[str]
    ) -> Iterator[str]:
        for owner, key, place in _walk(part, steps, name):
            if place not in kept and not _is_harmless(owner[key]):
                owner[key] = self.marker(owner[key])
                yield place

    def _shaped(self, value: Any, place: str, kept: set[str]) -> Iterator[str]:
        """Replace the parts of texts that look like secrets, however deep they are."""
        for key, inner, where in _children(value, place):
            if isinstance(inner, dict | list):
                yield from self._shaped(inner, where, kept)
            elif isinstance(inner, str) and where not in kept:
                shown = _SHAPES.sub(self._part, inner)
                if shown != inner:
                    value[key] = shown
                    yield where

    def _part(self, match: re.Match[str]) -> str:
        """Replace a whole match, or the secret within it; an ARN stays."""
        if match["arn"]:
            return match[0]
        secret = match["address"] or match["setting"]
        if secret is None:
            return self.marker(match[0])
        if secret.startswith(_REFERENCES):
            return match[0]
        return match[0].replace(secret, self.marker(secret))


def _may_hold_secrets(part: Mapping[str, Any]) -> bool:
    text = content_of(part).lower()
    return any(hint in text for hint in _HINTS) or (b"://" in text and b"@" in text)


def _is_harmless(value: Any) -> bool:
    """Say whether there is nothing to hide: no value, or one that only tells where it is."""
    if isinstance(value, str):
        return not value or value.startswith(_REFERENCES)
    return value is None or value in ({}, [])


def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.replace("[]", ".[]").split("."))


def _places(part: Any, path: str, name: str) -> Iterator[str]:
    if path.startswith(f"{name}."):
        steps = _steps(path.removeprefix(f"{name}."))
        yield from (place for _, _, place in _walk(part, steps, name))


def _walk(value: Any, steps: tuple[str, ...], place: str) -> Iterator[tuple[Any, Any, str]]:
    """Find what a path leads to: its owner, its key in it, and the record's path."""
    for key, inner, where in list(_children(value, place)):
        if steps[0] in ("*" if isinstance(value, dict) else "[]", key):
            if len(steps) > 1:
                yield from _walk(inner, steps[1:], where)
            else:
                yield value, key, where


def _children(value: Any, place: str) -> Iterator[tuple[Any, Any, str]]:
    if isinstance(value, dict):
        yield from ((key, inner, f"{place}.{key}") for key, inner in value.items())
    elif isinstance(value, list):
        yield from ((index, inner, f"{place}[{index}]") for index, inner in enumerate(value))
