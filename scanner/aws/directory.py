"""Read what AWS Organizations knows: accounts, units, tags; decides nothing about them."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import aiohttp
import anyio
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from scanner.aws.faults import classify
from scanner.model.errors import AccountError, CallError, DiscoveryError, SettingsError
from scanner.model.target import Account

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping

T = TypeVar("T")

IN_FLIGHT = 4
"""Requests at a time: Organizations throttles early."""

FAILURES = (
    AccountError,
    BotoCoreError,
    CallError,
    ClientError,
    OSError,
    ResponseParserError,
    aiohttp.ClientError,
)
"""What a request may raise; anything else is a mistake in this program."""

_UNIT_ID = re.compile(r"r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}")
_UNKNOWN_UNIT = (
    "ChildNotFoundException",
    "InvalidInputException",
    "OrganizationalUnitNotFoundException",
    "ParentNotFoundException",
    "RootNotFoundException",
)


def is_unit_id(text: str) -> bool:
    """Say whether `text` is the id of a root or an organizational unit."""
    return _UNIT_ID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Member:
    """An account of the organization and its state."""

    account: Account
    state: str


class Directory:
    """What Organizations answers; each method reads all pages."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def members(self) -> dict[str, Member]:
        """List the accounts of the organization by id."""
        entries = await self._all("list_accounts", "Accounts")
        return {each["Id"]: Member(_account(each), _state(each)) for each in entries}

    async def management(self) -> str:
        """Return the id of the management account."""
        organization = (await self._client.describe_organization())["Organization"]
        if "MasterAccountId" not in organization:
            raise DiscoveryError("Organizations does not tell which account is the management one")
        return str(organization["MasterAccountId"])

    async def tags(self, id: str) -> dict[str, str] | None:
        """Return the tags of an account or a unit, None for one that is not in the organization."""
        try:
            tags = await self._all("list_tags_for_resource", "Tags", ResourceId=id)
        except ClientError as exc:
            if classify(exc).code == "TargetNotFoundException":
                return None
            raise
        return {each["Key"]: each["Value"] for each in tags}

    async def roots(self) -> list[str]:
        """Return the ids of the roots; there is one today."""
        return [each["Id"] for each in await self._all("list_roots", "Roots")]

    async def unit_name(self, id: str) -> str:
        """Return the name of an organizational unit."""
        unit = await self._client.describe_organizational_unit(OrganizationalUnitId=id)
        return str(unit["OrganizationalUnit"]["Name"])

    async def walk(self, ous: Iterable[str]) -> dict[str, str]:
        """Return the accounts below units, at any depth, with their paths."""
        found: dict[str, str] = {}
        level = await concurrently(self._path, ous)
        while level:
            below: dict[str, str] = {}
            for ou, (accounts, units) in (await concurrently(self._children, level)).items():
                found |= dict.fromkeys(accounts, level[ou])
                below |= {unit: f"{level[ou]}/{unit}" for unit in units}
            level = below
        return found

    async def _path(self, ou: str) -> str:
        path = [ou]
        with _known(ou):
            while path[0].startswith("ou-"):
                parents = await self._all("list_parents", "Parents", ChildId=path[0])
                if not parents:
                    raise DiscoveryError(f"Organizations names no parent of {path[0]}")
                path = [parents[0]["Id"], *path]
        return "/".join(path)

    async def _children(self, ou: str) -> tuple[list[str], list[str]]:
        with _known(ou):
            accounts = await self._all("list_accounts_for_parent", "Accounts", ParentId=ou)
            units = await self._all(
                "list_organizational_units_for_parent", "OrganizationalUnits", ParentId=ou
            )
        return [each["Id"] for each in accounts], [each["Id"] for each in units]

    async def _all(self, operation: str, member: str, **params: str) -> list[dict[str, Any]]:
        pages = self._client.get_paginator(operation).paginate(**params)
        return [each async for page in pages for each in page.get(member, ())]


@contextmanager
def _known(ou: str) -> Iterator[None]:
    try:
        yield
    except ClientError as exc:
        if classify(exc).code in _UNKNOWN_UNIT:
            raise SettingsError(f"--ou {ou}: the organization has no such unit") from exc
        raise


def _account(entry: Mapping[str, Any]) -> Account:
    path = next(iter(entry.get("Paths") or ()), "")  # newer than the botocore that is pinned
    units = [step for step in path.split("/") if is_unit_id(step)]
    return Account(
        entry["Id"],
        name=entry.get("Name"),
        partition=entry["Arn"].split(":")[1],
        ou="/".join(units) or None,
    )


def _state(entry: Mapping[str, Any]) -> str:
    """Read `State`; AWS retires `Status`, which older partitions may still have alone."""
    state = entry.get("State") or entry.get("Status")
    if not state:
        raise DiscoveryError(
            f"Organizations tells neither State nor Status of account {entry['Id']}: "
            "which accounts are active can't be known; update scanner, or give --accounts"
        )
    return str(state)


async def concurrently(ask: Callable[[str], Awaitable[T]], keys: Iterable[str]) -> dict[str, T]:
    """Ask for each key, a few at a time; the first failure is raised as itself."""
    answers: dict[str, T] = {}
    waiting = iter(dict.fromkeys(keys))

    async def work() -> None:
        for key in waiting:
            answers[key] = await ask(key)

    try:
        async with anyio.create_task_group() as tasks:
            for _ in range(IN_FLIGHT):
                tasks.start_soon(work)
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return answers
