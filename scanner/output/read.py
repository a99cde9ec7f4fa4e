"""Read a run: its plan, ledger, records and manifest; changes nothing."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING, Any

import orjson

from scanner.model.errors import OutputError
from scanner.model.record import SCHEMA
from scanner.output.disk import reporting
from scanner.output.layout import Layout, is_run_id
from scanner.output.ledger import outcomes
from scanner.output.members import member_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scanner.model.outcome import Outcome


def find_run(out: Path, name: str = "latest") -> str:
    """Return the id of a run in `out`: the one named, or the newest."""
    runs = out / "runs"
    with reporting("read", runs):
        found = [each.name for each in runs.glob("*") if is_run_id(each.name)]
    if name != "latest" and name not in found:
        raise OutputError(f"there is no run {name} in {out}")
    if not found:
        raise OutputError(f"there is no run in {out}")
    return max(found) if name == "latest" else name


def read_plan(out: Path, run_id: str) -> dict[str, Any]:
    """Read what was planned, with the run's own fields (job, shard, started_at, …)."""
    return load(Layout(out, run_id).plan)


def read_manifest(out: Path, run_id: str) -> dict[str, Any] | None:
    """Read the manifest; None while the run is not finished."""
    path = Layout(out, run_id).manifest
    return load(path) if path.exists() else None


def read_latest(out: Path) -> dict[str, Any]:
    """Read `latest.json`; where there is none it names neither a complete nor a partial run."""
    path = out / "latest.json"
    nothing: dict[str, Any] = {"schema": SCHEMA, "complete": None, "partial": None}
    return nothing | load(path) if path.exists() else nothing


def read_ledger(out: Path, run_id: str) -> Iterator[Outcome]:
    """Yield the outcomes of a run, finished or not.

    Damage to the ledger of a finished run raises `OutputError`; of one that is not finished,
    the whole members are read.
    """
    layout = Layout(out, run_id)
    strict = layout.manifest.exists()
    for path in layout.ledger_files():
        with reporting("read", path):
            yield from outcomes(path, strict=strict)


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


def finished_runs(out: Path) -> list[str]:
    """List the ids of the runs in `out` that have a manifest, the oldest first."""
    runs = out / "runs"
    with reporting("read", runs):
        found = [each.name for each in runs.glob("*") if (each / "manifest.json").exists()]
    return sorted(filter(is_run_id, found))


def read_lines(out: Path, name: str) -> Iterator[bytes]:
    """Yield the lines of a records file that a manifest names, without their line feeds."""
    path = out / name
    try:
        with (
            reporting("read", path),
            (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file,
        ):
            for line in file:
                yield line.rstrip(b"\n")
    except (EOFError, zlib.error) as error:
        raise OutputError(f"{path} is damaged: {error}") from error


def load(path: Path) -> dict[str, Any]:
    """Read a file of one JSON object."""
    with reporting("read", path):
        text = path.read_bytes()
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise OutputError(f"{path} is damaged: {error}") from error
    if not isinstance(document, dict):
        raise OutputError(f"{path} is damaged: not a JSON object")
    return document
