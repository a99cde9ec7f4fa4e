"""Bring a run of shards to its one manifest, also where some did not come home; calls no AWS."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import anyio

from scanner.app.link import VERSION
from scanner.app.shards import way_on
from scanner.app.summary import Summary, holes, listed
from scanner.engine.plan import Plan
from scanner.model.errors import OutputError, SettingsError
from scanner.model.outcome import Outcome, Status, TypeOutcome
from scanner.output import (
    Options,
    absent_shards,
    find_run,
    merge_shards,
    read_ledger,
    read_plan,
    resume_run,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from scanner.model.shard import Shard
    from scanner.model.target import Unit
    from scanner.output import LocalRun


async def merge(out: Path, name: str) -> Summary:
    """Write a run's manifest; what a missing shard wrote stays, the rest was not attempted.

    Raises SettingsError where there is no such run or it has no shards, OutputError while a
    shard that is not home is at work.
    """
    run_id, stored = await anyio.to_thread.run_sync(_find, out, name)
    absent = await anyio.to_thread.run_sync(absent_shards, out, run_id, stored["shards"])
    for shard in absent:
        await _settle(stored, out, shard)
    manifest = await anyio.to_thread.run_sync(merge_shards, out, run_id)
    if manifest is None:
        raise OutputError(f"run {run_id}: a shard went on in the meantime; wait for it")
    missing = await anyio.to_thread.run_sync(lambda: holes(read_ledger(out, run_id)))
    began, ended = (datetime.fromisoformat(manifest[n]) for n in ("started_at", "finished_at"))
    return Summary(run_id, out, manifest, missing, (ended - began).total_seconds())


def _find(out: Path, name: str) -> tuple[str, dict[str, Any]]:
    try:
        run_id = find_run(out, name)
        stored = read_plan(out, run_id)
    except OutputError as exc:
        raise SettingsError(str(exc)) from exc
    if "shards" not in stored:
        raise SettingsError(f"run {run_id} has no shards: its manifest is its own")
    return run_id, stored


async def _settle(stored: Mapping[str, Any], out: Path, shard: Shard) -> None:
    """End a shard in place of its own process; it can still be gone on with."""
    run_id = stored["run_id"]
    again = way_on(out, run_id, shard, stored["settings"].get("task"))
    part = Plan.from_dict(stored["plan"]).of_shard(shard)
    async with resume_run(out, run_id, Options(shard=shard), again=False) as run:
        entered, settled = await anyio.to_thread.run_sync(_seen, run)
        left = len(part) - len(run.done)
        for unit in part.units():
            if unit.key not in run.done:
                await run.commit(run.open_unit(unit), _abandoned(unit, shard))
        failed = {account.id: each.error for account, each in part.accounts if each.error}
        complete = settled and not left and not failed
        accounts = {"selected": len(part.accounts), "entered": entered, "failed": listed(failed)}
        await run.finish(
            {
                "status": "complete" if complete else "partial",
                "planned": len(part),
                "scanner_version": VERSION,
                "accounts": stored["accounts"] | accounts,
                "resume": None if complete else again,
                "missing": left > 0,
            }
        )


def _seen(run: LocalRun) -> tuple[int, bool]:
    """Return how many accounts a shard called something in, and whether all went well."""
    entered, settled = set(), True
    for outcome in run.outcomes():
        if outcome.requests:
            entered.add(outcome.account_id)
        settled &= outcome.status.settled
    return len(entered), settled


def _abandoned(unit: Unit, shard: Shard) -> Outcome:
    status, why = Status.NOT_ATTEMPTED, f"shard {shard} did not come home"
    types = {name: TypeOutcome(status, 0, why) for name in unit.types}
    return Outcome(unit.account.id, unit.region, unit.service, status, types)
