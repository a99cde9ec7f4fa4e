"""Tell from a member's name alone what its value may be; it looks at no value."""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import lru_cache

KNOWN_NAMES = 8192
KNOWN_STRUCTURES = 2048
"""Decisions kept: those of a scan's types, mostly; maps have keys without end."""

_SECRET = re.compile(
    r"pass(?:word|wd|phrase|code)|[a-z_]pwd$|(?:^|[_-])pass$|user_?data|web_?hook(?:[_-]url)?$"
    r"|secrets?$|secret[_-]?(?:value|string|binary|token|to_?auth)|(?:secret|access)[_-]?access_?key"
    r"|token(?:[_-]?value)?$|(?:access|auth|bearer|refresh|api|session|secret)[_-]?tokens$"
    r"|private[_-]?keys?(?:[_-]?list)?$|api[_-]?keys?$|credentials?$|connection[_-]?string$"
    r"|(?:auth|secret|pre_?shared|shared(?:_?access)?|account|signing|hmac|storage)[_-]?key$"
    r"|basic[_-]?auth$|(?:^|[_-])authorization$|(?:activation|authorization)[_-]?code$"
    r"|authentication_?material$",
    re.IGNORECASE,
)
_SECRET_PARTS = (
    "password", "passwd", "passphrase", "passcode", "userdata", "user_data", "secret", "accesskey",
    "access_key",
)  # fmt: skip
_SECRET_ENDS = (
    "auth", "authorization", "code", "credential", "credentials", "hook", "hookurl", "hook_url",
    "hook-url", "key", "keys", "list", "material", "pass", "pwd", "secrets", "string", "token",
    "tokens", "value",
)  # fmt: skip
"""What a name that `_SECRET` finds has in it or at its end: plain searches are far quicker."""
_HARMLESS = re.compile(
    r"""(?: [a-z0-9](?:(?:Arn|Id|Name|Url|Uri)s?|Status|Types?|Mode|Version|State|Policy|Location
                     |Source|Provider|Enabled|Required|Set|Shared|Length|Duration|Validity|Time|Date
                     |At|Days|Age|Expiration|Format|Algorithm|Endpoint|Params?|Parameters?|Xpath
                     |Link|Reset|Used|Changed|Updated|Rotated|Rotation|ARN)
          | [_-](?i:arns?|ids?|names?|status|type|mode|version|state|policy|location|enabled|length
                  |time|date|age|expiration|used|changed|updated|rotated|rotation|set|required)
          | (?i:next|previous|client|request|creation|idempotency|continuation|page|pagination
              |update|lock|change|version|sequence|backward|forward|block|offer|result|conditional|share
              |purchase|anomaly|chunk|unit|import|export|message|configuration|verification)
            [_-]?(?i:token)
        )$""",
    re.VERBOSE,
)
_VARIABLES = re.compile(
    r"\w*environment_?variables|env_?vars|(?:stage_?)?variables|default_?arguments", re.IGNORECASE
)
_ENVIRONMENT = re.compile(r"env|\w*environment", re.IGNORECASE)
_VALUE = re.compile(r"(?:parameter|output|attribute|option|tag)?value", re.IGNORECASE)
_ENDS = ("value", "environment", "variables", "env", "vars", "arguments")
"""How a name that one of these three finds ends, in lower case."""
_NAMES = frozenset({
    "name", "key", "parametername", "parameterkey", "outputkey", "attributename", "optionname",
    "tagkey",
})  # fmt: skip
"""The members, in lower case, that name what stands beside them as a value."""


class Meaning(Enum):
    """What a name says of its value."""

    SECRET = auto()
    VARIABLES = auto()
    """All its values may be secrets."""
    ENVIRONMENT = auto()
    """Variables, or a structure that is called so."""
    VALUE = auto()
    """What the member beside it names."""


@lru_cache(maxsize=KNOWN_NAMES)
def meaning_of(name: str) -> Meaning | None:
    """Return what a name says of its value; None if nothing."""
    lower = name.lower().rstrip() if name.isascii() else ""  # case is less simple elsewhere
    if _may_be_secret(lower) and _SECRET.search(name) and not _HARMLESS.search(name):
        return Meaning.SECRET
    if lower and not lower.endswith(_ENDS):
        return None
    if _VARIABLES.fullmatch(name):
        return Meaning.VARIABLES
    if _ENVIRONMENT.fullmatch(name):
        return Meaning.ENVIRONMENT
    return Meaning.VALUE if _VALUE.fullmatch(name) else None


def _may_be_secret(lower: str) -> bool:
    return not lower or lower.endswith(_SECRET_ENDS) or any(part in lower for part in _SECRET_PARTS)


@lru_cache(maxsize=KNOWN_STRUCTURES)
def meanings_of(names: tuple[str, ...]) -> tuple[tuple[str, Meaning], ...]:
    """Return those of a structure's names that say something; most structures have none."""
    found = ((name, meaning_of(name)) for name in names)
    return tuple((name, meaning) for name, meaning in found if meaning is not None)


def names_secret(pair: dict[str, object]) -> bool:
    """Say whether the name in a pair of name and value is a secret's."""
    naming = _naming(tuple(pair))
    name = pair[naming] if naming else None
    return isinstance(name, str) and meaning_of(name) is Meaning.SECRET


@lru_cache(maxsize=KNOWN_STRUCTURES)
def _naming(names: tuple[str, ...]) -> str | None:
    return next((name for name in names if name.lower() in _NAMES), None)
