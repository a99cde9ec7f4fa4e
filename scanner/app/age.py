"""Tell how long ago what a run planned was last seen whole, from the ledgers; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from scanner.output import finished_runs, read_latest, read_ledger, read_manifest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from scanner.model.outcome import Outcome

MOST_LINES = 250_000
"""Ledger lines of earlier runs that are looked at, a few seconds' worth."""
MOST_MISSING = 100_000
"""Units that are looked for in earlier runs."""


@dataclass(frozen=True, slots=True)
class Ages:
    """Seconds since the newest complete run, and since the most neglected unit was seen whole."""

    complete: float | None
    oldest: float | None


def ages(out: Path, run_id: str, now: datetime) -> Ages:
    """Look at a finished run and those before it; blocks. Raises OutputError on damage.

    A complete run saw every unit after its start: its ledger is not read.
    """
    newest = read_latest(out)["complete"]
    complete = read_manifest(out, newest["run_id"]) if newest else None
    if complete and complete["run_id"] == run_id:
        oldest = complete["started_at"]
    else:
        oldest = oldest_seen(read_ledger(out, run_id), _lines_before(out, run_id))
    return Ages(_since(complete["finished_at"] if complete else None, now), _since(oldest, now))


def oldest_seen(run: Iterable[Outcome], before: Iterable[Outcome]) -> str | None:
    """Return when the unit that waits longest was last seen whole; None where none was looked at.

    Units of `run` that are not settled are looked for in `before`, which goes back in time. One
    that was settled nowhere counts as old as the oldest line looked at: at least so old it is.
    """
    missing: set[str] = set()
    looked_at, seen = _Oldest(), _Oldest()
    for outcome in run:
        looked_at.note(outcome)
        if outcome.status.settled:
            seen.note(outcome)
        elif len(missing) < MOST_MISSING:
            missing.add(outcome.key)
    for outcome in before if missing else ():
        looked_at.note(outcome)
        if outcome.key in missing and outcome.status.settled:
            missing.remove(outcome.key)
            seen.note(outcome)
            if not missing:
                break
    return (looked_at if missing else seen).started_at


@dataclass(slots=True)
class _Oldest:
    """The oldest time noted. Units that were never started, for nothing is there, have none."""

    started_at: str | None = None

    def note(self, outcome: Outcome) -> None:
        if outcome.started_at and (not self.started_at or outcome.started_at < self.started_at):
            self.started_at = outcome.started_at


def _lines_before(out: Path, run_id: str) -> Iterator[Outcome]:
    """Yield the ledgers of the finished runs of the same job before this one, the newest first."""
    own = read_manifest(out, run_id)
    left = MOST_LINES
    for earlier in (each for each in reversed(finished_runs(out)) if each < run_id):
        manifest = read_manifest(out, earlier)
        if left > 0 and own and manifest and manifest["job"] == own["job"]:
            left -= int(manifest["planned"])
            yield from read_ledger(out, earlier)


def _since(moment: str | None, now: datetime) -> float | None:
    return (now - datetime.fromisoformat(moment)).total_seconds() if moment else None
