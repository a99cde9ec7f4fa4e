"""The organization the fake pretends to be, as values; it answers no request."""

from __future__ import annotations

from dataclasses import dataclass, field

REGIONS = ("us-east-1", "eu-west-1", "eu-central-1", "ap-southeast-2")
"""The regions of a fake organization whose owner named none."""

ROOT = "r-fake"
_FIRST_ACCOUNT = 100_000_000_000
_OUTSIDE = ("SUSPENDED", "PENDING_CLOSURE")


@dataclass(frozen=True, slots=True)
class Member:
    """One account, and the root or unit it sits in; `status` also gives the newer `State`.

    With `external_id`, its roles are entered with that one only.
    """

    id: str
    name: str
    parent: str = ROOT
    status: str = "ACTIVE"
    disabled_regions: frozenset[str] = frozenset()
    external_id: str = ""

    @property
    def open(self) -> bool:
        """Say whether its roles can still be assumed."""
        return self.status not in _OUTSIDE


@dataclass(frozen=True, slots=True)
class OrganizationalUnit:
    """One organizational unit and its parent."""

    id: str
    name: str
    parent: str = ROOT


@dataclass(frozen=True, slots=True)
class Organization:
    """Accounts, units and regions, with the long-lived key of the central account."""

    members: tuple[Member, ...]
    units: tuple[OrganizationalUnit, ...] = ()
    regions: tuple[str, ...] = REGIONS
    central: str = "999999999999"
    key: str = "AKIACENTRAL000000000"
    secret: str = field(default="central-secret", repr=False)

    @classmethod
    def of(
        cls, accounts: int, *, regions: tuple[str, ...] = REGIONS, units: int = 0
    ) -> Organization:
        """Make `accounts` members, dealt out to `units` units, or all under the root."""
        made = tuple(
            OrganizationalUnit(f"ou-fake-{index:08d}", f"unit-{index}") for index in range(units)
        )
        members = tuple(
            Member(
                id=str(_FIRST_ACCOUNT + index),
                name=f"account-{index}",
                parent=made[index % units].id if units else ROOT,
            )
            for index in range(accounts)
        )
        return cls(members, made, regions)

    @property
    def account_ids(self) -> tuple[str, ...]:
        """List the members' ids."""
        return tuple(member.id for member in self.members)
