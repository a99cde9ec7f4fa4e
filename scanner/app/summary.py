"""What a finished run says of itself: totals, holes with their reasons, the exit code."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scanner.analysis.coverage import kind_of
from scanner.model.outcome import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from scanner.model.outcome import Outcome
    from scanner.settings import Settings

COMPLETE, PARTIAL, NOTHING, DEADLINE, INTERRUPTED = 0, 3, 4, 5, 130
"""Exit codes of the contract that depend on how a run went."""

MOST_PLACES = 1000
"""Accounts and regions that a hole names one by one; beyond, it counts them."""

_REFUSED = (Status.DENIED, Status.DENIED_SCP)


@dataclass(slots=True)
class Hole:
    """Something planned that is not complete, for one reason: where, how much, and why.

    `units` counts types within units.
    """

    service: str
    status: Status
    reason: str
    types: set[str] = field(default_factory=set)
    accounts: set[str] = field(default_factory=set)
    regions: set[str] = field(default_factory=set)
    units: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """How a run ended. `manifest` is its manifest.json, in full; `out` its directory.

    Of a shard `manifest` is that of the shard, and `whole` that of the run, once all are home.
    """

    run_id: str
    out: Path
    manifest: Mapping[str, Any]
    holes: tuple[Hole, ...]
    seconds: float
    whole: Mapping[str, Any] | None = None

    @property
    def status(self) -> str:
        """Return complete, partial or interrupted."""
        return str(self.manifest["status"])

    @property
    def out_of_time(self) -> bool:
        """Say whether the deadline left something undone."""
        return self.manifest.get("stopped_by") == "deadline"

    @property
    def failed_accounts(self) -> Mapping[str, str]:
        """Return the accounts that are not complete as a whole, with the reason."""
        failed = self.manifest["accounts"]["failed"]
        return {each["account_id"]: each["reason"] for each in failed}

    @property
    def coverage(self) -> float:
        """Return the percentage of planned units that are complete, or can't exist."""
        by_status = self.manifest["by_status"]
        settled: int = sum(by_status.get(status, 0) for status in Status if status.settled)
        return 100.0 * settled / max(1, int(self.manifest["planned"]))


def stopped_by(status: str, late: int) -> str | None:
    """Name what ended a run before its work was done; `late` counts units out of time."""
    if status == "interrupted":
        return "interrupt"
    return "deadline" if late else None


def exit_code(summary: Summary, settings: Settings) -> int:
    """Judge a run by the contract and the user's tolerance."""
    manifest = summary.manifest
    if manifest["status"] == "interrupted":
        return INTERRUPTED
    if summary.out_of_time:
        return DEADLINE
    if not manifest["accounts"]["entered"]:
        empty_shard = "shard" in manifest and not manifest["planned"]
        return COMPLETE if empty_shard else NOTHING
    if manifest["status"] == "complete" or settings.fail_on == "never":
        return COMPLETE
    refused = any(manifest["by_status"].get(status) for status in _REFUSED)
    if settings.fail_on == "denied" and not refused and not summary.failed_accounts:
        return COMPLETE
    tolerated = settings.min_coverage < 100 and summary.coverage >= settings.min_coverage  # noqa: PLR2004 — percent
    return COMPLETE if tolerated else PARTIAL


def listed(failed: Mapping[str, str]) -> list[dict[str, str]]:
    """Write accounts and why they failed as the manifest does."""
    return [{"account_id": account, "reason": failed[account]} for account in sorted(failed)]


def holes(outcomes: Iterable[Outcome]) -> tuple[Hole, ...]:
    """Group what holds no records by service, status and reason; the largest group first.

    What is unavailable is no hole in the coverage, but a reader wants to know of it too.
    """
    found: dict[tuple[str, Status, str], Hole] = {}
    for outcome in outcomes:
        for name, each in outcome.types.items():
            if each.status is not Status.COMPLETE:
                _note(found, outcome, name)
    return tuple(sorted(found.values(), key=lambda hole: (-hole.units, hole.service)))


def _note(found: dict[tuple[str, Status, str], Hole], outcome: Outcome, name: str) -> None:
    each = outcome.types[name]
    key = (outcome.service, each.status, kind_of(each.error, outcome.account_id))
    hole = found.setdefault(key, Hole(outcome.service, each.status, each.error or ""))
    hole.types.add(name)
    if len(hole.accounts) < MOST_PLACES:
        hole.accounts.add(outcome.account_id)
    hole.regions.add(outcome.region)
    hole.units += 1
