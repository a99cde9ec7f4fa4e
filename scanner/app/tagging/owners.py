"""Learn of accounts what policies on tags need: units, their names and tags, account tags."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scanner.aws.directory import FAILURES, Directory, concurrently
from scanner.aws.organization import unreadable
from scanner.aws.visit import Meter, visiting
from scanner.model.errors import DiscoveryError
from scanner.policies.tagging.scope import Owner

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from scanner.app.link import Link
    from scanner.model.target import Account
    from scanner.policies.tagging.needs import Needs


async def owners_of(accounts: Sequence[Account], needs: Needs, link: Link) -> dict[str, Owner]:
    """Return what is known of accounts, by id, asking Organizations for what is needed.

    Raises DiscoveryError where it can't be read.
    """
    if not needs.any:
        return {each.id: Owner(each) for each in accounts}
    async with asking(link) as client:
        directory = Directory(client)
        placed = await _placed(accounts, directory) if needs.units else list(accounts)
        if needs.account_tags:
            placed = await _tagged(placed, directory)
        units = {unit for each in placed for unit in Owner(each).units}
        named = {Owner(each).units[-1] for each in placed if each.ou}
        names = await _names(named, directory) if needs.unit_names else {}
        tags = await concurrently(directory.tags, units) if needs.unit_tags else {}
        known = {unit: found for unit, found in tags.items() if found}
    return {each.id: Owner(each, names, known) for each in placed}


@asynccontextmanager
async def asking(link: Link) -> AsyncIterator[Any]:
    """Lend the central identity's client of Organizations; its failures are DiscoveryErrors."""
    with visiting(link.central, Meter()):
        async with link.clients.use("organizations", link.central.home) as client:
            try:
                yield client
            except FAILURES as exc:
                raise DiscoveryError(unreadable(exc, link.central.account_id)) from exc


async def _placed(accounts: Sequence[Account], directory: Directory) -> list[Account]:
    """Give accounts their units; the organization is walked only where a path is not known."""
    if all(each.ou for each in accounts):
        return list(accounts)
    paths = await directory.walk(await directory.roots())
    return [replace(each, ou=each.ou or paths.get(each.id)) for each in accounts]


async def _tagged(accounts: Sequence[Account], directory: Directory) -> list[Account]:
    asked = [each.id for each in accounts if each.tags is None]
    found = await concurrently(directory.tags, asked)
    return [replace(each, tags=each.tags or found.get(each.id)) for each in accounts]


async def _names(units: set[str], directory: Directory) -> Mapping[str, str]:
    return await concurrently(directory.unit_name, [each for each in units if each[:2] == "ou"])
