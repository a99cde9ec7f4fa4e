"""Hold the records of one open unit, in little memory; knows nothing of files that stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anyio import CancelScope, Lock, to_thread

from scanner.model.errors import OutputError
from scanner.output import disk
from scanner.output.encode import encode_record
from scanner.output.members import packer

if TYPE_CHECKING:
    from pathlib import Path

    from scanner.model.outcome import Outcome
    from scanner.model.record import Record
    from scanner.model.sink import UnitBuffer
    from scanner.model.target import Unit
    from scanner.output.options import Options


class Spool:
    """A member that grows in a temporary file, for a unit too big for memory."""

    def __init__(self, path: Path, options: Options) -> None:
        self.path = path
        self._packing = packer(options.compression)

    def write(self, text: bytes | bytearray) -> None:
        """Append lines."""
        self._append(self._packing.compress(text))

    def finish(self, text: bytes | bytearray) -> None:
        """Append the last lines and make the member whole."""
        self._append(self._packing.compress(text) + self._packing.flush())

    def _append(self, data: bytes) -> None:
        with disk.appending(self.path, durable=False) as file:
            file.write(data)


class LocalBuffer:
    """The records of one open unit, as encoded lines; past a cap they go to a spool.

    `text` and `spool` together are the unit's records once `seal` returned: all of them are
    in the spool if there is one.
    """

    def __init__(self, unit: Unit, spool: Path, options: Options) -> None:
        self.unit = unit
        self.records = 0
        self.bytes = 0
        self.text = bytearray()
        self.spool: Spool | None = None
        self._spool_path = spool
        self._options = options
        self._spilling = Lock()
        self._ended = False

    async def add(self, record: Record) -> None:
        """Take a record; waits while the unit spills."""
        self._check_open()
        line = encode_record(record)
        self.text += line
        self.records += 1
        self.bytes += len(line)
        if len(self.text) >= self._options.unit_bytes:
            async with self._spilling:
                if len(self.text) >= self._options.unit_bytes:
                    await self._spill()

    async def seal(self) -> None:
        """End the unit: no record is taken any more."""
        self._check_open()
        async with self._spilling:
            self._ended = True
            if self.spool is not None:
                await to_thread.run_sync(self.spool.finish, self._taken())

    async def discard(self) -> None:
        """Forget the records; also when the task is being cancelled."""
        self._ended = True
        with CancelScope(shield=True):
            async with self._spilling:
                self._taken()
                if self.spool is not None:
                    await to_thread.run_sync(disk.remove, self.spool.path)

    async def _spill(self) -> None:
        if self._ended:
            return
        self.spool = self.spool or Spool(self._spool_path, self._options)
        try:
            await to_thread.run_sync(self.spool.write, self._taken())
        except OutputError:
            self._ended = True  # what was taken is lost, so the unit must not be committed
            raise

    def _taken(self) -> bytearray:
        text, self.text = self.text, bytearray()
        return text

    def _check_open(self) -> None:
        if self._ended:
            raise OutputError(f"{self.unit.key}: the unit has ended already")


async def seal(buffer: UnitBuffer, outcome: Outcome) -> LocalBuffer:
    """End a unit; raises OutputError where the outcome does not match it."""
    if not isinstance(buffer, LocalBuffer):
        raise OutputError(f"{outcome.key}: the buffer is another sink's")
    if buffer.unit.key != outcome.key:
        raise OutputError(f"the outcome of {outcome.key} came with the unit {buffer.unit.key}")
    if buffer.records != outcome.records:
        raise OutputError(
            f"{outcome.key}: the outcome counts {outcome.records} records, "
            f"the unit holds {buffer.records}"
        )
    await buffer.seal()
    return buffer
