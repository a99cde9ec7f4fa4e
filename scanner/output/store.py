"""Write finished units: records first, synced, then their ledger lines. Blocks; for threads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scanner.output import disk, manifest
from scanner.output.encode import encode_outcome
from scanner.output.layout import number_of
from scanner.output.members import pack, raw_pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from scanner.model.outcome import Outcome
    from scanner.output.backlog import Group, Parcel
    from scanner.output.disk import AppendFile
    from scanner.output.layout import Layout
    from scanner.output.manifest import Totals
    from scanner.output.options import Options


class Store:
    """The data and ledger files of a run, open at their ends for one writer."""

    def __init__(self, layout: Layout, options: Options) -> None:
        self._layout = layout
        self._file_bytes = options.file_bytes
        self._numbers: dict[tuple[str, str], int] = {}
        self._ledger_number = max(map(number_of, layout.coverage_files()), default=0)

    def append(self, groups: Iterable[Group]) -> None:
        """Make units durable; a unit counts from the moment its ledger line is there."""
        self.write(groups)

    def write(self, groups: Iterable[Group]) -> int:
        """Write records, then ledger lines; return how many bytes."""
        placed = [outcome for group in groups for outcome in self._place(group)]
        member = pack(map(encode_outcome, placed))
        with disk.appending(self._ledger()) as file:
            file.write(member)
        members = {(each.file, each.offset): each.bytes or 0 for each in placed}
        return len(member) + sum(members.values())

    def settle(self) -> None:
        """Make what was appended as durable as it gets; nothing may be left to do."""

    def finish(self, summary: Mapping[str, Any]) -> dict[str, Any]:
        """Sum up, publish the manifest and return it; `summary` has the run's times, too."""
        totals = manifest.add_up(self._layout, summary["planned"])
        document = manifest.compose(self._layout, summary, totals, self._files(totals))
        manifest.publish(self._layout, document)
        return document

    def _files(self, totals: Totals) -> list[dict[str, Any]]:
        return [
            manifest.describe_file(self._layout, name, lines)
            for name, lines in sorted(totals.files.items())
        ]

    def _place(self, group: Group) -> Iterator[Outcome]:
        if group.key is None:
            yield from (parcel.outcome for parcel in group.parcels)
            return
        path = self._data(*group.key)
        spooled = [parcel for parcel in group.parcels if parcel.spool is not None]
        shared = [parcel for parcel in group.parcels if parcel.spool is None]
        name = self._layout.relative(path)
        with disk.appending(path) as file:
            if shared:
                member = pack((parcel.text for parcel in shared), self._layout.compression)
                yield from _located(shared, name, _write(file, [member]))
            for parcel in spooled:
                yield from _located([parcel], name, _write(file, _spooled(parcel)))
        for parcel in spooled:
            if parcel.spool is not None:
                disk.remove(parcel.spool)

    def _data(self, service: str, region: str) -> Path:
        key = (service, region)
        number = self._numbers.get(key)
        if number is None:
            directory = self._layout.data(service, region, 0).parent
            number = max(self._layout.last_number(directory), self._layout.first)
        path = self._layout.data(service, region, number)
        if _size(path) > self._file_bytes:
            number += 1
            path = self._layout.data(service, region, number)
        self._numbers[key] = number
        return path

    def _ledger(self) -> Path:
        if _size(self._layout.coverage(self._ledger_number)) > self._file_bytes:
            self._ledger_number += 1
        return self._layout.coverage(self._ledger_number)


def _spooled(parcel: Parcel) -> Iterator[bytes]:
    if parcel.spool is not None:
        yield from raw_pieces(parcel.spool)


def _write(file: AppendFile, pieces: Iterable[bytes]) -> tuple[int, int]:
    offset = file.position
    for piece in pieces:
        file.write(piece)
    return offset, file.position - offset


def _located(parcels: list[Parcel], name: str, place: tuple[int, int]) -> Iterator[Outcome]:
    offset, size = place
    for parcel in parcels:
        yield replace(parcel.outcome, file=name, offset=offset, bytes=size)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
