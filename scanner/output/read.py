"""Read a run: its plan, ledger, records and manifest; changes nothing."""

from __future__ import annotations

import gzip
import zlib
from itertools import groupby
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson

from scanner.model.errors import OutputError
from scanner.model.record import SCHEMA, Record
from scanner.output.disk import reporting
from scanner.output.layout import Layout, is_run_id, is_run_name, name_file, order_of
from scanner.output.ledger import outcomes
from scanner.output.members import member_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from scanner.model.outcome import Outcome
    from scanner.model.shard import Shard


def find_run(out: Path, name: str = "latest") -> str:
    """Return the id of a run in `out`: the one of that id or name, or the newest with a plan."""
    if not is_run_id(name) and is_run_name(name) and name_file(out, name).exists():
        name = str(load(name_file(out, name))["run_id"])
    found = list_runs(out)
    if name != "latest" and name not in found:
        raise OutputError(f"there is no run {name} in {out}")
    if name != "latest":
        return name
    for run_id in found:
        if Layout(out, run_id).plan.exists():
            return run_id
    raise OutputError(f"there is no run in {out}")


def list_runs(out: Path) -> list[str]:
    """Return the ids of the runs in `out`, finished or not, the newest first."""
    runs = out / "runs"
    with reporting("read", runs):
        return sorted((each.name for each in runs.glob("*") if is_run_id(each.name)), reverse=True)


def read_plan(out: Path, run_id: str) -> dict[str, Any]:
    """Read what was planned, with the run's own fields (job, shard, started_at, …)."""
    return load(Layout(out, run_id).plan)


def find_plan(out: Path, run_id: str) -> dict[str, Any] | None:
    """Read what was planned; None while nothing is."""
    return read_plan(out, run_id) if Layout(out, run_id).plan.exists() else None


def read_manifest(out: Path, run_id: str, shard: Shard | None = None) -> dict[str, Any] | None:
    """Read the manifest of a run, or of a shard; None while it is not finished."""
    path = Layout(out, run_id, shard=shard).manifest
    return load(path) if path.exists() else None


def read_latest(out: Path) -> dict[str, Any]:
    """Read `latest.json`; where there is none it names neither a complete nor a partial run."""
    path = out / "latest.json"
    with reporting("read", path):
        text = path.read_bytes() if path.exists() else None
    return latest_of(text, path)


def latest_of(text: bytes | None, path: Path) -> dict[str, Any]:
    """Return what `latest.json` says that has this text, or is not there."""
    nothing: dict[str, Any] = {"schema": SCHEMA, "complete": None, "partial": None}
    return nothing if text is None else nothing | parse(text, path)


def read_ledger(out: Path, run_id: str, shard: Shard | None = None) -> Iterator[Outcome]:
    """Yield the outcomes of a run or of a shard, finished or not.

    Of a finished one those files are read that its manifest names, and damage to them raises
    `OutputError`; of one that is not finished, the whole members are read.
    """
    layout = Layout(out, run_id, shard=shard)
    finished = read_manifest(out, run_id, shard)
    for path in _ledger_files(layout, finished):
        with reporting("read", path):
            yield from outcomes(path, strict=finished is not None)


def _ledger_files(layout: Layout, finished: Mapping[str, Any] | None) -> list[Path]:
    if finished is not None:
        names = [each["path"] for each in finished["files"]]
        named = [layout.out / name for name in names if name.startswith("coverage/")]
        return sorted(named, key=order_of)
    return layout.ledger_files() if layout.shard is None else layout.coverage_files()


def read_records(out: Path, run_id: str) -> Iterator[dict[str, Any]]:
    """Yield the records of the units in the ledger; others on disk are not part of the run."""
    last = None
    for outcome in read_ledger(out, run_id):
        if outcome.file is None or outcome.offset is None or outcome.bytes is None:
            continue
        place = (outcome.file, outcome.offset)
        if place == last:  # units that share a member follow one another
            continue
        last = place
        with reporting("read", out / outcome.file):
            lines = member_lines(out / outcome.file, outcome.offset, outcome.bytes)
            yield from map(orjson.loads, lines)


def read_units(
    out: Path,
    run_id: str,
    types: Collection[str],
    wanted: Callable[[Outcome], bool] = lambda _: True,
) -> Iterator[tuple[Outcome, Iterable[Record]]]:
    """Yield the wanted outcomes of a run with the unit's records of some types.

    Records are to be taken before the next outcome is: those of a large unit are read then.
    """
    ledger = filter(wanted, read_ledger(out, run_id))
    for (file, offset), units in groupby(ledger, key=lambda each: (each.file, each.offset)):
        sharing = list(units)
        concerned = any(each.types.keys() & types for each in sharing)
        if file is None or offset is None or not concerned:
            yield from ((each, ()) for each in sharing)
            continue
        records = records_of(_lines(out / file, offset, sharing[0].bytes or 0), types)
        if len(sharing) == 1:
            [one] = sharing
            yield one, (each for each in records if _unit_of(each) == one.key)
            continue
        found: dict[str, list[Record]] = {}
        for record in records:
            found.setdefault(_unit_of(record), []).append(record)
        yield from ((each, found.get(each.key, ())) for each in sharing)


def _unit_of(record: Record) -> str:
    return f"{record.account_id}/{record.region}/{record.service}"


def records_of(lines: Iterable[bytes], types: Collection[str]) -> Iterator[Record]:
    """Read the records of some types from a unit's lines."""
    for line in lines:
        fields = orjson.loads(line)
        if fields["resource_type"] in types:
            yield Record(*map(fields.get, Record.__slots__))


def _lines(path: Path, offset: int, size: int) -> Iterator[bytes]:
    with reporting("read", path):
        yield from member_lines(path, offset, size)


def finished_runs(out: Path) -> list[str]:
    """List the ids of the runs in `out` that have a manifest, the oldest first."""
    return [each for each in reversed(list_runs(out)) if Layout(out, each).manifest.exists()]


def read_lines(out: Path, name: str) -> Iterator[bytes]:
    """Yield the lines of a records file that a manifest names, without their line feeds."""
    path = out / name
    try:
        with reporting("read", path), path.open("rb") as packed, _unpacking(packed, path) as file:
            for line in file:
                yield line.rstrip(b"\n")
    except (EOFError, zlib.error) as error:
        raise OutputError(f"{path} is damaged: {error}") from error


def _unpacking(packed: BinaryIO, path: Path) -> BinaryIO | gzip.GzipFile:
    return gzip.open(packed) if path.suffix == ".gz" else packed


def load(path: Path) -> dict[str, Any]:
    """Read a file of one JSON object."""
    with reporting("read", path):
        text = path.read_bytes()
    return parse(text, path)


def parse(text: bytes, path: Path) -> dict[str, Any]:
    """Read the text of a file of one JSON object."""
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise OutputError(f"{path} is damaged: {error}") from error
    if not isinstance(document, dict):
        raise OutputError(f"{path} is damaged: not a JSON object")
    return document
