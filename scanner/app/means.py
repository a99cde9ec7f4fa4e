"""What the units of one process share, opened and closed together; it plans and writes nothing."""

from __future__ import annotations

from contextlib import asynccontextmanager, closing
from typing import TYPE_CHECKING

import anyio

from scanner.app.iam import actions_for
from scanner.app.link import linked
from scanner.app.pace import keep_learned, learned_before
from scanner.app.prepare import planned_types
from scanner.aws.grant import Allowed
from scanner.engine.awake import Awake
from scanner.engine.redact import Redactor
from scanner.engine.run import Means
from scanner.engine.tags import TagSweeps
from scanner.jobs import inventory, own

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from scanner.app.link import Link
    from scanner.app.prepare import Prepared
    from scanner.engine.deadline import Deadline
    from scanner.engine.run import Task
    from scanner.engine.schedule import Durations
    from scanner.settings import Settings

UNITS_PER_SLOT = 2
"""Open units for each request in flight, at the most: a call that waits makes room for one more."""


@asynccontextmanager
async def connected(
    settings: Settings, prepared: Prepared, deadline: Deadline, out: Path | None
) -> AsyncIterator[Link]:
    """Open the way to AWS; rates learned by earlier runs and by this one are in `out`, if any."""
    learned = await anyio.to_thread.run_sync(learned_before, out) if out else None
    async with linked(settings, _actions(settings, prepared), learned, deadline) as link:
        try:
            yield link
        finally:
            if out:
                with anyio.CancelScope(shield=True):
                    await anyio.to_thread.run_sync(keep_learned, out, link.limits)


@asynccontextmanager
async def means_of(
    settings: Settings, run_id: str, link: Link, deadline: Deadline, durations: Durations
) -> AsyncIterator[Means]:
    """Give units what they work with, for as long as they do."""
    with closing(await anyio.to_thread.run_sync(TagSweeps)) as sweeps:
        link.gate.grant = Allowed() if settings.allow_writes else None
        yield Means(
            run_id=run_id,
            gate=link.gate,
            clients=link.guests or link.clients,
            leases=link.leases,
            home_of=link.home_of,
            sweeps=sweeps,
            redactor=_redactor(settings),
            deadline=deadline,
            durations=durations,
            awake=Awake(settings.concurrency, link.gate.waits),
        )


def _actions(settings: Settings, prepared: Prepared) -> set[str]:
    """Return the actions that the members' sessions need, where they are limited to them."""
    if settings.session_policy != "auto":
        return set()
    if prepared.task:
        return {*prepared.task.permissions}
    catalog, stored = prepared.catalog, prepared.stored
    types = planned_types(stored) if stored else settings.types
    services = () if stored else settings.services
    return actions_for(catalog.select(types, services), catalog.types)


def work_of(settings: Settings, prepared: Prepared, link: Link) -> Task:
    """Return what is done in each unit."""
    types = prepared.catalog.types
    if prepared.task and link.guests:
        return own(prepared.task, link.guests, settings.param, types)
    return inventory(types)


def _redactor(settings: Settings) -> Redactor:
    key = settings.redaction_key
    secret = key.get_secret_value().encode() if key else None
    return Redactor(secret, settings.spared())
