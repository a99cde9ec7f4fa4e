"""Custodian's comparison operators, by name; what can't be compared does not match."""

from __future__ import annotations

import operator
import re
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Operator: TypeAlias = "Callable[[Any, Any], bool]"
"""Compares what was found in the resource with what the policy gives."""

PATTERNS = ("regex", "regex-case")
"""Operators whose value is a regular expression, matched from the start."""


def _glob(found: Any, pattern: str) -> bool:
    return isinstance(found, str) and fnmatchcase(found, pattern)


def _regex(found: Any, pattern: str) -> bool:
    return isinstance(found, str) and re.match(pattern, found, re.IGNORECASE) is not None


def _regex_case(found: Any, pattern: str) -> bool:
    return isinstance(found, str) and re.match(pattern, found) is not None


def _in(found: Any, given: Any) -> bool:
    return found in given


def _not_in(found: Any, given: Any) -> bool:
    return found not in given


def _contains(found: Any, given: Any) -> bool:
    return given in found


def _difference(found: Any, given: Any) -> bool:
    return bool(set(found).difference(given))


def _intersect(found: Any, given: Any) -> bool:
    return bool(set(found).intersection(given))


def _mod(found: Any, given: Any) -> bool:
    return bool(found % given)


OPERATORS: Mapping[str, Operator] = MappingProxyType(
    {
        "eq": operator.eq,
        "equal": operator.eq,
        "ne": operator.ne,
        "not-equal": operator.ne,
        "gt": operator.gt,
        "greater-than": operator.gt,
        "ge": operator.ge,
        "gte": operator.ge,
        "le": operator.le,
        "lte": operator.le,
        "lt": operator.lt,
        "less-than": operator.lt,
        "glob": _glob,
        "regex": _regex,
        "regex-case": _regex_case,
        "in": _in,
        "ni": _not_in,
        "not-in": _not_in,
        "contains": _contains,
        "difference": _difference,
        "intersect": _intersect,
        "mod": _mod,
    }
)


def holds(compare: Operator, found: Any, given: Any) -> bool:
    """Compare; what has no such comparison (a text with a number, a rest by 0) does not match."""
    try:
        return bool(compare(found, given))
    except (TypeError, ZeroDivisionError):
        return False
