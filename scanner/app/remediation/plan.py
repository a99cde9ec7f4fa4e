"""Plan what policies want changed, from a run on disk and a look at each resource as it is now."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

import anyio

from scanner.app.actions import known_actions
from scanner.app.controls import find_checks
from scanner.app.discover import external_ids
from scanner.app.link import VERSION, linked
from scanner.app.remediation.found import Search
from scanner.app.texts import Texts
from scanner.app.types import own_types
from scanner.catalog import Catalog, actions_of_operation
from scanner.engine.caps import needs
from scanner.engine.image import Camera
from scanner.engine.plan import Plan
from scanner.engine.propose import Proposed, Proposer
from scanner.engine.spread import spread
from scanner.model.errors import SettingsError
from scanner.model.planned import ChangePlan, Head, Site, in_order
from scanner.output import read_plan, write_change_plan
from scanner.output.encode import timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from scanner.app.link import Link
    from scanner.model.planned import Change, Skip
    from scanner.model.resource import ResourceType
    from scanner.model.target import Account
    from scanner.policies.check import Check
    from scanner.policies.exemptions import Exemption
    from scanner.settings import Settings

JOB = "remediation"


def find_acting(names: Sequence[str], now: datetime, settings: Settings) -> tuple[Check, ...]:
    """Read the policies that have actions, of all that are named; raises SettingsError; blocks."""
    texts = Texts(settings.profile)
    checks = find_checks(names, now, own_types(settings), texts, known_actions(settings))
    acting = tuple(check for check in checks if check.actions)
    if not acting:
        raise SettingsError(f"none of the policies of {', '.join(names)} has actions")
    return acting


@dataclass(frozen=True, slots=True)
class Planning:
    """A plan to be made of a finished run; `proposed` can be read meanwhile."""

    settings: Settings
    run_id: str
    checks: Sequence[Check]
    exemptions: Sequence[Exemption]
    now: datetime
    proposed: Proposed = field(default_factory=Proposed)

    async def make(self, path: Path) -> ChangePlan:
        """Find, look, and write the plan into a file; return it."""
        stored = await anyio.to_thread.run_sync(read_plan, self.settings.out, self.run_id)
        units = {account.id: account.ou for account, _ in Plan.from_dict(stored["plan"]).accounts}
        search = Search(self.checks, self.exemptions, units, self.now)
        await anyio.to_thread.run_sync(search.run, self.settings.out, self.run_id)
        async with linked(self.settings, self._reads()) as link:
            secrets = await external_ids(self.settings, link.central.partition)
            accounts = [account for account, _ in Plan.from_dict(stored["plan"], secrets).accounts]
            await self._look(link, {each.id: each for each in accounts}, search)
        plan = self._plan(accounts, search)
        return await anyio.to_thread.run_sync(write_change_plan, path, plan)

    async def _look(self, link: Link, accounts: Mapping[str, Account], search: Search) -> None:
        catalog = await anyio.to_thread.run_sync(_types, self.settings)
        camera = Camera(link.gate, link.clients, catalog)
        proposer = Proposer(camera, link.leases, accounts, link.home_of, self.now, self.proposed)
        candidates = [search.candidates[key] for key in sorted(search.candidates)]
        await spread(self.settings.concurrency, proposer.look, candidates)

    def _plan(self, accounts: Sequence[Account], search: Search) -> ChangePlan:
        changes = tuple(sorted(self.proposed.changes, key=in_order))
        skipped = sorted([*search.skipped, *self.proposed.skipped], key=_skip_order)
        sites = sites_of(changes, skipped, accounts, search.resources)
        head = Head(
            job=JOB,
            run_id=self.run_id,
            created_at=timestamp(self.now),
            scanner_version=VERSION,
            accounts=sites,
            policies=tuple(sorted(check.control.id for check in self.checks)),
            needs=asdict(needs(changes, sites)),
            fine=self.proposed.fine,
        )
        return ChangePlan(head, changes, tuple(skipped))

    def _reads(self) -> set[str]:
        """Return the IAM actions of what is looked at."""
        chosen = [each.action for check in self.checks for each in check.actions]
        return {
            action
            for each in chosen
            for call in each.reads
            for action in actions_of_operation(each.service, call.operation)
        }


def sites_of(
    changes: Sequence[Change],
    skipped: Sequence[Skip],
    accounts: Sequence[Account],
    resources: Mapping[str, Mapping[str, int]],
) -> dict[str, Site]:
    """Describe the accounts that a plan names, with what the run had there."""
    named = {each.account_id for each in changes} | {each.account_id for each in skipped}
    return {
        each.id: Site(each.name, each.partition, each.ou, dict(resources.get(each.id, {})))
        for each in sorted(accounts, key=lambda account: account.id)
        if each.id in named
    }


def _skip_order(skip: Skip) -> tuple[str, ...]:
    parts = (skip.account_id, skip.region, skip.resource_type, skip.resource_id, skip.policy)
    return tuple(str(part or "") for part in parts)


def _types(settings: Settings) -> Mapping[str, ResourceType]:
    return Catalog.load(own_types(settings), everything=True).types
