"""What the fake saw: counts, throttles and violations; it decides nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Call(NamedTuple):
    """One operation in one account and region, by botocore's names.

    The account of an AssumeRole is the one entered, not the one that asks.
    """

    account: str
    region: str
    service: str
    operation: str


@dataclass(slots=True)
class Journal:
    """Counts of everything since the start or the last `clear`.

    `violations` are requests whose key, token or page belongs to someone else: the evidence
    of mixed-up identities, so a test's list of them must stay empty.
    """

    calls: Counter[Call] = field(default_factory=Counter)
    throttled: Counter[Call] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0
    connections: int = 0

    @property
    def requests(self) -> int:
        """Count all calls."""
        return self.calls.total()

    def count(self, **wanted: str) -> int:
        """Count the calls whose named fields (account, region, …) equal the ones given."""
        return sum(
            number
            for call, number in self.calls.items()
            if all(getattr(call, name) == value for name, value in wanted.items())
        )

    def begin(self) -> None:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)

    def end(self) -> None:
        self.in_flight -= 1

    def clear(self) -> None:
        """Forget everything but what is in flight."""
        for counted in (self.calls, self.throttled, self.faults, self.violations):
            counted.clear()
        self.most_in_flight = self.in_flight
        self.connections = 0

    def document(self) -> dict[str, Any]:
        """Return it all as plain JSON values; a call is `account|region|service|operation`."""
        return {
            "requests": self.requests,
            "most_in_flight": self.most_in_flight,
            "connections": self.connections,
            "violations": self.violations,
            "faults": dict(self.faults),
            "calls": {"|".join(call): number for call, number in self.calls.items()},
            "throttled": {"|".join(call): number for call, number in self.throttled.items()},
        }
