"""Say what the tags of a run lack and what would be set; it prints nothing and changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import anyio

from scanner.app.discover import external_ids
from scanner.app.link import linked
from scanner.app.tagging.judges import asked_judges, judges, must_ask
from scanner.app.tagging.survey import Survey
from scanner.engine.plan import Plan
from scanner.output import read_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from scanner.app.tagging.policies import Policies
    from scanner.app.tagging.survey import Judged
    from scanner.app.tagging.tally import Tally
    from scanner.model.target import Account
    from scanner.policies.tagging.judge import Judge
    from scanner.settings import Settings


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What the tags of a run lack, counted, and its accounts by id."""

    run_id: str
    tally: Tally
    accounts: Mapping[str, Account]

    def unit_of(self, account: str) -> str:
        """Return the path of an account's organizational unit, as far as it is known."""
        known = self.accounts.get(account)
        return (known.ou if known else None) or "unknown"


@dataclass(frozen=True, slots=True)
class Inspection:
    """A run whose tags are looked at; of `types` alone, where some are named."""

    settings: Settings
    run_id: str
    policies: Policies
    types: Collection[str] = ()

    async def look(self, tell: Callable[[Judged], None]) -> Shortfall:
        """Judge the run, telling each resource that something is wrong with, in the run's order.

        `tell` is called in a thread. Organizations is asked only for what the run does not tell.
        """
        plan = await self._plan()
        accounts = [account for account, _ in plan.accounts]
        if must_ask(self.policies, accounts):
            async with linked(self.settings) as link:
                found = await asked_judges(self.policies, accounts, link)
        else:
            found = judges(self.policies, accounts)
        return await self._survey(plan, found, tell)

    async def _plan(self) -> Plan:
        stored = await anyio.to_thread.run_sync(read_plan, self.settings.out, self.run_id)
        return Plan.from_dict(stored["plan"], await external_ids(self.settings, "aws"))

    async def _survey(
        self, plan: Plan, found: Mapping[str, Judge], tell: Callable[[Judged], None]
    ) -> Shortfall:
        groups = chain(plan.regional.values(), plan.worldwide.values())
        types = {each for names in groups for each in names if each in (self.types or (each,))}
        survey = Survey(self.settings.out, self.run_id, found, types)

        def tell_all() -> None:
            for each in survey.judged():
                tell(each)

        await anyio.to_thread.run_sync(tell_all)
        accounts = {key: judge.owner.account for key, judge in found.items()}
        return Shortfall(self.run_id, survey.tally, accounts)
