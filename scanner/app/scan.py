"""One scan from settings to summary: discover, plan, run, finish; it prints nothing."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio
import structlog

from scanner.app import discover
from scanner.app.crew.cores import workers_of
from scanner.app.crew.crew import Crew
from scanner.app.crew.order import Order
from scanner.app.embedded import Ledgered
from scanner.app.link import VERSION
from scanner.app.means import UNITS_PER_SLOT, connected, means_of, work_of
from scanner.app.measure import measured
from scanner.app.prepare import join
from scanner.app.shards import way_on
from scanner.app.summary import Summary, holes, listed, stopped_by
from scanner.app.timing import in_time, past_outcomes, schedule_within
from scanner.app.visits import planned
from scanner.aws.gate import Traffic
from scanner.engine.deadline import Deadline
from scanner.engine.deal import Deal
from scanner.engine.plan import Plan
from scanner.engine.run import Progress, Run
from scanner.model.outcome import Status
from scanner.output import (
    LocalRun,
    Options,
    announce,
    create_run,
    is_afar,
    merge_shards,
    planning,
    read_ledger,
    read_manifest,
    resume_run,
    share_plan,
)
from scanner.settings import PLACE, SECRETS, Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Mapping

    from scanner.app.link import Link
    from scanner.app.prepare import Prepared
    from scanner.app.summary import Hole
    from scanner.engine.schedule import Schedule
    from scanner.model.shard import Shard
    from scanner.model.sink import Sink, Witness

log = structlog.get_logger()


@dataclass(slots=True)
class Scan:
    """An inventory scan; `progress`, `traffic` and `rates` can be read while it runs.

    The `witness` sees each unit that goes into files.
    It ends by the deadline, whatever the settings say of one.
    """

    settings: Settings
    prepared: Prepared
    deadline: Deadline = field(default_factory=Deadline)
    progress: Progress = field(default_factory=Progress)
    traffic: Traffic = field(default_factory=Traffic)
    rates: Callable[[], list[float]] = list
    phase: str = "signing in"
    witness: Witness | None = None

    def stop(self, why: str) -> None:
        """Start no further unit; the open ones finish, if in time, and the run ends resumable."""
        self.progress.stopping = why
        if self.settings.stop_timeout is not None:
            self.deadline.bring_forward(self.settings.stop_timeout)

    @property
    def way_on(self) -> str:
        """The command that goes on with this run."""
        prepared = self.prepared
        return way_on(self.settings.out, prepared.run_id, prepared.shard, self.settings.task)

    async def run(self, sink: Sink | None = None) -> Summary:
        """Scan into the run's files, or into a sink of the caller's.

        Cancelled, it leaves files from which the run can be resumed. Raises DiscoveryError
        where nothing can be scanned, OutputError where the output can't be written.
        """
        return await measured(self, lambda: self._run(sink))

    async def _run(self, sink: Sink | None) -> Summary:
        began = time.monotonic()
        given = Ledgered(sink, self.prepared.run_id, self.prepared.job) if sink else None
        manifest = await self._already_complete() or await self._scan(given)
        missing = holes(given.incomplete) if given else await anyio.to_thread.run_sync(self._holes)
        whole = None if given else await self._merged()
        seconds = time.monotonic() - began
        return Summary(self.prepared.run_id, self.settings.out, manifest, missing, seconds, whole)

    def _holes(self) -> tuple[Hole, ...]:
        prepared = self.prepared
        return holes(read_ledger(self.settings.out, prepared.run_id, prepared.shard))

    async def _merged(self) -> dict[str, Any] | None:
        """Return the manifest of the run as a whole, where this is the last shard to end."""
        if self.prepared.shard is None:
            return None
        return await anyio.to_thread.run_sync(merge_shards, self.settings.out, self.prepared.run_id)

    async def _scan(self, given: Ledgered | None) -> dict[str, Any]:
        files = self.settings.out if given is None else None
        async with connected(self.settings, self.prepared, self.deadline, files) as link:
            self.traffic, self.rates = link.gate.traffic, link.gate.rates
            with in_time(self.deadline, lambda: self.phase):
                plan, facts = await self._plan(link, shared=given is None)
            async with nullcontext(given) if given else self._files(plan, facts) as output:
                await self._work(link, plan, output)
                self.phase = "finishing"
                return await output.finish(self._verdict(plan, facts, output))

    async def _already_complete(self) -> dict[str, Any] | None:
        """Return the manifest of a resumed run, or shard, that has nothing left to do."""
        prepared = self.prepared
        if prepared.stored is None:
            return None
        manifest = await anyio.to_thread.run_sync(
            read_manifest, self.settings.out, prepared.run_id, prepared.shard
        )
        if manifest is None or manifest["status"] != "complete":
            return None
        if prepared.shard is None:  # it may have been killed before it said so
            await anyio.to_thread.run_sync(announce, self.settings.out, prepared.run_id, manifest)
        return manifest

    async def _plan(self, link: Link, *, shared: bool) -> tuple[Plan, dict[str, Any]]:
        """Return the plan and how many accounts were discovered and selected.

        `shared` says that a shard's plan is the one that all shards of its run work on.
        """
        shard = self.prepared.shard
        if shard is not None and shared and self.prepared.stored is None:
            await self._agree(link, shard)
        plan, facts = await self._stored(link) or await self._discovered(link)
        if shard is None:
            return plan, facts
        part = plan.of_shard(shard)
        return part, {**facts, "selected": len(part.accounts)}

    async def plan_shards(self, count: Callable[[Plan], int]) -> dict[str, Any]:
        """Return the plan that as many shards as it takes will work on; scan nothing.

        Where the run has a plan already, that is it.
        """
        settings = self.settings
        async with connected(settings, self.prepared, self.deadline, settings.out) as link:
            with in_time(self.deadline, lambda: self.phase):
                return await self._planned(link, count)

    async def _agree(self, link: Link, shard: Shard) -> None:
        """Go by the plan of whichever shard of the run was the first to make one."""
        stored = await self._planned(link, lambda _: shard.count)
        self.prepared = await anyio.to_thread.run_sync(join, self.settings, self.prepared, stored)

    async def _planned(self, link: Link, count: Callable[[Plan], int]) -> dict[str, Any]:
        self.phase = "waiting for the run's plan"
        async with planning(self.settings.out, self.prepared.run_id) as found:
            return found or await self._offered(link, count)

    async def _offered(self, link: Link, count: Callable[[Plan], int]) -> dict[str, Any]:
        plan, facts = await self._discovered(link)
        document = self._document(plan, facts) | {"planned": len(plan)}
        options = Options(self.prepared.job, compression=self.settings.compress)
        out, run_id = self.settings.out, self.prepared.run_id
        offer = partial(share_plan, out, run_id, document, count(plan), options)
        return await anyio.to_thread.run_sync(offer)

    async def _stored(self, link: Link) -> tuple[Plan, dict[str, Any]] | None:
        """Return what was planned before, None where nothing was."""
        stored = self.prepared.stored
        if stored is None:
            return None
        secrets = await discover.external_ids(self.settings, link.central.partition)
        return Plan.from_dict(stored["plan"], secrets), dict(stored["accounts"])

    async def _discovered(self, link: Link) -> tuple[Plan, dict[str, Any]]:
        def tell(phase: str) -> None:
            self.phase = phase

        return await planned(self.settings, self.prepared, link, tell)

    @asynccontextmanager
    async def _files(self, plan: Plan, facts: Mapping[str, Any]) -> AsyncIterator[LocalRun]:
        out, run_id = self.settings.out, self.prepared.run_id
        prepared = self.prepared
        options = Options(prepared.job, prepared.shard, compression=self.settings.compress)
        if self.prepared.stored is not None:
            opening = resume_run(out, run_id, options)
        else:
            opening = create_run(out, run_id, self._document(plan, facts), options)
        async with opening as run:
            if self.witness is not None:
                self.witness.begin(run.done, self.prepared.shard)
                run.witness = self.witness
            yield run

    def _document(self, plan: Plan, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return what plan.json says; no secrets."""
        settings = self.settings.public()
        return {
            "settings": {name: settings[name] for name in settings if name not in PLACE},
            "secrets": {name: getattr(self.settings, name) is not None for name in SECRETS},
            "accounts": facts,
            "plan": plan.to_dict(),
        }

    async def _work(self, link: Link, plan: Plan, output: LocalRun | Ledgered) -> None:
        self.phase = "scanning"
        self.progress.planned = len(plan)
        self.progress.done = len(output.done)
        log.info(
            "scan started",
            run_id=output.run_id,
            accounts=len(plan.accounts),
            units=len(plan) - len(output.done),
        )
        open_units = self.settings.concurrency * UNITS_PER_SLOT
        past = past_outcomes(self.settings.out, output.run_id)
        into_files = isinstance(output, LocalRun)
        afar = into_files and is_afar(self.settings.out)
        order = partial(schedule_within, afar=afar)
        schedule = await anyio.to_thread.run_sync(
            order, self.deadline, plan, output.done, open_units, past if into_files else ()
        )
        workers = workers_of(self.settings, len(plan) - len(output.done))
        if workers > 1 and isinstance(output, LocalRun):
            await self._share(plan, schedule, workers, output)
            return
        run_id, deadline = self.prepared.run_id, self.deadline
        async with means_of(self.settings, run_id, link, deadline, schedule.durations) as means:
            work = work_of(self.settings, self.prepared, link)
            run = Run(means, work, output, self.progress)
            await run.work(schedule.units(), open_units, plan.shared(), schedule.long)

    async def _share(self, plan: Plan, schedule: Schedule, workers: int, output: LocalRun) -> None:
        """Have several processes do the work."""
        log.info("the work is shared", workers=workers)
        settings, run_id = self.settings, self.prepared.run_id
        if is_afar(settings.out):  # an open bucket can't be handed to another process
            settings = settings.model_copy(update={"out": output.outpost[0]})
        order = Order(settings, run_id, plan, self.deadline, schedule.durations, *output.outpost)
        deal = await anyio.to_thread.run_sync(Deal, schedule, workers)
        crew = Crew(order, deal, output, self.progress, self.traffic, workers)
        self.rates = crew.rates
        await crew.work()

    def _verdict(
        self, plan: Plan, facts: Mapping[str, Any], output: LocalRun | Ledgered
    ) -> dict[str, Any]:
        """Say what the manifest can't take from the ledger."""
        failed = {account.id: each.error for account, each in plan.accounts if each.error}
        failed |= self.progress.failed
        entered = self.progress.entered | _entered_before(plan, output.done)
        status = self._status(bool(failed))
        return {
            "status": status,
            "planned": len(plan),
            "scanner_version": VERSION,
            "accounts": {
                **facts,
                "entered": len(entered),
                "failed": listed(failed),
            },
            "resume": None if status == "complete" else self.way_on,
            "stopped_by": stopped_by(status, self.progress.late),
        }

    def _status(self, failed: bool) -> str:  # noqa: FBT001 — of one caller
        by_status = self.progress.by_status
        if self.progress.stopping and by_status[Status.NOT_ATTEMPTED]:
            return "interrupted"
        settled = all(Status(status).settled for status, units in by_status.items() if units)
        return "complete" if settled and not failed else "partial"


def _entered_before(plan: Plan, done: Collection[str]) -> set[str]:
    """Return the accounts that a stopped run was in: a disabled region is done without that."""
    disabled = {(account.id, name) for account, each in plan.accounts for name in each.disabled}
    places = (key.split("/") for key in done)
    return {account for account, region, _ in places if (account, region) not in disabled}
