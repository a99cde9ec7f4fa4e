"""Find the accounts and regions that a run is about; it scans nothing."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from scanner.aws.organization import Selection, find_accounts
from scanner.aws.regions import ALWAYS_ENABLED, RegionFinder, describe_regions, list_regions
from scanner.aws.roster import read_accounts
from scanner.aws.visit import Meter, visiting
from scanner.engine.spread import spread
from scanner.model.errors import SettingsError
from scanner.model.target import Account, Candidate, Regions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanner.app.link import Link
    from scanner.settings import Settings

AT_ONCE = 32
"""Accounts whose regions are asked for together."""


def check_accounts(settings: Settings) -> None:
    """Raise SettingsError for accounts or a file of them that can't be used; blocks."""
    _named(settings, "aws")
    _excluded(settings)


async def candidates(settings: Settings, link: Link) -> tuple[Candidate, ...]:
    """Find every account that comes into question, with the reason it is in or out.

    Raises DiscoveryError where none is in, SettingsError for a file that can't be read.
    """
    selection = Selection(
        accounts=await anyio.to_thread.run_sync(_named, settings, link.central.partition),
        ous=settings.ou,
        tags=settings.account_tag,
        exclude=await anyio.to_thread.run_sync(_excluded, settings),
        include_management=settings.include_management,
    )
    with visiting(link.central, Meter()):
        async with link.clients.use("organizations", link.central.home) as client:
            return await find_accounts(client, selection, caller_account=link.central.account_id)


def _named(settings: Settings, partition: str) -> tuple[Candidate, ...]:
    found: dict[str, Candidate] = {}
    for text in settings.accounts:
        for each in _read(text, partition):
            known = found.setdefault(each.account.id, each)
            if known.account != each.account:
                raise SettingsError(
                    f"--accounts names {each.account.id} twice, with different settings"
                )
    return tuple(found.values())


def _excluded(settings: Settings) -> frozenset[str]:
    return frozenset(
        each.account.id for text in settings.exclude_accounts for each in _read(text, "aws")
    )


def _read(text: str, partition: str) -> tuple[Candidate, ...]:
    if text.startswith("@"):
        return read_accounts(Path(text.removeprefix("@")), partition=partition)
    account = Account(text, partition=partition)
    return (Candidate(account, included=True, reason="named by --accounts"),)


async def external_ids(settings: Settings, partition: str) -> dict[str, str]:
    """Return the external ids that files of accounts give: a stored plan does not hold them."""
    named = await anyio.to_thread.run_sync(_named, settings, partition)
    return {each.account.id: each.account.external_id for each in named if each.account.external_id}


async def regions(
    settings: Settings, link: Link, accounts: Sequence[Account]
) -> list[tuple[Account, Regions]]:
    """Find which regions to visit in each account.

    Where that can't be learned, the regions that every account has are taken, and `error`
    tells: the run is then partial, for there may be more.
    """
    finder = RegionFinder(lambda each: _centrally(link, each), lambda each: _inside(link, each))
    found: list[tuple[Account, Regions]] = []

    async def find(account: Account) -> None:
        chosen = await finder.find(account, settings.regions)
        if chosen.error and not chosen.enabled:
            chosen = replace(chosen, enabled=_fallback(account, link))
        found.append((account, chosen))

    await spread(AT_ONCE, find, accounts)
    return sorted(found, key=lambda pair: pair[0].id)


def _fallback(account: Account, link: Link) -> tuple[str, ...]:
    names = sorted(ALWAYS_ENABLED) if account.partition == "aws" else [link.central.region]
    within = [name for name in names if _is_within(name, account.regions)]
    return tuple(within or account.regions or names)


def _is_within(name: str, bounds: Sequence[str]) -> bool:
    return not bounds or any(fnmatchcase(name, bound) or bound == "all" for bound in bounds)


async def _centrally(link: Link, account: Account) -> list[tuple[str, str]]:
    with visiting(link.central, Meter()):
        async with link.clients.use("account", link.central.home) as client:
            return await list_regions(client, account, caller_account=link.central.account_id)


async def _inside(link: Link, account: Account) -> list[tuple[str, str]]:
    with visiting(link.leases.of(account), Meter()):
        async with link.clients.use("ec2", link.central.region) as client:
            return await describe_regions(client)
