"""Bring the files of a stopped run back to what its ledger says, settled units only.

Units that must run again leave their lines and records: what holds them is rewritten into
new files, a rename of the ledger file makes that count, and only then the old files go. A
crash anywhere leaves a state from which this starts over. Never touches another run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby, islice
from typing import TYPE_CHECKING

import orjson

from scanner.model.errors import OutputError
from scanner.model.outcome import Status
from scanner.output import disk
from scanner.output.encode import encode_outcome
from scanner.output.ledger import cut_torn_tail, outcomes
from scanner.output.members import member_lines, pack, raw_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from scanner.model.outcome import Outcome
    from scanner.output.layout import Layout

_LEDGER_LINES = 4096


def recover(
    layout: Layout, elsewhere: Mapping[str, int] | None = None, *, again: bool = True
) -> frozenset[str]:
    """Mend the run and return the keys of the units it keeps; the caller holds the lock.

    `again` says that units which are not settled will run again; otherwise they stay too.
    `elsewhere` are the sizes of whole files that are not in the layout, none of them dirty.
    """
    disk.remove_directory(layout.spool)
    for path in layout.coverage_files():
        cut_torn_tail(path)
    survey = Survey(layout, elsewhere, again=again)
    if survey.dirty:
        _Compaction(layout, survey).run()
        survey = Survey(layout, elsewhere, again=again)
    if survey.dirty:
        raise OutputError(f"{layout.run}: the ledger does not fit its files even when rewritten")
    _sweep(layout, survey)
    return frozenset(survey.done)


@dataclass(slots=True)
class Extent:
    """How far the ledger accounts for a records file, and whether for all of it."""

    size: int
    start: int = -1
    end: int = 0
    dirty: bool = False

    def take(self, offset: int, size: int, *, kept: bool) -> None:
        """Account for a member; units that share it follow one another in the ledger."""
        if offset != self.start:
            self.dirty |= offset != self.end
            self.start, self.end = offset, offset + size
        self.dirty |= not kept


class Survey:
    """What the ledger says of its units and files: one pass, a key in memory for each unit."""

    def __init__(
        self, layout: Layout, elsewhere: Mapping[str, int] | None = None, *, again: bool = True
    ) -> None:
        self._out = layout.out
        self._elsewhere = elsewhere or {}
        self._again = again
        self.extents: dict[str, Extent] = {}
        self.done: set[str] = set()
        self.dropped = 0
        for path in layout.coverage_files():
            for outcome in outcomes(path):
                self._add(outcome)

    @property
    def dirty(self) -> bool:
        """Say whether anything must be rewritten."""
        return self.dropped > 0 or any(each.dirty for each in self.extents.values())

    def keeps(self, outcome: Outcome) -> bool:
        """Say whether a unit need not run again and its records are all there."""
        final = outcome.status.settled or outcome.status is Status.TRUNCATED
        if self._again and not final:
            return False
        if outcome.file is None:
            return True
        return _end(outcome) <= self._extent(outcome.file).size

    def _add(self, outcome: Outcome) -> None:
        kept = self.keeps(outcome)
        if kept:
            self.done.add(outcome.key)
        else:
            self.dropped += 1
        if outcome.file is not None:
            place = (outcome.offset or 0, outcome.bytes or 0)
            self._extent(outcome.file).take(*place, kept=kept)

    def _extent(self, file: str) -> Extent:
        extent = self.extents.get(file)
        if extent is None:
            extent = self.extents[file] = Extent(self._size(file))
        return extent

    def _size(self, file: str) -> int:
        path = self._out / file
        return path.stat().st_size if path.exists() else self._elsewhere.get(file, -1)


class _Compaction:
    """Rewrites what holds units that must go: ledger file by ledger file, in its order."""

    def __init__(self, layout: Layout, survey: Survey) -> None:
        self._layout = layout
        self._survey = survey
        self._targets: dict[str, Path] = {}
        self._unsynced: set[Path] = set()

    def run(self) -> None:
        for path in self._layout.coverage_files():
            fresh = self._layout.spool / path.name
            moved = self._moved(path)
            while lines := list(map(encode_outcome, islice(moved, _LEDGER_LINES))):
                with disk.appending(fresh) as file:
                    file.write(pack(lines))
            for data in sorted(self._unsynced):
                disk.sync(data)
            self._unsynced.clear()
            if fresh.exists():
                disk.move(fresh, path)
            else:
                disk.remove(path)

    def _moved(self, ledger: Path) -> Iterator[Outcome]:
        for (file, _), units in groupby(outcomes(ledger), lambda each: (each.file, each.offset)):
            if file is None or not self._survey.extents[file].dirty:
                yield from filter(self._survey.keeps, units)
            else:
                yield from self._copied(file, [*units])

    def _copied(self, file: str, units: list[Outcome]) -> Iterator[Outcome]:
        """Copy a member without the records of the units that must go."""
        kept = [each for each in units if self._survey.keeps(each)]
        if not kept:
            return
        source, target = self._layout.out / file, self._target(file)
        self._unsynced.add(target)
        with disk.appending(target, durable=False) as copy:
            offset = copy.position
            if len(kept) == len(units):
                pieces = raw_pieces(source, units[0].offset or 0, units[0].bytes or 0)
            else:
                pieces = self._filtered(source, kept)
            for piece in pieces:
                copy.write(piece)
            size = copy.position - offset
        name = self._layout.relative(target)
        yield from (replace(each, file=name, offset=offset, bytes=size) for each in kept)

    def _filtered(self, source: Path, kept: list[Outcome]) -> Iterator[bytes]:
        accounts = {each.account_id for each in kept}
        lines = member_lines(source, kept[0].offset or 0, kept[0].bytes or 0)
        whose = (line + b"\n" for line in lines if orjson.loads(line)["account_id"] in accounts)
        yield pack(whose, self._layout.compression)

    def _target(self, file: str) -> Path:
        target = self._targets.get(file)
        if target is None:
            source = self._layout.out / file
            number = self._layout.last_number(source.parent) + 1
            name = f"{self._layout.run_id}-{self._layout.label}-{number}{''.join(source.suffixes)}"
            target = self._targets[file] = source.with_name(name)
        return target


def _sweep(layout: Layout, survey: Survey) -> None:
    """Remove the files no ledger line names, and what stands past the last ledgered member."""
    for path in list(layout.data_files()):
        extent = survey.extents.get(layout.relative(path))
        if extent is None:
            disk.remove(path)
        elif extent.size > extent.end:
            disk.cut(path, extent.end)


def _end(outcome: Outcome) -> int:
    return (outcome.offset or 0) + (outcome.bytes or 0)
