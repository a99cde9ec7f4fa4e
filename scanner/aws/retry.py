"""How often and how long to wait before asking again; it neither sleeps nor sends."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scanner.aws.faults import Kind

if TYPE_CHECKING:
    from scanner.aws.faults import Verdict

LONGEST_WAIT = 60.0
"""Seconds; a longer Retry-After is not honoured in one piece."""


@dataclass(frozen=True, slots=True)
class Course:
    """Attempts and full-jitter bounds, in seconds, for one kind of failure."""

    attempts: int
    base: float
    cap: float


_COURSES = {
    Kind.THROTTLED: Course(attempts=9, base=0.5, cap=20.0),
    Kind.TRANSIENT: Course(attempts=6, base=0.2, cap=5.0),
    Kind.UNRESOLVED: Course(attempts=3, base=0.2, cap=2.0),
    Kind.EXPIRED: Course(attempts=2, base=0.0, cap=0.0),
    Kind.SKEWED: Course(attempts=2, base=0.0, cap=0.0),
}


@dataclass(slots=True)
class Backoff:
    """Full jitter (a uniform wait below a doubling bound), one instance for a run."""

    random: random.Random = field(default_factory=random.Random)

    def delay(self, verdict: Verdict, attempt: int) -> float | None:
        """Return the seconds to wait after failed `attempt` (1 = first); None gives up."""
        course = _COURSES.get(verdict.kind)
        if course is None or attempt >= course.attempts:
            return None
        bound = min(course.cap, course.base * 2 ** (attempt - 1))
        wait = self.random.uniform(0, bound)
        asked = min(verdict.retry_after or 0.0, LONGEST_WAIT)
        return max(wait, asked)
