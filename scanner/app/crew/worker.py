"""The worker process: collects units it is dealt and hands them in; it writes no run's files."""

from __future__ import annotations

import math
import signal
import socket
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import anyio
import orjson
import structlog

from scanner import log as logs
from scanner.app.crew.channel import Channel
from scanner.app.crew.figures import traffic_to_plain
from scanner.app.crew.order import Order
from scanner.app.garbage import collect_less
from scanner.app.means import UNITS_PER_SLOT, connected, means_of, work_of
from scanner.app.prepare import Prepared, planned_types
from scanner.app.tasks import find_task
from scanner.app.types import catalog_of
from scanner.engine.run import Progress, Run
from scanner.engine.spread import first_error
from scanner.model.errors import OutputError, ScannerError
from scanner.model.target import Unit
from scanner.output import LocalBuffer, Relay, encode_outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

    from scanner.app.link import Link
    from scanner.model.outcome import Outcome

PULSE = 0.5
"""Seconds between two messages on how the work goes."""


def main(descriptor: int) -> None:
    """Work for the process at the other end of the socket, until it says no more or is gone."""
    # A supervisor signals all processes of a service; what follows from it the parent says.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    sys.exit(anyio.run(_serve, socket.socket(fileno=descriptor)))


async def _serve(sock: socket.socket) -> int:
    async with Channel.over(sock) as channel:
        found = await channel.receive()
        if found is None:
            return 0
        plain, _ = found
        shown, level = plain["log"]
        logs.configure(shown, level)
        structlog.contextvars.bind_contextvars(worker=plain["worker"])
        try:
            await Worker(channel, Order.from_plain(plain)).work()
        except ScannerError as exc:
            await channel.send({"failed": str(exc), "output": isinstance(exc, OutputError)})
            return 1
        return 0


@dataclass(slots=True)
class Worker:
    """One process's part in a run, by what its parent sends."""

    channel: Channel
    order: Order
    progress: Progress = field(default_factory=Progress)

    async def work(self) -> None:
        """Work until the parent has no more or is gone; then nothing is finished any more."""
        settings, deadline = self.order.settings, self.order.deadline
        stored = {"plan": self.order.plan.to_dict()}
        task = await anyio.to_thread.run_sync(find_task, settings) if settings.task else None
        planned = () if task else planned_types(stored)
        catalog = await anyio.to_thread.run_sync(catalog_of, settings, planned)
        prepared = Prepared(self.order.run_id, catalog, stored, task=task)
        collect_less()
        async with (
            connected(settings, prepared, deadline, settings.out) as link,
            means_of(settings, prepared.run_id, link, deadline, self.order.durations) as means,
        ):
            name = f"{self.order.worker}-{self.order.token}"
            sink = Relay(self.order.spools, name, self.order.options, self._hand_in)
            run = Run(means, work_of(settings, prepared, link), sink, self.progress)
            try:
                await self._units(run, link)
            except ExceptionGroup as group:
                raise first_error(group) from group
            await self.channel.send(self._pulse(link))

    async def _units(self, run: Run, link: Link) -> None:
        send, receive = anyio.create_memory_object_stream[Unit](math.inf)
        async with anyio.create_task_group() as tasks, send, receive:
            tasks.start_soon(self._tell, link)
            for _ in range(self.order.settings.concurrency * UNITS_PER_SLOT):
                tasks.start_soon(_hand, run, receive)
            await self._obey(run, send)
            tasks.cancel_scope.cancel()

    async def _obey(self, run: Run, queue: MemoryObjectSendStream[Unit]) -> None:
        """Take what the parent sends; a place's client stays while units of it may follow."""
        numbers = {each.id: number for number, (each, _) in enumerate(self.order.plan.accounts)}
        latest: Unit | None = None
        while (found := await self.channel.receive()) is not None:
            message, _ = found
            self._heed(message)
            for account, region, service in message.get("units", ()):
                unit = self.order.plan.unit(numbers[account], region, service)
                run.expect(unit)
                if latest is None or (latest.region, latest.service) != (region, service):
                    run.expect(unit)
                    if latest is not None:
                        await run.let_go(latest)
                    latest = unit
                queue.send_nowait(unit)

    def _heed(self, message: Mapping[str, Any]) -> None:
        """Start nothing more once the parent says so, and end when it wants an end."""
        self.progress.stopping = message.get("stop", self.progress.stopping)
        if message.get("left") is not None:
            self.order.deadline.bring_forward(message["left"])

    async def _tell(self, link: Link) -> None:
        """Say that work can begin, and then how it goes."""
        while True:
            await self.channel.send(self._pulse(link))
            await anyio.sleep(PULSE)

    def _pulse(self, link: Link) -> Mapping[str, Any]:
        return {"traffic": traffic_to_plain(link.gate.traffic), "rates": link.gate.rates()}

    async def _hand_in(self, outcome: Outcome, buffer: LocalBuffer) -> None:
        account = outcome.account_id
        message = {
            "outcome": orjson.Fragment(encode_outcome(outcome)),
            "bytes": buffer.bytes,
            "spool": buffer.spool.path.name if buffer.spool else None,
            "late": self.progress.late,
            "entered": account in self.progress.entered,
            "failed": self.progress.failed.get(account),
        }
        await self.channel.send(message, buffer.text)


async def _hand(run: Run, units: MemoryObjectReceiveStream[Unit]) -> None:
    async for unit in units:
        await run.do(unit)
