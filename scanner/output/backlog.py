"""Finished units that wait to be written, grouped by file; pure, no I/O and no clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from scanner.model.outcome import Outcome
    from scanner.output.options import Options

_OUTCOME_BYTES = 512  # what a waiting outcome takes in memory, about


@dataclass(frozen=True, slots=True)
class Parcel:
    """A finished unit: its outcome, and its lines in memory or, as a member, in a spool."""

    outcome: Outcome
    text: bytes | bytearray = b""
    spool: Path | None = None

    @property
    def file_key(self) -> tuple[str, str] | None:
        """Name the file its records belong to: service and region; None without records."""
        if not self.text and self.spool is None:
            return None
        return self.outcome.service, self.outcome.region

    @property
    def memory(self) -> int:
        """Estimate the memory it holds."""
        return len(self.text) + _OUTCOME_BYTES


@dataclass(slots=True)
class Group:
    """Finished units of one file, waiting since `since`."""

    key: tuple[str, str] | None
    since: float
    parcels: list[Parcel] = field(default_factory=list)
    memory: int = 0

    def add(self, parcel: Parcel) -> None:
        """Put a unit into the group."""
        self.parcels.append(parcel)
        self.memory += parcel.memory


class Backlog:
    """What waits and what is being written; the two together are bounded by `full`."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._growing: dict[tuple[str, str] | None, Group] = {}  # the oldest stands first
        self._ready: list[Group] = []
        self.units = 0
        self.memory = 0
        self._waiting_units = 0
        self._waiting_memory = 0

    def __bool__(self) -> bool:
        return self._waiting_units > 0

    @property
    def full(self) -> bool:
        """Say whether whoever has a unit more must wait."""
        return self.memory >= self._options.queue_bytes or self.units >= self._options.queue_units

    @property
    def pressed(self) -> bool:
        """Say whether so much waits that it is written without waiting for more."""
        return (
            self._waiting_memory * 2 >= self._options.queue_bytes
            or self._waiting_units * 2 >= self._options.queue_units
        )

    def add(self, parcel: Parcel, now: float) -> None:
        """Take a finished unit; its group is ready when it makes a member, or has a spool."""
        key = parcel.file_key
        group = self._growing.setdefault(key, Group(key, now))
        group.add(parcel)
        self._count(1, parcel.memory)
        if group.memory >= self._options.member_bytes or parcel.spool is not None:
            self._ready.append(self._growing.pop(key))

    def due_in(self, now: float) -> float | None:
        """Return the seconds until something is due, 0 for now; None where nothing waits."""
        if self._ready or self.pressed:
            return 0.0
        oldest = next(iter(self._growing.values()), None)
        if oldest is None:
            return None
        return max(0.0, oldest.since + self._options.member_seconds - now)

    def take(self, now: float, *, everything: bool) -> list[Group]:
        """Hand out the groups that are due, and the units without records with them."""
        if everything or self.pressed:
            due = list(self._growing)
        else:
            limit = now - self._options.member_seconds
            due = [key for key, each in self._growing.items() if each.since <= limit]
            due += [None] if None in self._growing and None not in due else []
        taken = [*self._ready, *(self._growing.pop(key) for key in due)]
        self._ready = []
        for group in taken:
            self._waiting_units -= len(group.parcels)
            self._waiting_memory -= group.memory
        return taken

    def written(self, groups: list[Group]) -> None:
        """Forget groups that were handed out: their units are durable."""
        for group in groups:
            self.units -= len(group.parcels)
            self.memory -= group.memory

    def _count(self, units: int, memory: int) -> None:
        self.units += units
        self.memory += memory
        self._waiting_units += units
        self._waiting_memory += memory
