"""Say what the tags of a run lack and what would be set; it prints nothing and changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING

import anyio

from scanner.app.discover import external_ids
from scanner.app.link import VERSION, linked
from scanner.app.means import redactor_of
from scanner.app.tagging.judges import asked_judges, judges, must_ask
from scanner.app.tagging.live import Candidate, Replan
from scanner.app.tagging.survey import Survey
from scanner.engine.plan import Plan
from scanner.model.planned import ChangePlan, Head, Site, in_order
from scanner.output import read_plan
from scanner.output.encode import timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from scanner.app.tagging.policies import Policies
    from scanner.app.tagging.survey import Judged
    from scanner.app.tagging.tally import Tally
    from scanner.catalog import Catalog
    from scanner.model.target import Account
    from scanner.policies.tagging.judge import Judge
    from scanner.settings import Settings

READS = ("tag:GetResources",)
"""What planning does in the accounts."""


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
    catalog: Catalog
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
        return _shortfall(await self._survey(plan, found, tell))

    async def plan(
        self, names: Sequence[str], tell: Callable[[Judged], None]
    ) -> tuple[Shortfall, ChangePlan]:
        """Judge the run, and what can be mended again on the tags of now; plan the changes.

        `names` are those of the policies, for the plan to tell.
        """
        plan = await self._plan()
        accounts = [account for account, _ in plan.accounts]
        candidates: list[Candidate] = []

        def keep(judged: Judged) -> None:
            tell(judged)
            if judged.found.changes:
                record = judged.record
                candidates.append(Candidate(judged.subject, record.partition, record.tags or {}))

        async with linked(self.settings, READS) as link:
            asked = must_ask(self.policies, accounts)
            found = (
                await asked_judges(self.policies, accounts, link)
                if asked
                else judges(self.policies, accounts)
            )
            survey = await self._survey(plan, found, keep)
            again = Replan(link, found, self.catalog.types, redactor_of(self.settings))
            await again.run(candidates)
        head = Head(
            job="tag",
            run_id=self.run_id,
            created_at=timestamp(datetime.now(UTC)),
            scanner_version=VERSION,
            accounts=_sites(survey),
            policies=tuple(names),
            fine=again.fine,
        )
        changes = tuple(sorted(again.changes, key=in_order))
        skipped = tuple(sorted(again.skipped, key=repr))
        return _shortfall(survey), ChangePlan(head, changes, skipped)

    async def _plan(self) -> Plan:
        stored = await anyio.to_thread.run_sync(read_plan, self.settings.out, self.run_id)
        return Plan.from_dict(stored["plan"], await external_ids(self.settings, "aws"))

    async def _survey(
        self, plan: Plan, found: Mapping[str, Judge], tell: Callable[[Judged], None]
    ) -> Survey:
        groups = chain(plan.regional.values(), plan.worldwide.values())
        types = {each for names in groups for each in names if each in (self.types or (each,))}
        survey = Survey(self.settings.out, self.run_id, found, types)

        def tell_all() -> None:
            for each in survey.judged():
                tell(each)

        await anyio.to_thread.run_sync(tell_all)
        return survey


def _shortfall(survey: Survey) -> Shortfall:
    accounts = {key: judge.owner.account for key, judge in survey.judges.items()}
    return Shortfall(survey.run_id, survey.tally, accounts)


def _sites(survey: Survey) -> dict[str, Site]:
    return {
        key: Site(account.name, account.partition, account.ou, dict(survey.resources[key]))
        for key, account in _shortfall(survey).accounts.items()
    }
