"""Have a scan's figures published while it runs and when it has ended; it changes no result."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import anyio
import structlog

from scanner.app.age import Ages, ages
from scanner.app.link import VERSION
from scanner.engine.spread import first_error
from scanner.metrics import Ending, Figures, Labels, Pump, open_publisher, resolve
from scanner.model.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from scanner.app.scan import Scan
    from scanner.app.summary import Summary

log = structlog.get_logger()


async def measured(scan: Scan, work: Callable[[], Awaitable[Summary]]) -> Summary:
    """Do a scan's work and publish its figures at intervals and at the end, whatever the end."""
    labels = Labels(scan.prepared.job, scan.prepared.run_id, VERSION)
    publisher = await open_publisher(resolve(scan.settings.metrics), labels)
    if publisher is None:
        return await work()
    pump = Pump(publisher, lambda: _figures(scan))
    ending = None
    try:
        summary = await _beside(pump, work)
        ending = await _ending(summary)
        return summary
    finally:
        await pump.finish(_figures(scan, ending))


def _figures(scan: Scan, ending: Ending | None = None) -> Figures:
    return Figures.of(scan.progress, scan.traffic, scan.rates(), ending)


async def _beside(pump: Pump, work: Callable[[], Awaitable[Summary]]) -> Summary:
    """Work while the pump runs; raises what the work raises, alone."""
    done: list[Summary] = []
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(pump.run)
            done.append(await work())
            tasks.cancel_scope.cancel()
    except BaseExceptionGroup as group:
        raise first_error(group) from group
    return done[0]


async def _ending(summary: Summary) -> Ending:
    found = Ages(None, None)
    if summary.manifest["files"]:  # a caller's own sink keeps no ledger
        try:
            found = await anyio.to_thread.run_sync(
                ages, summary.out, summary.run_id, datetime.now(UTC)
            )
        except OutputError as exc:
            log.warning("the age of earlier runs is not known", reason=str(exc))
    return Ending(
        status=summary.status,
        seconds=summary.seconds,
        coverage=summary.coverage,
        accounts_failed=len(summary.failed_accounts),
        complete_age=found.complete,
        oldest_age=found.oldest,
    )
