"""The sink on local disk: takes finished units, writes them in groups; AWS is unknown here."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from anyio import CancelScope, Event, current_time, move_on_after, to_thread

from scanner.model.errors import OutputError
from scanner.output.backlog import Backlog, Parcel
from scanner.output.buffer import LocalBuffer, seal
from scanner.output.encode import timestamp
from scanner.output.ledger import outcomes
from scanner.output.members import unit_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from scanner.model.outcome import Outcome
    from scanner.model.sink import UnitBuffer, Witness
    from scanner.model.target import Unit
    from scanner.output.layout import Layout
    from scanner.output.options import Options
    from scanner.output.store import Store


class LocalRun:
    """One run being written; comes from `create_run` or `resume_run`. Implements `Sink`.

    `done` holds the keys of the units that are settled already. A `witness` sees each unit just
    before it is taken over. After `finish`, or where the
    context ends, nothing is taken any more.
    """

    def __init__(
        self, layout: Layout, options: Options, store: Store, started_at: str, done: frozenset[str]
    ) -> None:
        self.run_id = layout.run_id
        self.started_at = started_at
        self.done = done
        self.witness: Witness | None = None
        self._layout = layout
        self._options = options
        self._store = store
        self._backlog = Backlog(options)
        self._spools = count()
        self._closing = False
        self._failure: OutputError | None = None
        self._wake = Event()
        self._room = Event()
        self._drained = Event()

    def open_unit(self, unit: Unit) -> LocalBuffer:
        """Begin a unit; nothing is written yet."""
        spool = self._layout.spool / f"{next(self._spools)}.member"
        return LocalBuffer(unit, spool, self._options)

    async def commit(self, buffer: UnitBuffer, outcome: Outcome) -> None:
        """Take over a finished unit; waits while too much waits to be written.

        Raises `OutputError` where an earlier write failed, and where the outcome does not
        match its unit. Failed or cancelled it has taken nothing: discard the buffer.
        """
        sealed = await seal(buffer, outcome)
        await self.take(outcome, sealed.text, sealed.spool.path if sealed.spool else None)

    async def take(self, outcome: Outcome, text: bytes | bytearray, spool: Path | None) -> None:
        """Take over a unit that was sealed before, here or in another process, as `commit` does.

        Its lines are `text`, or a whole member in the file `spool`.
        """
        self._check_open()
        if self.witness is not None:
            await self.witness.see(outcome, unit_lines(text, spool, self._options.compression))
        while self._backlog.full:
            await self._room.wait()
            self._check_open()
        self._backlog.add(Parcel(outcome, text, spool), current_time())
        self._wake.set()

    @property
    def outpost(self) -> tuple[Path, Options]:
        """What another process needs to seal units for this run: directory of spools, options."""
        return self._layout.spool, self._options

    async def finish(self, summary: Mapping[str, Any]) -> dict[str, Any]:
        """Write what waits, then the manifest, and return it; the run is over.

        `summary` gives `status`, `planned`, `accounts`, `scanner_version` and `resume`. Raises
        `OutputError`, and writes no manifest, unless each planned unit has its ledger line.
        """
        self._check_open()
        await self.close()
        self.check()
        times = {"started_at": self.started_at, "finished_at": timestamp(self._options.clock())}
        return await to_thread.run_sync(self._store.finish, {**times, **summary})

    def outcomes(self) -> Iterator[Outcome]:
        """Yield the lines of this writer's ledger so far; blocks."""
        for path in self._layout.coverage_files():
            yield from outcomes(path)

    def check(self) -> None:
        """Raise `OutputError` where a write has failed."""
        if self._failure is not None:
            raise OutputError(str(self._failure)) from self._failure

    async def close(self) -> None:
        """Take nothing more and write what waits; a failure is for `check` to raise."""
        self._closing = True
        self._wake.set()
        self._room.set()
        with CancelScope(shield=True):
            await self._drained.wait()

    async def serve(self) -> None:
        """Write groups as they fall due until the run closes; the run's context starts it.

        Cancellation does not end it, `close` does: what was taken is written. A failed write
        ends it for good, for what follows a torn member must not count.
        """
        with CancelScope(shield=True):
            try:
                while self._backlog or not self._closing:
                    await self._wait_until_due()
                    await self._write_due()
                await to_thread.run_sync(self._store.settle)
            except OutputError as error:
                self._failure = error
            finally:
                self._drained.set()
                self._room.set()

    async def _wait_until_due(self) -> None:
        while not self._closing:
            delay = self._backlog.due_in(current_time())
            if delay == 0:
                return
            self._wake = Event()
            with move_on_after(delay):
                await self._wake.wait()

    async def _write_due(self) -> None:
        groups = self._backlog.take(current_time(), everything=self._closing)
        if groups:
            await to_thread.run_sync(self._store.append, groups)
            self._backlog.written(groups)
            self._room.set()
            self._room = Event()

    def _check_open(self) -> None:
        self.check()
        if self._closing:
            raise OutputError(f"run {self.run_id} has ended: no unit is taken any more")
