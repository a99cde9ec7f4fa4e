"""Judge a resource's policy: which of its statements let strangers in; it knows no resource.

What counts as a stranger, and which conditions keep strangers out, is Custodian's
`cross-account` (c7n 0.9.53): operators and keys that it does not know keep nobody out.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_OPERATORS = frozenset({
    "StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike", "IpAddress",
    "NotIpAddress",
})  # fmt: skip
_SETS = ("ForAllValues", "ForAnyValue")
_ORGANIZATION = ("aws:principalorgid", "aws:resourceorgid", "aws:principalorgpaths")
_WHO = (
    "aws:principalarn", "aws:principalaccount", "aws:sourceaccount", "aws:sourcearn",
    "s3:dataaccesspointaccount",
)  # fmt: skip
_CLOUDFRONT = "arn:aws:iam::cloudfront:user"


@dataclass(frozen=True, slots=True)
class Trusted:
    """Who is no stranger, and what of a policy is looked at."""

    accounts: frozenset[str]
    vpces: frozenset[str] = frozenset()
    vpcs: frozenset[str] = frozenset()
    organizations: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    patterns: tuple[str, ...] = ()
    conditions: frozenset[str] = frozenset()
    actions: tuple[str, ...] = ()
    everyone_only: bool = False


class _Condition(NamedTuple):
    key: str
    values: list[str]


def lets_strangers_in(statement: Mapping[str, Any], trusted: Trusted) -> bool:
    """Say whether a statement allows somebody who is not trusted."""
    return (
        statement.get("Effect") == "Allow"
        and _names_strangers(statement, trusted)
        and _is_about(statement, trusted.actions)
        and not _is_guarded(statement, trusted)
    )


def account_of(arn: str) -> str:
    """Return the account of an ARN; what is no ARN is taken for an account."""
    return arn if arn.count(":") < 4 else arn.split(":", 5)[4]  # noqa: PLR2004 — an ARN's fifth part


def _names_strangers(statement: Mapping[str, Any], trusted: Trusted) -> bool:
    principals = statement.get("Principal")
    if "NotPrincipal" in statement or not principals:
        return True
    by_kind = principals if isinstance(principals, dict) else {"AWS": principals}
    named = [one for kind, ids in by_kind.items() if kind != "Service" for one in _listed(ids)]
    return any(_is_strange(one, trusted) for one in named)


def _is_strange(principal: str, trusted: Trusted) -> bool:
    if principal == "*":
        return True
    if trusted.everyone_only or principal.startswith(_CLOUDFRONT):
        return False
    if any(fnmatchcase(principal, pattern) for pattern in trusted.patterns):
        return False
    return account_of(principal) not in trusted.accounts


def _is_about(statement: Mapping[str, Any], actions: Sequence[str]) -> bool:
    named = _listed(statement.get("Action", []))
    return not actions or any(fnmatchcase(each, name) for name in named for each in actions)


def _is_guarded(statement: Mapping[str, Any], trusted: Trusted) -> bool:
    """Say whether the conditions keep strangers out."""
    answers = [(each, _keeps_out(each, trusted)) for each in _conditions(statement)]
    if not answers or any(answer is None for _, answer in answers):
        return False
    left = [each for each, answer in answers if not answer]
    at_home = any(answer and each.key in _ORGANIZATION for each, answer in answers)
    return not left or (at_home and all(_is_anyone_at_home(each, trusted) for each in left))


def _is_anyone_at_home(condition: _Condition, trusted: Trusted) -> bool:
    return condition.key in _WHO and all(
        "*" in value or account_of(value) in trusted.accounts for value in condition.values
    )


def _conditions(statement: Mapping[str, Any]) -> Iterator[_Condition]:
    for operator, members in (statement.get("Condition") or {}).items():
        if operator in _OPERATORS or operator.startswith(_SETS):
            for key, values in members.items():
                yield _Condition(key.lower(), [str(value) for value in _listed(values)])


def _keeps_out(condition: _Condition, trusted: Trusted) -> bool | None:
    """Say whether a condition keeps strangers out; None where nobody can tell."""
    if condition.key in trusted.conditions:
        return True
    judge = _JUDGES.get(condition.key)
    return judge(condition.values, trusted) if judge else None


def _of_accounts(values: list[str], trusted: Trusted) -> bool:
    return {account_of(value) for value in values} <= trusted.accounts


def _of_organization(values: list[str], trusted: Trusted) -> bool:
    return bool(trusted.organizations) and set(values) <= trusted.organizations


def _of_resource_organization(values: list[str], trusted: Trusted) -> bool:
    return set(values) <= trusted.organizations


def _of_paths(values: list[str], trusted: Trusted) -> bool:
    if not (trusted.organizations or trusted.units):
        return False
    return all(_is_path_trusted(value.split("/"), trusted) for value in values)


def _is_path_trusted(path: list[str], trusted: Trusted) -> bool:
    if path[0] in trusted.organizations:
        return True
    units = (unit.strip("/").split("/") for unit in trusted.units)
    return any(unit[0] == path[0] and unit[-1] in path[1:] for unit in units)


def _of_endpoints(values: list[str], trusted: Trusted) -> bool:
    return not trusted.vpces or set(values) <= trusted.vpces


def _of_networks(values: list[str], trusted: Trusted) -> bool:
    return not trusted.vpcs or set(values) <= trusted.vpcs


_JUDGES: Mapping[str, Callable[[list[str], Trusted], bool]] = MappingProxyType({
    "aws:sourceowner": _of_accounts,
    "aws:sourceaccount": _of_accounts,
    "aws:sourcearn": _of_accounts,
    "aws:principalarn": _of_accounts,
    "aws:principalaccount": _of_accounts,
    "s3:dataaccesspointaccount": _of_accounts,
    "aws:sourceip": lambda _values, _trusted: True,
    "aws:sourcevpce": _of_endpoints,
    "aws:sourcevpc": _of_networks,
    "aws:principalorgid": _of_organization,
    "aws:resourceorgid": _of_resource_organization,
    "aws:principalorgpaths": _of_paths,
})  # fmt: skip


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
