"""Run a scan at a terminal or in a log: progress, signals, summary; the work is the app's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import click

from scanner.app.garbage import collect_less
from scanner.app.place import opened
from scanner.app.prepare import prepare
from scanner.app.scan import Scan
from scanner.app.summary import DEADLINE, INTERRUPTED, Summary, exit_code
from scanner.cli import BEGAN
from scanner.cli.progress import watch
from scanner.cli.reader import reader_may_leave
from scanner.cli.signals import heed_signals
from scanner.cli.summary import show
from scanner.engine.deadline import Deadline
from scanner.engine.spread import first_error
from scanner.model.errors import OutOfTime

if TYPE_CHECKING:
    from scanner.app.prepare import Prepared
    from scanner.model.sink import Witness
    from scanner.model.task import Task
    from scanner.settings import Settings


def run_scan(
    settings: Settings,
    resume: str | None,
    progress: str,
    *,
    as_json: bool,
    task: Task[..., Any] | None = None,
) -> int:
    """Scan, or do a task, print the summary, return the exit code."""
    with opened(settings) as placed:
        prepared = prepare(placed, resume, task)
        scan = Scan(placed, prepared, Deadline.after(placed.deadline, BEGAN))
        return _run(scan, resume, progress, as_json=as_json)


def _run(scan: Scan, resume: str | None, progress: str, *, as_json: bool) -> int:
    collect_less()
    try:
        summary = anyio.run(attend, scan, progress)
    except OutOfTime as exc:
        if resume is None:
            raise
        click.echo(f"scanner: {exc}; the run is as it was: resume it with more time", err=True)
        return DEADLINE
    if summary is None:
        return _stopped(scan, left=bool(resume))
    with reader_may_leave():
        show(summary, as_json=as_json)
    return exit_code(summary, scan.settings)


def scan_watched(
    settings: Settings, prepared: Prepared, progress: str, witness: Witness | None = None
) -> tuple[Summary | None, int]:
    """Scan, maybe with somebody looking on; return the summary, if any, and the code so far."""
    deadline = Deadline.after(settings.deadline, BEGAN)
    scan = Scan(settings, prepared, deadline, witness=witness)
    collect_less()
    summary = anyio.run(attend, scan, progress)
    if summary is None:
        return None, _stopped(scan, left=prepared.stored is not None)
    return summary, exit_code(summary, settings)


def _stopped(scan: Scan, *, left: bool = False) -> int:
    """Say how to go on with a scan that was cut short; `left` where there was a run before."""
    if left or scan.progress.planned:
        run = scan.way_on
        click.echo(f"scanner: stopped at once; go on with: {run}", err=True)
    else:
        click.echo("scanner: stopped before the scan began; no run is left", err=True)
    return INTERRUPTED


async def attend(scan: Scan, progress: str) -> Summary | None:
    """Run a scan with its display and signals; None where a second signal cut it short."""
    summary = None
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(
                heed_signals,
                "units",
                scan.stop,
                lambda: bool(scan.progress.stopping) or scan.progress.planned == 0,
                tasks.cancel_scope,
            )
            tasks.start_soon(watch, scan, progress)
            summary = await scan.run()
            tasks.cancel_scope.cancel()
    except BaseExceptionGroup as group:
        raise first_error(group) from group
    return summary
