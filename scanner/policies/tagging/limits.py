"""Know what AWS takes as a tag, and which tags are not ours to touch; it judges no policy.

The numbers and characters are those that all services take
(https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html).
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from scanner.model.record import REDACTED

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_TAGS = 50
"""Tags of a resource; those that begin with `aws:` do not count."""

LONGEST_KEY, LONGEST_VALUE = 128, 256

RESERVED = ("aws:", "awscontroltower", "aws-control-tower", "aws-controltower", "elasticbeanstalk:")
"""How keys begin, in any case, that AWS or Control Tower writes."""

_MARKS = frozenset("_.:/=+-@")
_CLASSES = frozenset("LNZ")
"""Unicode's letters, numbers and separators."""


def is_reserved(key: str) -> bool:
    """Say whether a tag is AWS's or Control Tower's own."""
    return key.lower().startswith(RESERVED)


def is_hidden(value: str) -> bool:
    """Say whether a value was redacted: nobody can judge or move it."""
    return value.startswith(REDACTED)


def refusal_of(key: str, value: str) -> str | None:
    """Say why AWS would refuse a tag, or None."""
    if is_reserved(key):
        return f"the key {key} is reserved"
    if not 1 <= len(key) <= LONGEST_KEY:
        return f"a key has 1 to {LONGEST_KEY} characters"
    if len(value) > LONGEST_VALUE:
        return f"a value has at most {LONGEST_VALUE} characters"
    for text, what in ((key, "key"), (value, "value")):
        if strange := next((each for each in text if not _is_taken(each)), None):
            return f"AWS takes no {strange!r} in a {what}"
    return None


def has_room(keys: Iterable[str]) -> bool:
    """Say whether one more tag fits beside these."""
    return sum(not key.lower().startswith("aws:") for key in keys) < MOST_TAGS


def _is_taken(character: str) -> bool:
    return character in _MARKS or unicodedata.category(character)[0] in _CLASSES
