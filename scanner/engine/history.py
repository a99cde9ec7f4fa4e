"""Learn from an earlier run's ledger what units cost; small, however many units there were."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scanner.model.target import GLOBAL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.model.outcome import Outcome

Place = tuple[str, str]
"""Service and region."""

Kind = tuple[str, bool]
"""Service, and whether its global types are meant or its regional ones."""


@dataclass(slots=True)
class Past:
    """What the units of a service cost in a region, all accounts together."""

    units: int = 0
    requests: int = 0
    records: int = 0
    most: int = 0
    """Requests of the unit that needed the most."""

    def add(self, outcome: Outcome) -> None:
        """Count a unit that was visited."""
        self.units += 1
        self.requests += outcome.requests
        self.records += outcome.records
        self.most = max(self.most, outcome.requests)


@dataclass(slots=True)
class History:
    """What an earlier run tells of the next; empty where there was none.

    `types` are those that each service was scanned for: costs of others say nothing.
    """

    types: dict[Kind, frozenset[str]] = field(default_factory=dict)
    places: dict[Place, Past] = field(default_factory=dict)
    services: dict[Kind, Past] = field(default_factory=dict)

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> History:
        """Add up a ledger; units that sent nothing were not visited and don't count."""
        history = cls()
        for each in outcomes:
            if each.requests:
                kind = (each.service, each.region == GLOBAL)
                history.types.setdefault(kind, frozenset(each.types))
                place = (each.service, each.region)
                history.places.setdefault(place, Past()).add(each)
                history.services.setdefault(kind, Past()).add(each)
        return history

    def knows(self, service: str, types: Iterable[str], *, worldwide: bool) -> bool:
        """Say whether these types of a service were scanned, all and no others."""
        return self.types.get((service, worldwide)) == frozenset(types)

    def find(self, service: str, region: str, types: Iterable[str]) -> Past | None:
        """Return what is known of a service in a region, or else in any; None of other types."""
        worldwide = region == GLOBAL
        if not self.knows(service, types, worldwide=worldwide):
            return None
        return self.places.get((service, region)) or self.services[service, worldwide]
