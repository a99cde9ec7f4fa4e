"""Find which regions an account has enabled, centrally where AWS allows; scans nothing there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import anyio

from scanner.aws.directory import FAILURES
from scanner.aws.faults import Kind, classify
from scanner.model.errors import Denied, ScannerError, SettingsError, Unsupported
from scanner.model.target import Account, Regions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Port = Callable[[Account], Awaitable[list[tuple[str, str]]]]
"""Asks AWS for every region that an account could have: (name, opt-in status)."""

CENTRAL = "account:ListRegions"
INSIDE = "ec2:DescribeRegions"

ALWAYS_ENABLED = frozenset((
    "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1",
    "ap-southeast-2", "ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2",
    "eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
))  # fmt: skip
"""The regions of partition `aws` from before 2019-03-20, which no account can switch off."""

_ENABLED = ("ENABLED", "ENABLED_BY_DEFAULT")
_EC2_STATUS = {
    "opt-in-not-required": "ENABLED_BY_DEFAULT",
    "opted-in": "ENABLED",
    "not-opted-in": "DISABLED",
}
_REFUSALS = (Kind.DENIED, Kind.DENIED_SCP, Kind.UNSUPPORTED, Kind.INVALID)
_PAGE_SIZE = 50
"""The most that account:ListRegions gives: one page, for it allows five requests a second."""


async def list_regions(
    client: Any, account: Account, *, caller_account: str
) -> list[tuple[str, str]]:
    """Ask the Account Management API for a member's regions, or for the caller's own."""
    whose = {} if account.id == caller_account else {"AccountId": account.id}
    paging = {"PageSize": _PAGE_SIZE}
    pages = client.get_paginator("list_regions").paginate(**whose, PaginationConfig=paging)
    return [
        (each["RegionName"], each["RegionOptStatus"])
        async for page in pages
        for each in page["Regions"]
    ]


async def describe_regions(client: Any) -> list[tuple[str, str]]:
    """Ask EC2 for the regions of the account whose identity the client has."""
    answer = await client.describe_regions(AllRegions=True)
    regions = [(each["RegionName"], each["OptInStatus"]) for each in answer["Regions"]]
    return [(name, _EC2_STATUS.get(status, status)) for name, status in regions]


class RegionFinder:
    """The regions of a run's accounts; answers are kept, and asked for once.

    `central` asks with the run's own identity. One account tries it for all: unless it
    answers, and as soon as it refuses, only `inside` is asked, with the account's identity.
    """

    def __init__(self, central: Port, inside: Port) -> None:
        self._central = central
        self._inside = inside
        self._proven = False
        self._refusal: _Answer | None = None
        self._trying = anyio.Lock()
        self._asking: dict[str, anyio.Lock] = {}
        self._answers: dict[str, _Answer] = {}

    async def find(self, account: Account, wanted: Sequence[str]) -> Regions:
        """Choose an account's regions by name and glob (`all`, `eu-*`).

        Raises SettingsError for a name or glob that fits no region AWS has.
        """
        scope = _Scope(_patterns(wanted), _patterns(account.regions))
        if not scope.wanted:
            raise SettingsError("--regions names no region")
        if account.partition == "aws" and scope.always_enabled:
            return Regions(scope.named, source="always enabled")
        answer = await self._answer(account)
        if answer.error is not None:
            return Regions(scope.named, source=answer.source, error=answer.error)
        return scope.chosen(answer)

    async def _answer(self, account: Account) -> _Answer:
        async with self._asking.setdefault(account.id, anyio.Lock()):
            answer = self._answers.get(account.id) or await self._ask(account)
            if answer.error is None:
                self._answers[account.id] = answer
            return answer

    async def _ask(self, account: Account) -> _Answer:
        central = await self._ask_centrally(account)
        if central.error is None:
            return central
        inside = await _asked(INSIDE, self._inside, account)
        return replace(inside, error=inside.error and f"{central.error}; {inside.error}")

    async def _ask_centrally(self, account: Account) -> _Answer:
        if self._untried:
            async with self._trying:
                if self._untried:
                    return await self._try(account)
        return self._refusal or await self._try(account)

    @property
    def _untried(self) -> bool:
        return not self._proven and self._refusal is None

    async def _try(self, account: Account) -> _Answer:
        answer = await _asked(CENTRAL, self._central, account)
        if answer.error is None:
            self._proven = True
        elif answer.refused or not self._proven:
            self._refusal = answer
        return answer


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a port said of an account: the status of each region, or what went wrong."""

    source: str
    statuses: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None
    refused: bool = False


async def _asked(source: str, port: Port, account: Account) -> _Answer:
    try:
        statuses = dict(await port(account))
    except FAILURES as exc:
        return _Answer(source, error=f"{source}: {_told(exc)}", refused=_refuses(exc))
    return _Answer(source, statuses, None if statuses else f"{source}: no region in the answer")


def _told(exc: BaseException) -> str:
    if isinstance(exc, ScannerError):
        return str(exc)
    verdict = classify(exc)
    return f"{verdict.code}: {verdict.message}"


def _refuses(exc: BaseException) -> bool:
    if isinstance(exc, ScannerError):
        return isinstance(exc, Denied | Unsupported)
    return classify(exc).kind in _REFUSALS


@dataclass(frozen=True, slots=True)
class _Scope:
    """The regions meant: what the user wants, within the account's own bounds if it has any."""

    wanted: tuple[str, ...]
    bounds: tuple[str, ...]

    @property
    def named(self) -> tuple[str, ...]:
        """The regions that are meant by their very names."""
        return tuple(sorted(filter(self.admits, set(self._names))))

    @property
    def always_enabled(self) -> bool:
        """Say whether all that is meant is known, and enabled, without asking."""
        closed = any(names and all(map(_is_name, names)) for names in (self.wanted, self.bounds))
        return closed and bool(self.named) and ALWAYS_ENABLED.issuperset(self._names)

    def admits(self, region: str) -> bool:
        """Say whether a region is meant."""
        return _matches(self.wanted, region) and (not self.bounds or _matches(self.bounds, region))

    def chosen(self, answer: _Answer) -> Regions:
        """Divide what is meant into enabled and disabled regions."""
        for pattern in (*self.wanted, *self.bounds):
            if not any(fnmatchcase(region, pattern) for region in answer.statuses):
                raise SettingsError(_unknown(pattern, answer.statuses))
        on = sorted(name for name, status in answer.statuses.items() if status in _ENABLED)
        enabled = tuple(filter(self.admits, on))
        disabled = tuple(name for name in self.named if name not in enabled)
        return Regions(enabled, disabled, answer.source)

    @property
    def _names(self) -> list[str]:
        return [each for each in (*self.wanted, *self.bounds) if _is_name(each)]


def chosen_names(wanted: Iterable[str], known: Sequence[str]) -> tuple[str, ...]:
    """Return the regions that are meant, of those known; raises SettingsError for strangers."""
    patterns = _patterns(wanted)
    for pattern in patterns:
        if not any(fnmatchcase(region, pattern) for region in known):
            raise SettingsError(_unknown(pattern, known))
    return tuple(region for region in known if _matches(patterns, region))


def _patterns(names: Iterable[str]) -> tuple[str, ...]:
    cleaned = (name.strip().lower() for name in names)
    return tuple("*" if name == "all" else name for name in cleaned if name)


def _is_name(pattern: str) -> bool:
    return not set(pattern) & set("*?[")


def _matches(patterns: Iterable[str], region: str) -> bool:
    return any(fnmatchcase(region, pattern) for pattern in patterns)


def _unknown(pattern: str, known: Iterable[str]) -> str:
    near = get_close_matches(pattern, known, n=1)
    return f"AWS knows no region {pattern!r}" + (f": did you mean {near[0]!r}?" if near else "")
