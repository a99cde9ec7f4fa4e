"""Compare two runs on disk, partition by partition, in bounded memory; it prints nothing."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from scanner.analysis.coverage import Coverage
from scanner.analysis.diff import Comparison
from scanner.analysis.lines import Buckets
from scanner.model.errors import OutputError, SettingsError
from scanner.model.record import SCHEMA
from scanner.output import find_run, finished_runs, read_ledger, read_lines, read_manifest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.analysis.diff import Change

LATEST, PREVIOUS = "latest", "previous"
"""Names for the newest finished run, and for the one before it."""

BUCKET_BYTES = 6 << 20
"""Compressed bytes of a partition that are compared in one go: about 100 MiB of text."""

_NOTHING: Mapping[str, frozenset[str]] = MappingProxyType({})


@dataclass(slots=True)
class _Partition:
    """The files of one service and region in each of the runs."""

    old: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    size: int = 0


@dataclass(frozen=True, slots=True)
class Diff:
    """Two finished runs in `out`, to be compared; raises SettingsError where they are none."""

    out: Path
    old: str
    new: str
    ignored: Mapping[str, frozenset[str]] = field(default_factory=lambda: _NOTHING)

    @classmethod
    def of(
        cls, out: Path, old: str, new: str, ignored: Mapping[str, frozenset[str]] = _NOTHING
    ) -> Diff:
        """Find the runs by id, or by `latest` and `previous`."""
        try:
            finished = finished_runs(out)
            return cls(out, _named(out, old, finished), _named(out, new, finished), ignored)
        except OutputError as exc:
            raise SettingsError(str(exc)) from exc

    def changes(self) -> Iterator[Change]:
        """Yield every change; blocks. The order is the same each time.

        Within a service and region it is that of account, type and id, unless the records of
        both runs there are too many for the memory.
        """
        old, new = (Coverage(read_ledger(self.out, run_id)) for run_id in (self.old, self.new))
        comparison = Comparison(old, new, self.ignored)
        for _, partition in sorted(self._partitions().items()):
            yield from self._within(comparison, partition)

    def _partitions(self) -> dict[PurePath, _Partition]:
        found: dict[PurePath, _Partition] = defaultdict(_Partition)
        for side, run_id in (("old", self.old), ("new", self.new)):
            manifest = read_manifest(self.out, run_id) or {"files": []}
            for file in manifest["files"]:
                path = PurePath(file["path"])
                if path.parts[0] != "coverage":
                    partition = found[PurePath(*path.parent.parts[2:])]
                    getattr(partition, side).append(file["path"])
                    partition.size += file["bytes"]
        return found

    def _within(self, comparison: Comparison, partition: _Partition) -> Iterator[Change]:
        count = 1 + partition.size // BUCKET_BYTES
        if count == 1:
            yield from comparison.changes(self._lines(partition.old), self._lines(partition.new))
            return
        with tempfile.TemporaryDirectory(prefix="scanner-diff-") as name:
            old, new = (Buckets(Path(name), side, count) for side in ("old", "new"))
            old.fill(self._lines(partition.old))
            new.fill(self._lines(partition.new))
            for number in range(count):
                yield from comparison.changes(old.drain(number), new.drain(number))

    def _lines(self, files: list[str]) -> Iterator[bytes]:
        for file in files:
            yield from read_lines(self.out, file)


def read_ignored(texts: tuple[str, ...]) -> dict[str, frozenset[str]]:
    """Read `MEMBER` and `TYPE:MEMBER`, the last `:` dividing; raises SettingsError."""
    found: dict[str, frozenset[str]] = {}
    for text in texts:
        name, _, member = text.rpartition(":")
        if not member:
            raise SettingsError(f"--ignore {text}: name a member, or TYPE:MEMBER")
        found[name or "*"] = found.get(name or "*", frozenset()) | {member}
    return found


def as_line(diff: Diff, change: Change) -> dict[str, Any]:
    """Return a change as plain data, for a line of JSON."""
    return {
        "schema": SCHEMA,
        "old_run_id": diff.old,
        "new_run_id": diff.new,
        "change": str(change.kind),
        **change.key._asdict(),
        "resource_name": change.name,
        "arn": change.arn,
        "patch": list(change.patch),
        "reason": change.reason,
    }


def _named(out: Path, name: str, finished: list[str]) -> str:
    if name in (LATEST, PREVIOUS):
        place = -1 if name == LATEST else -2
        if len(finished) < -place:
            raise OutputError(f"{out} has no {name} finished run")
        return finished[place]
    run_id = find_run(out, name)
    if run_id not in finished:
        raise OutputError(f"run {run_id} is not finished: resume it first")
    return run_id
