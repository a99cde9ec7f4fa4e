"""Find by its shape what is a secret within a text, and what only refers to one; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scanner.model.record import REDACTED

if TYPE_CHECKING:
    from collections.abc import Callable

MARKER = REDACTED
"""Stands where a secret stood; with a key, `:` and a fingerprint of the secret follow."""

FINGERPRINT = 12
"""Hexadecimal digits: enough to see a change, nothing to find the secret by."""

LONG = 22
"""Characters from which a text can be a token; all other secrets are told by a `:` or `=`."""

_ARN = r"arn:aws[\w-]*:[^\s\"'\\,;&|<>()]*"
_REFERENCE = re.compile(
    rf"{_ARN}|\{{\{{resolve:[^{{}}]*\}}\}}|\$\{{[^{{}}]*\}}|\*+"
    rf"|{MARKER}(?::[0-9a-f]{{{FINGERPRINT}}})?"
)
_PLAIN = frozenset({
    "true", "false", "yes", "no", "none", "null", "default", "string", "enabled", "disabled",
    "required", "optional", "seconds", "minutes", "hours", "days",
})  # fmt: skip
_SHAPES = re.compile(
    rf"(?P<name>{_ARN}) |"  # first: an ARN stays, whatever is in it
    r"""-----BEGIN\ [A-Z0-9 ]*PRIVATE\ KEY(?:\ BLOCK)?-----.*?
        (?:-----END\ [A-Z0-9 ]*PRIVATE\ KEY(?:\ BLOCK)?-----|\Z)
    | \beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]+                          # a JSON web token
    | (?:\b|(?<=_))(?:gh[pousr]_[A-Za-z0-9]{36,} | github_pat_\w{22,} | glpat-[\w-]{20,}
         | xox[abeprs]-[\w-]{19,} | xapp-[\w-]{20,} | [srw]k_live_\w{16,} | whsec_\w{16,}
         | SG\.[\w-]{16,}\.[\w-]{16,} | npm_[A-Za-z0-9]{36} | AIza[\w-]{35} | hvs\.[\w-]{20,}
         | sk-(?:ant|proj)-[\w-]{20,} | pypi-AgEI[\w-]{16,} | shp(?:at|ca|pa|ss)_[0-9a-f]{32}
         | dop_v1_[0-9a-f]{64})
    | \bhooks\.slack\.com/(?:services|workflows)/(?P<hook>[\w/]{20,})
    | \b(?:AKIA|ASIA)[A-Z0-9]{16}\b.{1,80}?                           # an access key's id, its key
      (?<![A-Z0-9/+])(?P<paired>[A-Z0-9/+]{40})(?![A-Z0-9/+=])
    | [?&](?:x-amz-(?:signature|security-token) | sig | signature | (?:access_?)?token)
      =(?P<query>[^&\s"'\\]{8,})
    | \b[a-z][a-z0-9+.-]{,30}://[^/\s:@"'\\]*:(?P<address>[^/\s"'\\]+)@   # user:password@host
    | (?:passw(?:or)?d|pwd|passphrase|accountkey|sharedaccesskey|secret_?access_?key|client_?secret
        |api_?key|auth_?token)
      (?: =(?P<given>[^\s;,&"'\\{}$<>]+)
        | ["'\s\\]*[=:]["'\s\\]*(?P<setting>[^\s;,&"'\\{}$<>]{6,}) )
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_TOKEN_HINTS = (
    "eyj", "sg.", "xox", "shp", "akia", "asia", "aiza", "hvs.", "sk-", "glpat-", "xapp-", "pypi-a",
    "hooks.slack", "-----begin",
)  # fmt: skip
_UNDERSCORED = ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "k_live_", "whsec_", "npm_",
                "dop_v1_")  # fmt: skip
_NAMED_HINTS = ("token", "secret", "pass", "pwd", "accountkey", "accesskey", "access_key", "apikey",
                "api_key", "sig=", "signature=")  # fmt: skip
"""What a text that looks like a secret has in it, in lower case."""

_INNOCENT = re.compile(rf"{_ARN}|\d{{4}}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)")


def is_innocent(text: str) -> bool:
    """Say whether a text is an ARN or a time, as most with a colon are: no secret is in it."""
    return _INNOCENT.fullmatch(text) is not None


def may_hold_tokens(text: str) -> bool:
    """Say whether a text may hold what is known by its own shape, whatever stands before it."""
    text = text.lower()
    for hint in _TOKEN_HINTS:  # plain loops: this runs for every record
        if hint in text:
            return True
    if "_" in text:
        for hint in _UNDERSCORED:
            if hint in text:
                return True
    return False


def may_hold_secrets(text: str) -> bool:
    """Say whether a closer look at a text is worth its time."""
    if may_hold_tokens(text):
        return True
    text = text.lower()
    return any(hint in text for hint in _NAMED_HINTS) or ("://" in text and "@" in text)


def without_secrets(text: str, mark: Callable[[str], str]) -> str:
    """Replace every part of a text that looks like a secret by its mark."""

    def replace(match: re.Match[str]) -> str:
        group = match.lastgroup or 0
        secret = match[group]
        if is_reference(secret) or is_plain(secret):
            return match[0]
        start, end = (each - match.start() for each in match.span(group))
        return f"{match[0][:start]}{mark(secret)}{match[0][end:]}"

    return _SHAPES.sub(replace, text)


def is_reference(text: str) -> bool:
    """Say whether a text only tells where a secret is, or is the mark of one."""
    return _REFERENCE.fullmatch(text) is not None


def is_plain(text: str) -> bool:
    """Say whether a text is a word of a configuration, such as no secret is."""
    return text.lower() in _PLAIN
