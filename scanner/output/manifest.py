"""Sum a finished run up: manifest.json and latest.json; believes the ledger, not the caller."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scanner.model.errors import OutputError
from scanner.model.outcome import Status
from scanner.model.record import SCHEMA
from scanner.output import disk
from scanner.output.encode import encode_document
from scanner.output.layout import Layout
from scanner.output.ledger import outcomes
from scanner.output.members import raw_pieces
from scanner.output.read import latest_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from scanner.model.outcome import Outcome

_SLOTS = ("complete", "partial")
_TOLD = ("status", "started_at", "finished_at", "scanner_version", "planned")


@dataclass(slots=True)
class Totals:
    """What the ledger of a run adds up to; `files` counts lines by file, the ledger's too."""

    units: int = 0
    by_status: Counter[Status] = field(default_factory=Counter)
    records: int = 0
    requests: int = 0
    throttles: int = 0
    files: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: Outcome) -> None:
        """Count a unit."""
        self.units += 1
        self.by_status[outcome.status] += 1
        self.records += outcome.records
        self.requests += outcome.requests
        self.throttles += outcome.throttles
        if outcome.file is not None:
            self.files[outcome.file] += outcome.records


def add_up(layout: Layout, planned: int) -> Totals:
    """Read the ledger; raise `OutputError` unless every planned unit has one line in it."""
    totals = Totals()
    seen: set[str] = set()
    for path in layout.coverage_files():
        before = totals.units
        for outcome in outcomes(path, strict=True):
            if layout.shard is not None and not layout.shard.holds(outcome.account_id):
                raise OutputError(f"{path}: {outcome.key} is not of shard {layout.shard}")
            totals.add(outcome)
            seen.add(outcome.key)
        totals.files[layout.relative(path)] = totals.units - before
    if not planned == totals.units == len(seen):
        raise OutputError(
            f"run {layout.run_id}: {planned} units were planned, the ledger has "
            f"{totals.units} lines for {len(seen)} units; no manifest is written"
        )
    return totals


def describe_file(layout: Layout, name: str, records: int) -> dict[str, Any]:
    """Measure a file for the manifest."""
    size, sha256 = measure(layout.out / name)
    return {"path": name, "records": records, "bytes": size, "sha256": sha256}


def measure(path: Path) -> tuple[int, str]:
    """Return a file's size and SHA-256."""
    digest, size = hashlib.sha256(), 0
    with disk.reporting("read", path):
        for piece in raw_pieces(path):
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()


def compose(
    layout: Layout, summary: Mapping[str, Any], totals: Totals, files: list[dict[str, Any]]
) -> dict[str, Any]:
    """Build the manifest; what the ledger knows wins over the summary, which adds the rest."""
    shard = {} if layout.shard is None else {"shard": str(layout.shard)}
    known = {
        "schema": SCHEMA,
        "run_id": layout.run_id,
        "job": layout.job,
        **{name: summary.get(name) for name in _TOLD},
        "by_status": {status.value: totals.by_status[status] for status in Status},
        "accounts": summary.get("accounts"),
        "records": totals.records,
        "requests": totals.requests,
        "throttles": totals.throttles,
        "files": files,
        "resume": summary.get("resume"),
        **shard,
    }
    return known | {name: value for name, value in summary.items() if name not in known}


def publish(layout: Layout, manifest: Mapping[str, Any], expected: str | None = None) -> None:
    """Put the manifest in place, then point `latest.json` at it if it is the whole run's."""
    disk.write_whole(layout.manifest, encode_document(manifest), expected)
    if layout.shard is None:
        announce(layout.out, layout.run_id, manifest)


def announce(out: Path, run_id: str, manifest: Mapping[str, Any]) -> None:
    """Point `latest.json` at a run, unless it names that one or a later one already."""
    layout = Layout(out, run_id)
    slot = "complete" if manifest["status"] == "complete" else "partial"
    entry = {"run_id": layout.run_id, "manifest": layout.relative(layout.manifest)}

    def point(before: bytes | None) -> bytes | None:
        latest = latest_of(before, layout.latest)
        if latest[slot] is not None and latest[slot]["run_id"] >= layout.run_id:
            return None
        return encode_document(latest | {slot: entry})

    disk.replace(layout.latest, _latest_lock(layout), point)


def withdraw(layout: Layout) -> None:
    """Take a manifest back, the pointer first, before the run is written to again."""
    if not layout.manifest.exists():
        return

    def forget(before: bytes | None) -> bytes | None:
        latest = latest_of(before, layout.latest)
        kept = {
            slot: None if slot in _SLOTS and entry and entry["run_id"] == layout.run_id else entry
            for slot, entry in latest.items()
        }
        return encode_document(kept)

    disk.replace(layout.latest, _latest_lock(layout), forget)
    disk.remove(layout.manifest)


def _latest_lock(layout: Layout) -> Path:
    return layout.out / "runs" / "latest.lock"
