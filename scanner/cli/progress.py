"""Show how a scan goes: a live line on a terminal, a log line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import anyio
import structlog
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

if TYPE_CHECKING:
    from scanner.app.scan import Scan

log = structlog.get_logger()

REFRESH = 0.25
"""Seconds between two pictures on a terminal."""
REPORT = 30.0
"""Seconds between two lines in a log."""


async def watch(scan: Scan, choice: str) -> None:
    """Show progress until cancelled; `choice` is auto, on or off."""
    if choice == "off":
        return
    if choice == "on" or sys.stderr.isatty():
        await _live(scan, forced=choice == "on")
    else:
        await _lines(scan)


async def _live(scan: Scan, *, forced: bool) -> None:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[figures]}"),
        TimeElapsedColumn(),
        TextColumn("eta"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True, force_terminal=forced or None)
    with Progress(*columns, console=console, auto_refresh=False, transient=True) as display:
        bar = display.add_task(scan.phase, total=None, figures="")
        speed = _Speed()
        while True:
            done = scan.progress
            display.update(
                bar,
                description=scan.progress.stopping or scan.phase,
                total=done.planned or None,
                completed=done.done,
                figures=_figures(scan, speed.of(scan.traffic.requests)),
            )
            display.refresh()
            await anyio.sleep(REFRESH)


async def _lines(scan: Scan) -> None:
    speed = _Speed()
    while True:
        await anyio.sleep(REPORT)
        done, traffic = scan.progress, scan.traffic
        log.info(
            "progress",
            phase=scan.phase,
            units=done.done,
            planned=done.planned,
            records=done.records,
            requests=traffic.requests,
            per_second=round(speed.of(traffic.requests)),
            throttles=traffic.throttles,
            in_flight=traffic.in_flight,
            accounts_failed=len(done.failed),
        )


class _Speed:
    """Requests a second since it was last asked."""

    def __init__(self) -> None:
        self._last = (time.monotonic(), 0)

    def of(self, requests: int) -> float:
        now = time.monotonic()
        then, before = self._last
        self._last = (now, requests)
        return max(0, requests - before) / max(now - then, 1e-6)


def _figures(scan: Scan, speed: float) -> str:
    done, traffic = scan.progress, scan.traffic
    text = f"{done.records:,} records · {speed:,.0f} req/s"
    if traffic.throttles:
        text += f" · {traffic.throttles:,} throttled"
    if done.failed:
        text += f" · [red]{len(done.failed)} accounts failed[/red]"
    return text
