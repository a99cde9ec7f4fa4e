"""What the simulated organization looks like, as plain values; it creates nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, islice
from typing import TYPE_CHECKING, Literal

from scanner.model.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Standing = Literal["active", "refusing", "suspended"]
Created = dict[str, dict[str, dict[str, int]]]
"""How many resources were made: account id → region or `global` → CloudFormation type."""

ROLE_NAME = "OrganizationAccountAccessRole"
"""The role that AWS Organizations itself puts into every account it creates."""

MANAGEMENT_ID = "111122223333"
ACCESS_KEY = "AKIASIMULATEDCENTRAL"
"""The central account's access key: it opens nothing but a simulation."""

MIN_ACCOUNTS = 4
MAX_ACCOUNTS = 500  # far beyond, the child needs more memory than a demo may take

_NOT_ENABLED = ("ap-east-1", "me-south-1")
_DOMAIN = "acme.example"
_SECURITY = ("security-audit", "log-archive", "security-tooling")
_INFRASTRUCTURE = ("network", "shared-services", "backup")
_WORKLOADS = (
    "payments",
    "data-lake",
    "checkout",
    "search",
    "identity",
    "recommendations",
    "inventory",
    "mobile-api",
)
_SANDBOXES = ("sandbox-alice", "sandbox-bob", "sandbox-carol")


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """One account to create; `ou` is a path of names, empty for the root."""

    name: str
    ou: str
    environment: str
    owner: str
    cost_center: str
    standing: Standing = "active"

    @property
    def email(self) -> str:
        """The account's root address."""
        return f"aws+{self.name}@{_DOMAIN}"

    @property
    def product(self) -> str:
        """What the account is for, without its environment."""
        return self.name.removesuffix("-prod").removesuffix("-dev")

    @property
    def tags(self) -> dict[str, str]:
        """The tags that the organization puts on the account."""
        return {
            "environment": self.environment,
            "owner": self.owner,
            "cost-center": self.cost_center,
        }


@dataclass(frozen=True, slots=True)
class OrganizationPlan:
    """All accounts, the management account first, and the regions of their world.

    Only `regions` and `disabled_region` exist there; all but the last are enabled.
    """

    accounts: tuple[AccountPlan, ...]
    regions: tuple[str, ...]
    disabled_region: str

    @property
    def ous(self) -> tuple[str, ...]:
        """Every organizational unit by its path, parents first."""
        paths = {account.ou for account in self.accounts if account.ou}
        parents = {path.rpartition("/")[0] for path in paths} - {""}
        return tuple(sorted(paths | parents))


def plan_organization(accounts: int, regions: Sequence[str]) -> OrganizationPlan:
    """Plan an organization of that size; the same arguments always give the same plan."""
    if not MIN_ACCOUNTS <= accounts <= MAX_ACCOUNTS:
        raise SettingsError(f"--accounts: give a number from {MIN_ACCOUNTS} to {MAX_ACCOUNTS}")
    if not regions:
        raise SettingsError("--regions: name at least one region")
    special = (
        AccountPlan("acme-management", "", "prod", "cloud-platform", "1000"),
        AccountPlan("acquired-startup", "Sandbox", "dev", "ventures", "4100", "refusing"),
        AccountPlan("legacy-crm", "Workloads/NonProd", "dev", "sales-it", "2300", "suspended"),
    )
    ordinary = islice(_ordinary(), accounts - len(special))
    disabled = next((name for name in _NOT_ENABLED if name not in regions), "")
    if not disabled:
        raise SettingsError(f"--regions: leave out one of {', '.join(_NOT_ENABLED)}")
    return OrganizationPlan((*special, *ordinary), tuple(dict.fromkeys(regions)), disabled)


def _ordinary() -> Iterator[AccountPlan]:
    """Yield ordinary accounts without end, the most typical ones first."""
    for lap in count(1):
        suffix = f"-{lap}" if lap > 1 else ""
        for name in _SECURITY:
            yield AccountPlan(f"{name}{suffix}", "Security", "prod", "security", "1200")
        for name in _INFRASTRUCTURE:
            yield from _pair(f"{name}{suffix}", "Infrastructure", "cloud-platform", "1100")
        for number, name in enumerate(_WORKLOADS):
            yield from _pair(
                f"{name}{suffix}", "Workloads", f"team-{name}", f"{2000 + 10 * number}"
            )
            if number < len(_SANDBOXES):
                sandbox = f"{_SANDBOXES[number]}{suffix}"
                yield AccountPlan(sandbox, "Sandbox", "sandbox", "engineering", "3000")


def _pair(name: str, ou: str, owner: str, cost_center: str) -> Iterator[AccountPlan]:
    yield AccountPlan(f"{name}-prod", f"{ou}/Prod", "prod", owner, cost_center)
    yield AccountPlan(f"{name}-dev", f"{ou}/NonProd", "dev", owner, cost_center)
