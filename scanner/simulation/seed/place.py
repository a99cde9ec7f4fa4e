"""One account and region under construction: makes resources there and keeps count of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

    from scanner.simulation.organization import AccountPlan
    from scanner.simulation.seed.door import Door

_TAGGED = 0.7
_NOUNS = ("orders", "events", "customers", "reports", "sessions", "catalog", "billing", "audit")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a recipe works, and what it made so far.

    `home` is whether the account does most of its work here. `kept` holds identifiers of
    what one recipe made and another needs; a recipe runs after those it depends on.
    """

    account: AccountPlan
    account_id: str
    region: str
    home: bool
    door: Door
    random: Random
    created: Counter[str] = field(default_factory=Counter)
    kept: dict[str, Any] = field(default_factory=dict)

    def call(self, operation: str, /, **params: Any) -> dict[str, Any]:
        """Call `service.method` here."""
        return self.door.call(self.account_id, self.region, operation, params)

    def make(self, kind: str, operation: str, /, **params: Any) -> dict[str, Any]:
        """Make one resource of that CloudFormation type and count it."""
        answer = self.call(operation, **params)
        self.created[kind] += 1
        return answer

    def name(self, index: int) -> str:
        """Name the recipe's resource of that number."""
        return f"{self.account.product}-{_NOUNS[index % len(_NOUNS)]}"

    def chance(self, likelihood: float) -> bool:
        """Decide, the same way on every run."""
        return self.random.random() < likelihood

    def tags(self) -> dict[str, str]:
        """Return the owner's tags, or none: some resources never got them."""
        return dict(self.account.tags) if self.chance(_TAGGED) else {}

    def arn(self, service: str, rest: str) -> str:
        """Build an ARN of this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{rest}"

    @property
    def role_arn(self) -> str:
        """The role of the account's applications."""
        return f"arn:aws:iam::{self.account_id}:role/{self.account.product}-app"


def pairs(tags: dict[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Write tags as the list of pairs that most services want."""
    return [{key: name, value: text} for name, text in tags.items()]
