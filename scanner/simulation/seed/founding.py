"""Founds the organization: its units, its accounts and their standing; no resources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.simulation.organization import MANAGEMENT_ID, ROLE_NAME
from scanner.simulation.seed.place import pairs

if TYPE_CHECKING:
    from scanner.simulation.organization import AccountPlan, OrganizationPlan
    from scanner.simulation.seed.door import Door

_HOME = "us-east-1"


def found(door: Door, plan: OrganizationPlan) -> dict[str, str]:
    """Create the organization; gives the account ids by name."""
    _call(door, "create_organization", FeatureSet="ALL")
    units = _units(door, plan)
    management, *members = plan.accounts
    return {management.name: MANAGEMENT_ID} | {
        member.name: _member(door, member, units) for member in members
    }


def _units(door: Door, plan: OrganizationPlan) -> dict[str, str]:
    units = {"": _call(door, "list_roots")["Roots"][0]["Id"]}
    for path in plan.ous:
        parent, _, name = path.rpartition("/")
        made = _call(door, "create_organizational_unit", ParentId=units[parent], Name=name)
        units[path] = made["OrganizationalUnit"]["Id"]
    return units


def _member(door: Door, member: AccountPlan, units: dict[str, str]) -> str:
    made = _call(
        door,
        "create_account",
        AccountName=member.name,
        Email=member.email,
        RoleName=ROLE_NAME,
        Tags=pairs(member.tags),
    )
    account_id: str = made["CreateAccountStatus"]["AccountId"]
    _call(
        door,
        "move_account",
        AccountId=account_id,
        SourceParentId=units[""],
        DestinationParentId=units[member.ou],
    )
    if member.standing == "suspended":
        _call(door, "close_account", AccountId=account_id)
    return account_id


def _call(door: Door, operation: str, **params: Any) -> dict[str, Any]:
    return door.call(MANAGEMENT_ID, _HOME, f"organizations.{operation}", params)
