"""Plan a run anew: the accounts there are, their regions, and what is done there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import anyio

from scanner.app import discover
from scanner.app.link import linked
from scanner.catalog import serves
from scanner.engine.plan import Plan, make_plan, plan_task
from scanner.model.errors import DiscoveryError
from scanner.model.target import Regions

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.app.link import Link
    from scanner.app.prepare import Prepared
    from scanner.settings import Settings


async def planned(
    settings: Settings, prepared: Prepared, link: Link, tell: Callable[[str], None]
) -> tuple[Plan, dict[str, Any]]:
    """Return the plan and how many accounts were discovered and selected; `tell` the phase.

    Raises DiscoveryError where there is nothing to visit.
    """
    tell("finding accounts")
    found = await discover.candidates(settings, link)
    accounts = [each.account for each in found if each.included]
    facts = {"discovered": len(found), "selected": len(accounts)}
    task = prepared.task
    if task is not None and task.scope == "account":
        return plan_task([(account, Regions(())) for account in accounts], task), facts
    tell(f"finding regions of {len(accounts)} accounts")
    visits = await discover.regions(settings, link, accounts)
    if task is not None:
        make = partial(plan_task, visits, task)
    else:
        types = prepared.catalog.select(settings.types, settings.services)
        make = partial(make_plan, visits, types, serves)
    # In a thread: where services exist is read from a file.
    plan = await anyio.to_thread.run_sync(make)
    if not len(plan):
        raise DiscoveryError("nothing to scan: AWS has none of these services in these regions")
    return plan, facts


async def rehearsed(settings: Settings, prepared: Prepared) -> Plan:
    """Return what a run would visit; it asks where, and does nothing there."""
    async with linked(settings) as link:
        plan, _ = await planned(settings, prepared, link, lambda _: None)
    shard = prepared.shard
    return plan if shard is None else plan.of_shard(shard)
