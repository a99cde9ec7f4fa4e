"""One control plane for a whole AWS organization: the public interface, for embedding.

    summary = await scanner.scan(role="ScannerReadRole", out="scan")

    async with scanner.stream(role="ScannerReadRole", services=["s3"]) as events:
        async for event in events:
            ...  # a Record, or the Outcome that ends its unit

    @scanner.task(scope="account")
    async def idle_users(ctx: scanner.TaskContext):
        ...  # yield ctx.record(…)

    summary = await scanner.run(idle_users, role="ScannerReadRole", out="scan")

Nothing else is stable.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from scanner.model.errors import (
    CatalogError,
    ChangeRefused,
    DiscoveryError,
    OutputError,
    ScannerError,
    SettingsError,
    TaskError,
)
from scanner.model.outcome import Outcome, Status, TypeOutcome
from scanner.model.record import Record
from scanner.model.resource import Call, ResourceType
from scanner.model.sink import MemorySink, Sink, UnitBuffer
from scanner.model.target import Account, Unit
from scanner.model.task import Task, TaskContext, task

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from scanner.app.library import Events
    from scanner.app.summary import Summary

__all__ = [
    "Account",
    "Call",
    "CatalogError",
    "ChangeRefused",
    "DiscoveryError",
    "MemorySink",
    "Outcome",
    "OutputError",
    "Record",
    "ResourceType",
    "ScannerError",
    "SettingsError",
    "Sink",
    "Status",
    "Task",
    "TaskContext",
    "TaskError",
    "TypeOutcome",
    "Unit",
    "UnitBuffer",
    "run",
    "scan",
    "stream",
    "task",
]


async def scan(*, sink: Sink | None = None, resume: str | None = None, **options: Any) -> Summary:
    """Take inventory as `scanner scan` does; `options` are its options with `_` for `-`.

    Writes files under `out`, on disk or in S3, or gives whole units to `sink`. Neither the
    environment's SCANNER_* nor scanner.toml are read. Raises SettingsError, CatalogError,
    DiscoveryError or OutputError; accounts and types that fail are in the summary instead.
    """
    from scanner.app.library import ready  # noqa: PLC0415 — the SDK loads when it is needed

    async with ready(options, resume, into_files=sink is None) as work:
        return await work.run(sink)


async def run(
    task: Task[..., Any] | Callable[..., Any] | str,
    *,
    sink: Sink | None = None,
    resume: str | None = None,
    **options: Any,
) -> Summary:
    """Do a task of your own as `scanner run` does: a `@task`, a function, or `FILE.py:NAME`.

    `param={"days": "90"}` is what the task is told. All else is as `scan` says; files are in
    `tasks/NAME` below `out`. With several workers the task must be one that a file names.
    """
    from scanner.app.library import ready_for  # noqa: PLC0415 — the SDK loads when it is needed

    async with ready_for(task, options, resume, into_files=sink is None) as work:
        return await work.run(sink)


@asynccontextmanager
async def stream(**options: Any) -> AsyncIterator[Events]:
    """Take inventory and iterate over it as it happens; a slow consumer slows the scan.

    Iterate in the task that entered. Leaving the block early ends the scan.
    """
    from scanner.app.library import events, prepare  # noqa: PLC0415 — as above

    async with events(await prepare(options, into_files=False)) as found:
        yield found
