"""What the doctor says: one diagnosis a matter, with its remedy; values that look at nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from scanner.app.summary import COMPLETE, NOTHING, PARTIAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scanner.engine.predict import Forecast


class Severity(StrEnum):
    """How bad a diagnosis is. Members stand in order, the worst last.

    A warning leaves the night complete, a problem makes it partial, after what is fatal there
    is nothing to scan.
    """

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    FATAL = "fatal"


_HINT = re.compile(r" \([^()]*\)$")

RANKS = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at: what was found, and what to do about it.

    `accounts` and `names` (IAM actions, types, regions) are those concerned, all of them.
    """

    severity: Severity
    topic: str
    text: str
    remedy: str = ""
    accounts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Examination:
    """All diagnoses, the worst first, and what the scan will cost where that can be told."""

    diagnoses: tuple[Diagnosis, ...]
    forecast: Forecast | None = None

    @property
    def severity(self) -> Severity:
        """Return the worst there is."""
        return max((each.severity for each in self.diagnoses), key=RANKS.__getitem__)

    @property
    def exit_code(self) -> int:
        """Judge by the contract: 0 all well, 3 the night would be partial, 4 nothing to scan."""
        codes = {Severity.FATAL: NOTHING, Severity.PROBLEM: PARTIAL}
        return codes.get(self.severity, COMPLETE)


def ranked(found: Iterable[Diagnosis]) -> tuple[Diagnosis, ...]:
    """Put the worst first; equals stay in the order in which they were looked at."""
    return tuple(sorted(found, key=lambda each: -RANKS[each.severity]))


def bare(message: str) -> str:
    """Take the hint in brackets off an error's message: a remedy stands in its place."""
    return _HINT.sub("", message)


def some(names: Sequence[str], most: int = 4) -> str:
    """Name a few and count the rest."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
