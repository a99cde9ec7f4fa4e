"""What is known of a run before AWS is asked: its settings, its types, the run it goes on with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scanner.app import discover
from scanner.app.link import check_access
from scanner.app.shards import check_job, check_same, check_shard, run_name, shard_of
from scanner.app.types import catalog_of
from scanner.catalog import Catalog
from scanner.engine.plan import Plan
from scanner.metrics import check_installed
from scanner.model.errors import OutputError, SettingsError
from scanner.output import (
    check_writable,
    claim_run,
    find_plan,
    find_run,
    new_run_id,
    read_plan,
)
from scanner.settings import SECRETS, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from scanner.model.shard import Shard
    from scanner.model.task import Task

INVENTORY = "inventory"

NOT_STORED = ("out", "task", "allow_writes")
"""What a resumption takes from its own options alone: no file says what is run, or may write."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A run that is known to be possible as far as can be told without asking AWS."""

    run_id: str
    catalog: Catalog
    stored: Mapping[str, Any] | None = None
    shard: Shard | None = None
    task: Task[..., Any] | None = None

    @property
    def job(self) -> str:
        """What the run is for: the inventory, or a task of the user's own."""
        return self.task.label if self.task else INVENTORY


def prepare_embedded(settings: Settings, task: Task[..., Any] | None = None) -> Prepared:
    """Check all input of a scan that writes no files; blocks, and raises as `prepare` does."""
    _check(settings, task)
    types = () if task else settings.types
    catalog = catalog_of(settings, types)
    if task is None:
        catalog.select(types, settings.services)
    return Prepared(new_run_id(datetime.now(UTC)), catalog, shard=shard_of(settings), task=task)


def prepare(
    settings: Settings, resume: str | None = None, task: Task[..., Any] | None = None
) -> Prepared:
    """Check all input before any call, or find the run to go on with; blocks.

    With a `task` the run is that task's. Raises SettingsError or CatalogError with one line that
    says what to mend.
    """
    try:
        if resume is None:
            return _new(settings, task)
        _check(settings, task)
        run_id = find_run(settings.out, resume)
        stored = read_plan(settings.out, run_id)
    except OutputError as exc:
        raise SettingsError(str(exc)) from exc
    found = Prepared(run_id, Catalog({}), stored, shard_of(settings), task)
    check_shard(stored, found.shard)
    check_job(stored, found.job)
    return replace(found, catalog=_catalog_of_run(settings, found))


def _check(settings: Settings, task: Task[..., Any] | None) -> None:
    if settings.task is not None and task is None:
        raise SettingsError("task: a task of your own is for `scanner run`")
    check_access(settings)
    check_installed(settings.metrics)
    discover.check_accounts(settings)


def _new(settings: Settings, task: Task[..., Any] | None) -> Prepared:
    """Prepare a new run, or a shard: the first one of a run to come is the one to plan it."""
    if settings.shard is None and settings.run_id is not None:
        raise SettingsError("--run-id is what the shards of a run share: give --shard too")
    prepared = prepare_embedded(settings, task)
    if prepared.shard is None:
        check_writable(settings.out)
        return prepared
    joined = _claimed(settings, prepared)
    stored = find_plan(settings.out, joined.run_id)
    return joined if stored is None else join(settings, joined, stored)


def prepare_shards(settings: Settings) -> Prepared:
    """Check all input of a run that shards will share, and claim its name; blocks.

    Raises as `prepare` does.
    """
    try:
        return _claimed(settings, prepare_embedded(settings))
    except OutputError as exc:
        raise SettingsError(str(exc)) from exc


def _claimed(settings: Settings, prepared: Prepared) -> Prepared:
    name = run_name(settings)
    check_writable(settings.out)
    return replace(prepared, run_id=claim_run(settings.out, name, prepared.run_id))


def join(settings: Settings, prepared: Prepared, stored: Mapping[str, Any]) -> Prepared:
    """Make a shard work on a plan that another shard of its run made; blocks.

    Raises SettingsError where it would have planned something else.
    """
    check_shard(stored, prepared.shard)
    check_job(stored, prepared.job)
    check_same(stored, settings)
    joined = replace(prepared, stored=stored)
    return replace(joined, catalog=_catalog_of_run(settings, joined))


def stored_settings(out: Path, resume: str) -> dict[str, Any]:
    """Return the settings a run began with, for those that its resumption does not name."""
    try:
        stored = read_plan(out, find_run(out, resume))["settings"]
    except OutputError as exc:
        raise SettingsError(str(exc)) from exc
    return {
        name: value
        for name, value in stored.items()
        if name not in NOT_STORED and value not in ([], {})
    }


def _catalog_of_run(settings: Settings, prepared: Prepared) -> Catalog:
    """Load the types of a stored plan; raises SettingsError where it can't be gone on with."""
    run_id, stored = prepared.run_id, prepared.stored or {}
    for name in SECRETS:
        if stored["secrets"][name] and getattr(settings, name) is None:
            option = f"--{name.replace('_', '-')}"
            raise SettingsError(f"run {run_id} had a secret, stored nowhere: give {option} again")
    planned = [] if prepared.task else planned_types(stored)
    catalog = catalog_of(settings, planned)
    missing = [name for name in planned if name not in catalog.types]
    if missing:
        raise SettingsError(f"run {run_id} planned {min(missing)}, which this catalog lacks")
    return catalog


def planned_types(stored: Mapping[str, Any]) -> list[str]:
    """Name the types that a stored plan looks for."""
    plan = Plan.from_dict(stored["plan"])
    return [
        name
        for part in (plan.regional, plan.worldwide)
        for names in part.values()
        for name in names
    ]
