"""Plan a run of shards before the first one begins, and say how many it takes; scans nothing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import anyio

from scanner.app.prepare import prepare_shards
from scanner.app.scan import Scan
from scanner.app.shards import check_same
from scanner.model.errors import SettingsError
from scanner.model.shard import MOST_SHARDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.engine.deadline import Deadline
    from scanner.engine.plan import Plan
    from scanner.settings import Settings


async def plan_ahead(settings: Settings, accounts: int, deadline: Deadline) -> Mapping[str, Any]:
    """Return the plan of the run that `run_id` names: as many shards as so many accounts each take.

    A run that has a plan keeps it. Raises as a scan does before it scans.
    """
    if settings.shard is not None:
        raise SettingsError("shard: the plan is that of all shards: leave it out")
    prepared = await anyio.to_thread.run_sync(prepare_shards, settings)
    stored = await Scan(settings, prepared, deadline).plan_shards(partial(_count, accounts))
    check_same(stored, settings)
    return stored


def _count(accounts: int, plan: Plan) -> int:
    return min(MOST_SHARDS, -(-len(plan.accounts) // accounts))
