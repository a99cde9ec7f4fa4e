"""A finding as it is reported: with what is known of it from earlier runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from scanner.model.finding import Finding, State


@dataclass(frozen=True, slots=True)
class Suppression:
    """Why a failure is accepted, by whom and until when."""

    reason: str
    owner: str
    expires: date


@dataclass(frozen=True, slots=True)
class Reported:
    """A finding, its state, when it was first and last seen (RFC 3339), and what excepts it."""

    finding: Finding
    state: State
    first_seen: str
    last_seen: str
    suppression: Suppression | None = None
