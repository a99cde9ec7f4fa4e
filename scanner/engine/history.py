"""Learn from an earlier run's ledger what units cost; small, however many units there were."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.model.outcome import Outcome

Place = tuple[str, str]
"""Service and region."""


@dataclass(slots=True)
class Past:
    """What the units of a service cost in a region, all accounts together."""

    units: int = 0
    requests: int = 0
    records: int = 0
    most: int = 0
    """Requests of the unit that needed the most."""

    def add(self, requests: int, records: int, most: int, units: int = 1) -> None:
        """Count units that were visited."""
        self.units += units
        self.requests += requests
        self.records += records
        self.most = max(self.most, most)


@dataclass(slots=True)
class History:
    """What an earlier run tells of the next; empty where there was none.

    `types` are those that each service was scanned for: costs of others say nothing.
    """

    types: dict[str, frozenset[str]] = field(default_factory=dict)
    places: dict[Place, Past] = field(default_factory=dict)
    services: dict[str, Past] = field(default_factory=dict)

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> History:
        """Add up a ledger; units that sent nothing were not visited and don't count."""
        history = cls()
        for each in outcomes:
            if each.requests:
                history.types.setdefault(each.service, frozenset(each.types))
                place = (each.service, each.region)
                for past in (
                    history.places.setdefault(place, Past()),
                    history.services.setdefault(each.service, Past()),
                ):
                    past.add(each.requests, each.records, each.requests)
        return history

    def find(self, service: str, region: str, types: Iterable[str]) -> Past | None:
        """Return what is known of a service in a region, or else in any; None of other types."""
        if self.types.get(service) != frozenset(types):
            return None
        return self.places.get((service, region)) or self.services[service]
