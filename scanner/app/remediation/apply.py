"""Apply a plan of changes: caps, trail, the way in, results; whatever made the plan."""

from __future__ import annotations

from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio

from scanner.app.actions import known_actions
from scanner.app.discover import external_ids
from scanner.app.link import VERSION, linked
from scanner.app.remediation.access import operator_of, warrant_of
from scanner.app.types import own_types
from scanner.catalog import Catalog
from scanner.engine.apply import Applied, Apply, Rules
from scanner.engine.caps import Caps, refuse_beyond
from scanner.engine.hands import AwsHands
from scanner.engine.image import Camera
from scanner.engine.propose import still_needed
from scanner.model.target import Account
from scanner.output import open_trail, write_results

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from scanner.app.link import Link
    from scanner.engine.one import Trail
    from scanner.model.planned import ChangePlan
    from scanner.settings import Settings


@dataclass(slots=True)
class Application:
    """A plan to be applied; `applied` can be read, and its `stopping` set, while it runs.

    `results` is the file of what came of it, once there is one.
    """

    settings: Settings
    plan: ChangePlan
    caps: Caps = field(default_factory=Caps)
    rules: Rules = field(default_factory=Rules)
    applied: Applied = field(default_factory=Applied)
    results: Path | None = None

    def check(self) -> None:
        """Raise ChangeRefused or SettingsError where nothing is to be begun; blocks."""
        refuse_beyond(self.plan, self.caps)
        operator_of(self.settings)

    async def run(self) -> Applied:
        """Make the changes that have no result yet; cancelled, it can be gone on with."""
        operator = operator_of(self.settings)
        warrant = await anyio.to_thread.run_sync(
            partial(warrant_of, self.plan, self.settings, operator, dry=self.rules.dry_run)
        )
        facts = self._facts(operator)
        async with self._trail(facts) as trail:
            try:
                async with linked(self.settings, warrant=warrant) as link:
                    await (await self._apply(link, trail)).run()
            finally:
                with anyio.CancelScope(shield=True):
                    await anyio.to_thread.run_sync(self._keep, trail, operator)
        return self.applied

    async def _apply(self, link: Link, trail: Trail) -> Apply:
        catalog = partial(Catalog.load, own_types(self.settings), everything=True)
        types = (await anyio.to_thread.run_sync(catalog)).types
        known = await anyio.to_thread.run_sync(known_actions, self.settings)
        secrets = await external_ids(self.settings, link.central.partition)
        accounts = {
            id_: Account(id_, site.name, site.partition, site.ou, external_id=secrets.get(id_))
            for id_, site in self.plan.head.accounts.items()
        }
        camera = Camera(link.gate, link.clients, types)
        hands = AwsHands(camera, link.leases, accounts)
        rules = replace(self.rules, at_once=self.settings.concurrency)
        needed = still_needed(known, datetime.fromisoformat(self.plan.head.created_at))
        return Apply(self.plan.changes, hands, trail, needed, rules, self.applied)

    @asynccontextmanager
    async def _trail(self, facts: dict[str, Any]) -> AsyncIterator[Trail]:
        opened = open_trail(self.settings.out, self.plan.digest, facts, lambda: datetime.now(UTC))
        with ExitStack() as held:
            trail = await anyio.to_thread.run_sync(held.enter_context, opened)
            close = held.pop_all().close
            try:
                yield trail
            finally:
                with anyio.CancelScope(shield=True):
                    await anyio.to_thread.run_sync(close)

    def _keep(self, trail: Trail, operator: str) -> None:
        """Write what came of the plan so far, and so of what others began."""
        if self.rules.dry_run or not trail.results:
            return
        results = {**trail.results, **self.applied.results}
        facts = {"operator": operator}
        self.results = write_results(self.settings.out, self.plan, results, facts)

    def _facts(self, operator: str) -> dict[str, Any]:
        """Return what the trail says of this apply."""
        return {
            "job": self.plan.head.job,
            "run_id": self.plan.head.run_id,
            "plan": self.plan.digest,
            "operator": operator,
            "role": self.settings.role,
            "scanner_version": VERSION,
            "canary": self.rules.canary,
            "max_changes": self.caps.max_changes,
            "max_percent": self.caps.max_percent,
            "allow_irreversible": self.caps.allow_irreversible,
        }
