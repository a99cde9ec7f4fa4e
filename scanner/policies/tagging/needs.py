"""Say what must be known of accounts before their resources can be judged; it reads nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.policies.tagging.organization import ROOT
from scanner.policies.tagging.values import ACCOUNT_TAG, UNIT_NAME, UNIT_TAG

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.policies.tagging.organization import TagPolicy
    from scanner.policies.tagging.rules import Rules


@dataclass(frozen=True, slots=True)
class Needs:
    """What of accounts is asked for: the units above them, those units' names and tags, tags."""

    units: bool = False
    unit_names: bool = False
    unit_tags: bool = False
    account_tags: bool = False

    @property
    def any(self) -> bool:
        """Say whether anything is."""
        return self.units or self.account_tags


def needs_of(rules: Rules, policies: Iterable[TagPolicy]) -> Needs:
    """Return what rules and policies of Organizations need."""
    asked = {
        reference.partition(":")[0]
        for rule in rules.rules
        if rule.default is not None
        for reference in rule.default.references
    }
    scopes = [*(each.scope for each in rules.rules), *(each.scope for each in rules.unwanted)]
    below = {ROOT} < {target for each in policies for target in each.targets} | {ROOT}
    names, tags = UNIT_NAME in asked, UNIT_TAG.rstrip(":") in asked
    scoped = any(scope.units for scope in scopes) or any(each.ou for each in rules.spared)
    return Needs(
        units=below or scoped or names or tags or "account.ou" in asked,
        unit_names=names,
        unit_tags=tags,
        account_tags=ACCOUNT_TAG.rstrip(":") in asked,
    )
