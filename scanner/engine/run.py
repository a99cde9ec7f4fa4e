"""Run a plan: workers take units, each ends in exactly one outcome; it opens no file itself."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import anyio
import structlog

from scanner.aws.visit import Meter, visiting
from scanner.engine.awake import Awake
from scanner.engine.closed import ClosedPlaces
from scanner.engine.context import PLAIN, Context, Tally
from scanner.engine.deadline import GIVEN_UP, NOT_BEGUN, Deadline
from scanner.engine.schedule import Durations
from scanner.engine.spread import first_error
from scanner.log import UNIT_DONE
from scanner.model.errors import AccountError, OutputError
from scanner.model.outcome import Outcome, Status, TypeOutcome, worst
from scanner.model.target import GLOBAL

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Container, Iterable, Iterator

    from scanner.aws.access import Leases
    from scanner.aws.gate import Gate
    from scanner.aws.session import Clients
    from scanner.engine.redact import Redactor
    from scanner.engine.tags import TagSweeps
    from scanner.model.record import Record
    from scanner.model.sink import Sink, UnitBuffer
    from scanner.model.target import Account, Unit

log = structlog.get_logger()

NOT_ENABLED = "the region is not enabled here"


class Task(Protocol):
    """What is done in each unit: yields its records and notes failures in the tally."""

    def __call__(self, ctx: Context) -> AsyncGenerator[Record]:
        """Work on the context's unit."""


@dataclass(slots=True)
class Progress:
    """How far a run is; read it at any time."""

    planned: int = 0
    done: int = 0
    records: int = 0
    bytes: int = 0
    """Bytes of the records before compression, where the sink encodes them."""
    by_status: Counter[str] = field(default_factory=Counter)
    entered: set[str] = field(default_factory=set)
    failed: dict[str, str] = field(default_factory=dict)
    stopping: str = ""
    """Why no further unit is started; empty while all is well."""
    late: int = 0
    """Units that the deadline left undone."""

    def count(self, outcome: Outcome, size: int) -> None:
        """Add a unit that ended, with the bytes of its records."""
        self.done += 1
        self.records += outcome.records
        self.bytes += size
        self.by_status[outcome.status] += 1


@dataclass(frozen=True, slots=True)
class Means:
    """What the units of a run share."""

    run_id: str
    gate: Gate
    clients: Clients
    leases: Leases
    home_of: Callable[[Account], str]
    sweeps: TagSweeps | None = None
    redactor: Redactor = PLAIN
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    clock: Callable[[], float] = time.monotonic
    deadline: Deadline = field(default_factory=Deadline)
    durations: Durations = field(default_factory=Durations)
    closed: ClosedPlaces = field(default_factory=ClosedPlaces)
    awake: Awake = field(default_factory=Awake)


@dataclass(slots=True)
class _Stay:
    """A unit being worked on: when it began and what it cost so far."""

    unit: Unit
    started: datetime
    began: float
    meter: Meter = field(default_factory=Meter)


class Run:
    """Works through units with a bounded number of them open at a time."""

    def __init__(self, means: Means, task: Task, sink: Sink, progress: Progress) -> None:
        self._means = means
        self._task = task
        self._sink = sink
        self._progress = progress
        self._left: Counter[tuple[str, str]] = Counter()
        self._open: Counter[tuple[str, str]] = Counter()
        self._early: Container[str] = ()

    async def work(
        self,
        units: Iterable[Unit],
        open_units: int,
        shared: Counter[tuple[str, str]],
        early: Container[str] = (),
    ) -> None:
        """Bring every unit to its outcome; raises OutputError where that can't be written.

        `shared` counts the units that need each (region, service)'s client. `early` are the
        keys of units that come before the others of their client.
        """
        self._left, self._early = shared, early
        queue = iter(units)
        try:
            async with anyio.create_task_group() as workers:
                for _ in range(open_units):
                    workers.start_soon(self._worker, queue)
        except ExceptionGroup as group:
            raise first_error(group) from group

    def expect(self, unit: Unit) -> None:
        """Keep the client of a unit that will come, until it is through or let go."""
        self._left[unit.region, unit.service] += 1

    async def let_go(self, unit: Unit) -> None:
        """Close a client that no open unit needs, nor any soon: memory follows the work.

        After a unit that came early its others may be hours away; they get a new one.
        """
        key = (unit.region, unit.service)
        self._left[key] -= 1
        if self._left[key] == 0 or (self._open[key] == 0 and unit.key in self._early):
            home = self._means.home_of(unit.account)
            region = home if unit.region == GLOBAL else unit.region
            await self._means.clients.retire(unit.service, region)

    async def do(self, unit: Unit) -> None:
        """Bring one unit to its outcome, beside others, once there is room."""
        async with self._means.awake:
            self._open[unit.region, unit.service] += 1
            with structlog.contextvars.bound_contextvars(
                account=unit.account.id, region=unit.region, service=unit.service
            ):
                await self._one(unit)
            self._open[unit.region, unit.service] -= 1
        await self.let_go(unit)

    async def _worker(self, queue: Iterator[Unit]) -> None:
        for unit in queue:
            await self.do(unit)

    async def _one(self, unit: Unit) -> None:
        buffer = self._sink.open_unit(unit)
        try:
            outcome = self._unbegun(unit)
            if outcome is None:
                stay = _Stay(unit, self._means.now(), self._means.clock())
                with self._means.deadline.bounding():
                    outcome = await self._attempt(stay, buffer)
                if outcome is None:
                    await buffer.discard()
                    buffer, outcome = self._sink.open_unit(unit), self._given_up(stay)
            await self._sink.commit(buffer, outcome)
        except BaseException:
            with anyio.CancelScope(shield=True):
                await buffer.discard()
            raise
        self._count(outcome, getattr(buffer, "bytes", 0))

    def _unbegun(self, unit: Unit) -> Outcome | None:
        """Return the outcome of a unit that is not to begin, or None."""
        means = self._means
        if self._progress.stopping:
            return never(unit, Status.NOT_ATTEMPTED, self._progress.stopping)
        if not unit.enabled:
            return never(unit, Status.UNAVAILABLE, NOT_ENABLED)
        if closed := means.closed.why(unit):
            return never(unit, Status.DENIED_SCP, closed)
        if not means.deadline.admits(means.durations.of(unit)):
            self._progress.late += 1
            return never(unit, Status.NOT_ATTEMPTED, NOT_BEGUN)
        return None

    def _given_up(self, stay: _Stay) -> Outcome:
        self._progress.late += 1
        types = dict.fromkeys(stay.unit.types, TypeOutcome(Status.NOT_ATTEMPTED, 0, GIVEN_UP))
        return self._ended(stay, types)

    async def _attempt(self, stay: _Stay, buffer: UnitBuffer) -> Outcome:
        """Work on a unit; whatever happens short of cancellation becomes its outcome."""
        unit, tally, why_not = stay.unit, Tally(), "ended early"
        try:
            await self._visit(unit, tally, stay.meter, buffer)
        except AccountError as exc:
            why_not = str(exc)
            self._progress.failed.setdefault(unit.account.id, exc.message)
            # A lease raises one error for all its units: its traceback would keep them all.
            exc.with_traceback(None)
        except OutputError:
            raise
        except Exception as exc:
            why_not = f"unexpected {type(exc).__name__}: {exc}"
            log.exception("unit failed unexpectedly")
            for name in unit.types:
                tally.failed(name, Status.ERROR, why_not)
        return self._ended(stay, tally.outcomes(unit.types, why_not))

    def _ended(self, stay: _Stay, types: dict[str, TypeOutcome]) -> Outcome:
        unit, meter = stay.unit, stay.meter
        return Outcome(
            account_id=unit.account.id,
            region=unit.region,
            service=unit.service,
            status=worst([each.status for each in types.values()]),
            types=types,
            requests=meter.requests,
            throttles=meter.throttles,
            retries=meter.retries,
            started_at=stay.started.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            duration_ms=round((self._means.clock() - stay.began) * 1000),
        )

    async def _visit(self, unit: Unit, tally: Tally, meter: Meter, buffer: UnitBuffer) -> None:
        means = self._means
        identity = means.leases.of(unit.account)
        with visiting(identity, meter):
            await identity.fresh()
            self._progress.entered.add(unit.account.id)
            home = means.home_of(unit.account)
            ctx = Context(
                run_id=means.run_id,
                unit=unit,
                clients=means.clients,
                gate=means.gate,
                tally=tally,
                home=home,
                now=means.now,
                sweeps=means.sweeps,
                redactor=means.redactor,
            )
            async with aclosing(self._task(ctx)) as records:
                async for record in records:
                    await buffer.add(record)
                    tally.records[record.resource_type] += 1

    def _count(self, outcome: Outcome, size: int) -> None:
        self._means.durations.learn(outcome)
        self._means.closed.learn(outcome)
        self._progress.count(outcome, size)
        log.info(
            UNIT_DONE,
            status=str(outcome.status),
            records=outcome.records,
            bytes=size,
            requests=outcome.requests,
            throttles=outcome.throttles,
            retries=outcome.retries,
            duration_ms=outcome.duration_ms,
        )


def never(unit: Unit, status: Status, why: str) -> Outcome:
    """Return the outcome of a unit that did not begin."""
    types = dict.fromkeys(unit.types, TypeOutcome(status, 0, why))
    return Outcome(unit.account.id, unit.region, unit.service, status, types)
