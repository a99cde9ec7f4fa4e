"""Learn which accounts and regions service control policies close; it calls and denies nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.model.outcome import Status
from scanner.model.target import GLOBAL

if TYPE_CHECKING:
    from scanner.model.outcome import Outcome
    from scanner.model.target import Unit

Place = tuple[str, str]
"""Account id and region."""

SERVICES_DENIED = 3
"""Services that must be denied, and none answered, until a place counts as closed."""

EXEMPT = frozenset((
    "accessanalyzer", "acm", "chatbot", "config", "directconnect", "health", "kms",
    "license-manager", "lightsail", "notifications", "resource-explorer-2", "s3", "s3control",
    "sso-admin", "support", "support-app", "waf-regional", "wafv2", "wellarchitected",
))  # fmt: skip
"""Regional services that policies which close regions commonly leave open, in part at least.

From AWS Control Tower's region deny control (GRREGIONDENY) and IAM's example "Denies access to
AWS based on the requested Region". They are always asked, and prove nothing of the others.
"""

_SILENT = frozenset((Status.NOT_ATTEMPTED, Status.UNAVAILABLE, Status.THROTTLED))
"""Ends of a type that say nothing of what is allowed."""


class ClosedPlaces:
    """What a run learns of its accounts and regions from how units end there.

    A place is closed while all that was asked of several services met an explicit deny of a
    service control policy. Any other answer opens it for good.
    """

    def __init__(self) -> None:
        self._denied: dict[Place, set[str]] = {}
        self._open: set[Place] = set()

    def learn(self, outcome: Outcome) -> None:
        """Take in how a unit ended; one that never began says nothing."""
        if outcome.started_at is None or not _tells(outcome.region, outcome.service):
            return
        place = (outcome.account_id, outcome.region)
        told = {each.status for each in outcome.types.values()} - _SILENT
        if told == {Status.DENIED_SCP}:
            self._denied.setdefault(place, set()).add(outcome.service)
        elif told:
            self._open.add(place)
            self._denied.pop(place, None)

    def why(self, unit: Unit) -> str:
        """Say why a unit need not be asked; empty where it must be."""
        place = (unit.account.id, unit.region)
        denied = self._denied.get(place, ())
        if (
            len(denied) < SERVICES_DENIED
            or place in self._open
            or not _tells(unit.region, unit.service)
        ):
            return ""
        named = ", ".join(sorted(denied))
        return (
            "not called: concluded from explicit denies in a service control policy of all that "
            f"was asked here of {len(denied)} services ({named})"
        )


def _tells(region: str, service: str) -> bool:
    return region != GLOBAL and service not in EXEMPT
