"""Make a judge for every account of a run, asking the organization where it must be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.app.tagging.owners import owners_of
from scanner.app.tagging.policies import settled, with_attached
from scanner.policies.tagging.judge import Judge
from scanner.policies.tagging.scope import Owner

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scanner.app.link import Link
    from scanner.app.tagging.policies import Policies
    from scanner.model.target import Account


def must_ask(policies: Policies, accounts: Sequence[Account]) -> bool:
    """Say whether the run's plan does not tell all that the policies need of accounts."""
    needs = policies.needs
    named = needs.unit_names or needs.unit_tags
    placed = not needs.units or all(each.ou for each in accounts)
    tagged = not needs.account_tags or all(each.tags is not None for each in accounts)
    return policies.live or named or not placed or not tagged


def judges(policies: Policies, accounts: Sequence[Account]) -> dict[str, Judge]:
    """Make the judges of what the run's plan tells."""
    return _judges(policies, {each.id: Owner(each) for each in accounts})


async def asked_judges(
    policies: Policies, accounts: Sequence[Account], link: Link
) -> dict[str, Judge]:
    """Make the judges of what Organizations tells; raises DiscoveryError where it doesn't."""
    policies = await with_attached(policies, link)
    owners = await owners_of(accounts, policies.needs, link)
    policies = await settled(policies, link, [each.account for each in owners.values()])
    return _judges(policies, owners)


def _judges(policies: Policies, owners: Mapping[str, Owner]) -> dict[str, Judge]:
    return {key: Judge(policies.rules(owner.account), owner) for key, owner in owners.items()}
