"""Custodian's value types: how what was found and what was given become comparable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from scanner.policies.dates import moment_of
from scanner.policies.networks import Network, in_order, network_of
from scanner.policies.versions import version_of

if TYPE_CHECKING:
    from collections.abc import Mapping

Conversion: TypeAlias = Callable[[Any, Any, datetime], tuple[Any, Any]]
"""Takes what the policy gives, what was found and the clock; returns both, comparable."""


def _normalize(given: Any, found: Any, _: datetime) -> tuple[Any, Any]:
    return given, found.strip().lower() if isinstance(found, str) else found


def _integer(given: Any, found: Any, _: datetime) -> tuple[Any, Any]:
    try:
        return given, int(str(found).strip())
    except ValueError:
        return given, 0


def _float(given: Any, found: Any, _: datetime) -> tuple[Any, Any]:
    try:
        return given, float(str(found).strip())
    except ValueError:
        return given, 0.0


def _size(given: Any, found: Any, _: datetime) -> tuple[Any, Any]:
    try:
        return given, len(found)
    except TypeError:
        return given, 0


def _unique_size(given: Any, found: Any, _: datetime) -> tuple[Any, Any]:
    try:
        return given, len(set(found))
    except TypeError:
        return given, 0


def _swap(given: Any, found: Any, _: datetime) -> tuple[Any, Any]:
    return found, given


def _date(given: Any, found: Any, now: datetime) -> tuple[Any, Any]:
    return moment_of(given, now), moment_of(found, now)


def _age(given: Any, found: Any, now: datetime) -> tuple[Any, Any]:
    """Compare days since a moment; the sides change place, for what is older is earlier."""
    limit = given if isinstance(given, datetime) else now - timedelta(given)
    return moment_of(found, now) or 0, limit


def _expiration(given: Any, found: Any, now: datetime) -> tuple[Any, Any]:
    limit = given if isinstance(given, datetime) else now + timedelta(given)
    return limit, moment_of(found, now) or 0


def _cidr(given: Any, found: Any, _: datetime) -> tuple[Any, Any]:
    return in_order(network_of(given), network_of(found))


def _cidr_size(given: Any, found: Any, _: datetime) -> tuple[Any, Any]:
    network = network_of(found)
    return given, network.size if isinstance(network, Network) else 0


def _version(given: Any, found: Any, _: datetime) -> tuple[Any, Any]:
    return version_of(given), version_of(found)


CONVERSIONS: Mapping[str, Conversion] = MappingProxyType(
    {
        "age": _age,
        "cidr": _cidr,
        "cidr_size": _cidr_size,
        "date": _date,
        "expiration": _expiration,
        "float": _float,
        "integer": _integer,
        "normalize": _normalize,
        "size": _size,
        "swap": _swap,
        "unique_size": _unique_size,
        "version": _version,
    }
)
"""By value type; `expr` and `resource_count` need more than two values: the filter's own."""

DAYS = ("age", "expiration")
"""Value types whose value is a number of days, or a moment."""
