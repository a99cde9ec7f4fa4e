"""Scans for programs that embed the scanner: options in, a summary or a stream of events out."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import anyio
import structlog

from scanner import log
from scanner.app import prepare as prepared
from scanner.app.place import opened_beside
from scanner.app.scan import Scan
from scanner.app.tasks import as_task, check_writes, find_task, place_of, reference_of
from scanner.engine.deadline import Deadline
from scanner.engine.spread import first_error
from scanner.model.errors import SettingsError
from scanner.model.outcome import Outcome
from scanner.model.record import Record
from scanner.settings import AUTO, Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

    from scanner.app.summary import Summary
    from scanner.model.sink import UnitBuffer
    from scanner.model.target import Unit
    from scanner.model.task import Task

AHEAD = 1000
"""Events that may wait for a slow consumer before the scan waits for it."""


class Events:
    """A scan as it happens: records as they come, and the outcome that ends each unit.

    Records of a unit whose outcome never comes (the scan was cancelled), or is `not_attempted`
    (the deadline came), are not to be trusted.
    `summary` is there once the iteration has ended by itself.
    """

    def __init__(self, receive: MemoryObjectReceiveStream[Record | Outcome]) -> None:
        self.summary: Summary | None = None
        self._receive = receive

    def __aiter__(self) -> AsyncIterator[Record | Outcome]:
        return self._receive.__aiter__()


@dataclass(frozen=True, slots=True)
class _Feed:
    """A sink, and the buffer of each of its units, that hands on what it gets."""

    send: MemoryObjectSendStream[Record | Outcome]

    def open_unit(self, unit: Unit) -> _Feed:  # noqa: ARG002 — the protocol's shape
        return self

    async def add(self, record: Record) -> None:
        await self.send.send(record)

    async def discard(self) -> None:
        """Do nothing: what was handed on can't be called back."""

    async def commit(self, buffer: UnitBuffer, outcome: Outcome) -> None:  # noqa: ARG002 — the protocol's shape
        await self.send.send(outcome)


@asynccontextmanager
async def ready_for(
    task: Task[..., Any] | Callable[..., Any] | str,
    options: dict[str, Any],
    resume: str | None,
    *,
    into_files: bool,
) -> AsyncIterator[Scan]:
    """Do what `ready` does, for a task of the caller's own: a task, or what names one."""
    found = None if isinstance(task, str) else as_task(task, "task")
    named = reference_of(found) if found else task
    settings, deadline = _settings({**options, "task": named})
    if found is None or settings.workers != 1:  # workers have to find it by its name too
        found = await anyio.to_thread.run_sync(find_task, settings)
    check_writes(settings, found)
    if not into_files:
        yield await _made(settings, deadline, resume, into_files=False, task=found)
        return
    async with opened_beside(place_of(settings, found)) as placed:
        yield await _made(placed, deadline, resume, into_files=True, task=found)


async def prepare(options: dict[str, Any], resume: str | None = None, *, into_files: bool) -> Scan:
    """Make a scan of a caller's options; raises SettingsError or CatalogError."""
    settings, deadline = _settings(options)
    return await _made(settings, deadline, resume, into_files=into_files)


@asynccontextmanager
async def ready(
    options: dict[str, Any], resume: str | None = None, *, into_files: bool
) -> AsyncIterator[Scan]:
    """Lend a scan of a caller's options, with its output, which may be in S3, open."""
    settings, deadline = _settings(options)
    if not into_files:
        yield await _made(settings, deadline, resume, into_files=False)
        return
    async with opened_beside(settings) as placed:
        yield await _made(placed, deadline, resume, into_files=True)


def _settings(options: dict[str, Any]) -> tuple[Settings, Deadline]:
    began = time.monotonic()
    if not structlog.is_configured():
        log.configure("console", "warning")  # structlog's own default prints all, on stdout
    settings = Settings.of(**options)
    return settings, Deadline.after(settings.deadline, began)


async def _made(
    settings: Settings,
    deadline: Deadline,
    resume: str | None,
    *,
    into_files: bool,
    task: Task[..., Any] | None = None,
) -> Scan:
    if into_files:
        made = await anyio.to_thread.run_sync(prepared.prepare, settings, resume, task)
        return Scan(settings, made, deadline)
    if resume is not None:
        raise SettingsError("only a run in files can be resumed")
    if settings.workers not in (1, AUTO):
        raise SettingsError("workers: what takes units as they come is fed by one process")
    made = await anyio.to_thread.run_sync(prepared.prepare_embedded, settings, task)
    return Scan(settings, made, deadline)


@asynccontextmanager
async def events(scan: Scan) -> AsyncIterator[Events]:
    """Run a scan beside the body, which iterates over the events; leaving it ends the scan."""
    send, receive = anyio.create_memory_object_stream[Record | Outcome](AHEAD)
    stream = Events(receive)

    async def produce() -> None:
        async with send:
            stream.summary = await scan.run(_Feed(send))

    try:
        async with receive, anyio.create_task_group() as tasks:
            tasks.start_soon(produce)
            yield stream
            tasks.cancel_scope.cancel()
    except BaseExceptionGroup as group:
        raise first_error(group) from group
