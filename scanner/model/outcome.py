"""How work ended: a status for every type of a unit, and one outcome for every unit."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Status(StrEnum):
    """How far a type or a unit got. Members stand in order of severity, the worst last."""

    COMPLETE = "complete"
    UNAVAILABLE = "unavailable"
    TRUNCATED = "truncated"
    DENIED_SCP = "denied_scp"
    DENIED = "denied"
    THROTTLED = "throttled"
    ERROR = "error"
    NOT_ATTEMPTED = "not_attempted"

    @property
    def settled(self) -> bool:
        """Say whether there is nothing more to learn by looking again."""
        return self in (Status.COMPLETE, Status.UNAVAILABLE)


_SEVERITY = {status: rank for rank, status in enumerate(Status)}


def worst(statuses: list[Status]) -> Status:
    """Return the most severe status; an empty list is complete."""
    return max(statuses, key=_SEVERITY.__getitem__, default=Status.COMPLETE)


@dataclass(frozen=True, slots=True)
class TypeOutcome:
    """How one resource type of a unit ended, with its number of records.

    `listed` marks one that is not complete though all its resources are there: only details
    of some could not be read, and their records name these.
    """

    status: Status
    records: int = 0
    error: str | None = None
    listed: bool = False

    @property
    def knows_all(self) -> bool:
        """Say whether every resource has its record, read in full or not."""
        return self.listed or self.status is Status.COMPLETE


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of the coverage ledger: how a unit ended and where its records are.

    `offset` and `bytes` locate the compressed member of `file` that holds the records; the
    sink fills them in. Units without records have no file. Times are RFC 3339 UTC and ms.
    """

    account_id: str
    region: str
    service: str
    status: Status
    types: dict[str, TypeOutcome] = field(default_factory=dict)
    requests: int = 0
    throttles: int = 0
    retries: int = 0
    started_at: str | None = None
    duration_ms: int = 0
    file: str | None = None
    offset: int | None = None
    bytes: int | None = None

    @property
    def key(self) -> str:
        """Name the unit within its run, as `Unit.key` does."""
        return f"{self.account_id}/{self.region}/{self.service}"

    @property
    def records(self) -> int:
        """Count the records of all types."""
        return sum(each.records for each in self.types.values())
