"""Say what the tags of a run lack and what would be set; it prints nothing and changes nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING

import anyio

from scanner.app.discover import external_ids
from scanner.app.link import VERSION, linked
from scanner.app.remediation.plan import sites_of
from scanner.app.tagging.judges import asked_judges, judges, must_ask
from scanner.app.tagging.live import Replan
from scanner.app.tagging.survey import Survey
from scanner.catalog import actions_of_operation
from scanner.catalog.tag_calls import tag_calls
from scanner.engine.caps import needs
from scanner.engine.image import Camera
from scanner.engine.plan import Plan
from scanner.model.planned import ChangePlan, Head, in_order
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

JOB = "tag"


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
        asked = must_ask(self.policies, accounts)
        actions = await anyio.to_thread.run_sync(self._actions)
        async with linked(self.settings, actions) as link:
            found = (
                await asked_judges(self.policies, accounts, link)
                if asked
                else judges(self.policies, accounts)
            )
            camera = Camera(link.gate, link.clients, self.catalog.types)
            again = Replan(link, found, camera)

            def keep(judged: Judged) -> None:
                tell(judged)
                if judged.found.changes:
                    again.add(judged.record, judged.subject)

            survey = await self._survey(plan, found, keep)
            await again.run()
        return _shortfall(survey), self._change_plan(names, again, survey)

    def _change_plan(self, names: Sequence[str], again: Replan, survey: Survey) -> ChangePlan:
        changes = tuple(sorted(again.changes, key=in_order))
        skipped = tuple(sorted(again.skipped, key=repr))
        accounts = [judge.owner.account for judge in survey.judges.values()]
        sites = sites_of(changes, skipped, accounts, survey.resources)
        head = Head(
            job=JOB,
            run_id=self.run_id,
            created_at=timestamp(datetime.now(UTC)),
            scanner_version=VERSION,
            accounts=sites,
            policies=tuple(names),
            needs=asdict(needs(changes, sites)),
            fine=again.fine,
        )
        return ChangePlan(head, changes, skipped)

    def _actions(self) -> set[str]:
        """Return what planning may do in the accounts: read tags."""
        calls = filter(None, map(tag_calls, self.catalog.types.values()))
        reads = {(each.service, each.read.operation) for each in calls}
        return {action for read in reads for action in actions_of_operation(*read)}

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
