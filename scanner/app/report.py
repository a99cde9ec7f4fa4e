"""Make the report of a run on disk, in one pass over its ledger and one over its records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from scanner.analysis.lines import read_head
from scanner.analysis.report.counts import Counts
from scanner.analysis.report.course import Pace, Scopes
from scanner.analysis.report.findings import Findings
from scanner.analysis.report.heat import HeatMap
from scanner.analysis.report.inventory import Rows, Tags
from scanner.analysis.report.page import compose
from scanner.analysis.report.tables import Column, as_table
from scanner.app.check import accounts_of, find_finished
from scanner.app.link import VERSION
from scanner.app.summary import holes
from scanner.model.outcome import Status
from scanner.output import (
    finished_runs,
    read_findings,
    read_ledger,
    read_lines,
    read_manifest,
    read_plan,
)
from scanner.output.encode import timestamp
from scanner.output.layout import Layout, started

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from scanner.app.summary import Hole
    from scanner.model.outcome import Outcome

MOST_RUNS = 90
"""Runs over which growth is shown."""

_HOLES = (
    Column("Status", "mark"), Column("Service"), Column("Looks", "bar"),
    Column("Accounts", "number"), Column("Regions", "number"), Column("Reason"), Column("Types"),
)  # fmt: skip
_TOLD = (
    "run_id", "status", "job", "started_at", "finished_at", "scanner_version", "records",
    "requests", "throttles", "planned", "by_status", "accounts", "stopped_by",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """A finished run of which a page is made; `page` blocks.

    At most `rows` records are in the table of the inventory, and as many findings in theirs.
    """

    out: Path
    run_id: str
    rows: int
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @classmethod
    def of(cls, out: Path, name: str, rows: int) -> Report:
        """Find the run by id, name or `latest`; raises SettingsError."""
        return cls(out, find_finished(out, name), rows)

    def page(self) -> bytes:
        """Write the page."""
        manifest = read_manifest(self.out, self.run_id) or {}
        document, found = self._of_ledger(manifest)
        tags, rows = Tags(), Rows(self.rows, found)
        for line in self._lines(manifest):
            record = read_head(line)
            tags.add(record)
            rows.add(record)
        more = {"tags": tags.document(), "findings": self._findings(), "shown": len(rows)}
        return compose(document | more, rows.table())

    def _of_ledger(self, manifest: Mapping[str, Any]) -> tuple[dict[str, Any], Mapping[str, int]]:
        counts, heat, scopes = Counts(), HeatMap(), Scopes()
        pace = Pace(manifest.get("started_at"), manifest.get("finished_at"))
        outcomes = _each(read_ledger(self.out, self.run_id), (counts, heat, scopes, pace))
        missing = holes(outcomes)
        names = self._account_names()
        history = self._history(manifest.get("job"))
        before = history[-2]["run_id"] if len(history) > 1 else None
        document = {
            "run": {name: manifest.get(name) for name in _TOLD},
            "written": {"at": timestamp(self.now), "by": VERSION},
            "percent": counts.percent,
            "before": before,
            "history": history,
            "counts": counts.tables(before and self._counts(before), names),
            "types": sum(map(bool, counts.records.values())),
            "heat": heat.document(names),
            "holes": as_table(_HOLES, map(_hole, sorted(missing, key=_is_unavailable))),
            "pace": pace.document(),
            "scopes": scopes.table(),
        }
        return document, counts.records

    def _account_names(self) -> dict[str, str]:
        accounts = accounts_of(read_plan(self.out, self.run_id))
        return {each.id: each.name for each in accounts.values() if each.name}

    def _history(self, job: str | None) -> list[dict[str, Any]]:
        """Sum up this run and those before it, the oldest first."""
        runs = [each for each in finished_runs(self.out) if each <= self.run_id]
        manifests = (read_manifest(self.out, each) for each in runs[-MOST_RUNS:])
        return [_summed(each) for each in manifests if each is not None and each["job"] == job]

    def _counts(self, run_id: str) -> Counts:
        counts = Counts()
        for outcome in read_ledger(self.out, run_id):
            counts.add(outcome)
        return counts

    def _lines(self, manifest: Mapping[str, Any]) -> Iterator[bytes]:
        for file in manifest.get("files", ()):
            if PurePath(file["path"]).parts[0] == "inventory":
                yield from read_lines(self.out, file["path"])

    def _findings(self) -> dict[str, Any] | None:
        findings = Findings(self.rows)
        for path in Layout(self.out, self.run_id).findings_files():
            findings.add(read_findings(path))
        return findings.document()


def _each(
    outcomes: Iterable[Outcome], counters: tuple[Counts, HeatMap, Scopes, Pace]
) -> Iterator[Outcome]:
    """Show every outcome to all who count, on its way."""
    for outcome in outcomes:
        for counter in counters:
            counter.add(outcome)
        yield outcome


def _is_unavailable(hole: Hole) -> bool:
    return hole.status is Status.UNAVAILABLE


def _hole(hole: Hole) -> tuple[Any, ...]:
    return (
        str(hole.status), hole.service, hole.units, len(hole.accounts), len(hole.regions),
        hole.reason, ", ".join(sorted(hole.types)),
    )  # fmt: skip


def _summed(manifest: Mapping[str, Any]) -> dict[str, Any]:
    by_status = manifest["by_status"]
    settled = sum(by_status.get(status, 0) for status in Status if status.settled)
    return {
        "run_id": manifest["run_id"],
        "at": int(started(manifest["run_id"]).timestamp()),
        "status": manifest["status"],
        "records": manifest["records"],
        "percent": round(100.0 * settled / max(1, manifest["planned"] or 0), 2),
    }
