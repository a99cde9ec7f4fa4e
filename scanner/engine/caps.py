"""Say how much a plan changes, and refuse what is more than was allowed; counts, nothing else."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.model.errors import ChangeRefused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scanner.model.planned import Change, ChangePlan, Site


@dataclass(frozen=True, slots=True)
class Caps:
    """How much one plan may change: changes in all, and percent of a type in an account."""

    max_changes: int = 100
    max_percent: float = 5.0
    allow_irreversible: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """How much of one type in one account a plan changes."""

    account_id: str
    resource_type: str
    changed: int
    of: int

    @property
    def percent(self) -> float:
        """The share; of a type that the run had none of, all."""
        return 100.0 * self.changed / self.of if self.of else 100.0


def needs(changes: Sequence[Change], accounts: Mapping[str, Site]) -> Caps:
    """Return the caps that let a plan through."""
    largest = max((each.percent for each in shares(changes, accounts)), default=0.0)
    return Caps(
        max_changes=len(changes),
        max_percent=math.ceil(largest),
        allow_irreversible=any(each.irreversible for each in changes),
    )


def shares(changes: Sequence[Change], accounts: Mapping[str, Site]) -> Iterator[Share]:
    """Yield how much of each type a plan changes, by account."""
    resources: dict[tuple[str, str], set[tuple[str, ...]]] = {}
    for each in changes:
        resources.setdefault((each.account_id, each.resource_type), set()).add(each.resource)
    for (account, type_), changed in resources.items():
        yield Share(account, type_, len(changed), accounts[account].resources.get(type_, 0))


def refuse_beyond(plan: ChangePlan, caps: Caps) -> None:
    """Raise ChangeRefused, which says what to give, where a plan changes more than it may."""
    needed = needs(plan.changes, plan.head.accounts)
    found = []
    if needed.max_changes > caps.max_changes:
        found.append(
            f"{needed.max_changes} changes are more than {caps.max_changes} "
            f"(--max-changes {needed.max_changes})"
        )
    if needed.max_percent > caps.max_percent:
        found.append(_too_large(plan, caps, needed))
    if needed.allow_irreversible and not caps.allow_irreversible:
        number = sum(each.irreversible for each in plan.changes)
        found.append(f"{number} can't be undone (--allow-irreversible)")
    if found:
        raise ChangeRefused(f"nothing was changed: {'; '.join(found)}")


def _too_large(plan: ChangePlan, caps: Caps, needed: Caps) -> str:
    over = [
        each for each in shares(plan.changes, plan.head.accounts) if each.percent > caps.max_percent
    ]
    worst = max(over, key=lambda each: (each.percent, each.changed))
    more = f" and {len(over) - 1} more like it" if len(over) > 1 else ""
    return (
        f"{worst.changed} of {worst.of} {worst.resource_type} in {worst.account_id}{more} are more "
        f"than {caps.max_percent:g} percent (--max-percent {needed.max_percent:g})"
    )
