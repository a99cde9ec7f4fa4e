"""The jobs that make runs: the inventory, a user's own task, the plan and merge of their shards."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import anyio

from scanner.app.ahead import plan_ahead
from scanner.app.merge import merge as merge_run
from scanner.app.place import opened
from scanner.app.prepare import prepare, stored_settings
from scanner.app.scan import Scan
from scanner.app.tasks import check_regions, find_task, place_of
from scanner.aws_lambda.answer import answer_of, continuation_of
from scanner.model.shard import Shard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from scanner.app.prepare import Prepared
    from scanner.app.summary import Summary
    from scanner.aws_lambda.answer import Answer
    from scanner.aws_lambda.order import Order
    from scanner.engine.deadline import Deadline
    from scanner.model.sink import Witness
    from scanner.model.task import Task
    from scanner.settings import Settings

ACCOUNTS_PER_SHARD = 25
"""Accounts of a shard, unless the event says otherwise: minutes of work in most organizations."""


def inventory(order: Order, deadline: Deadline) -> Answer:
    """Scan, or go on with a scan."""
    return _ran(order, deadline, None)


def run(order: Order, deadline: Deadline) -> Answer:
    """Do a task of the user's own everywhere, or go on with that."""
    return _ran(order, deadline, _task(order))


def plan(order: Order, deadline: Deadline) -> Answer:
    """Plan a run of shards, and name them all: they are the next events' business."""
    task, accounts = _task_if_any(order), order.number("accounts_per_shard", ACCOUNTS_PER_SHARD)
    with placed(order, task) as settings:
        stored = anyio.run(plan_ahead, settings, accounts, deadline, task)
    shards = [str(each) for each in Shard.all(stored["shards"])]
    told = {name: stored[name] for name in ("run_id", "planned", "accounts")}
    return {"job": order.job, **told, "shards": shards}


def merge(order: Order, deadline: Deadline) -> Answer:  # noqa: ARG001 — it has no units to give up
    """Write the one manifest of a run of shards."""
    with placed(order, _task_if_any(order)) as settings:
        summary = anyio.run(merge_run, settings.out, order.text("run") or "latest")
    return answer_of(order, summary, settings)


@contextmanager
def placed(order: Order, task: Task[..., Any] | None = None) -> Iterator[Settings]:
    """Lend the settings with their output open; those of a run that is gone on with lie beneath."""
    resume, settings = order.resume(), order.settings()
    with opened(place_of(settings, task) if task else settings) as found:
        if resume is not None:
            settings = order.settings(stored_settings(found.out, resume))
        yield settings.model_copy(update={"out": found.out})


def scanned(
    settings: Settings, prepared: Prepared, deadline: Deadline, witness: Witness | None = None
) -> Summary:
    """Scan until all is done, or the time is up."""
    if settings.deadline is not None:
        deadline.bring_forward(settings.deadline)
    return anyio.run(Scan(settings, prepared, deadline, witness=witness).run)


def _ran(order: Order, deadline: Deadline, task: Task[..., Any] | None) -> Answer:
    with placed(order, task) as settings:
        summary = scanned(settings, prepare(settings, order.resume(), task), deadline)
    return answer_of(order, summary, settings, continuation_of(order, summary))


def _task(order: Order) -> Task[..., Any]:
    order.refuse(("types", "services"), "a task's types are its own")
    task = find_task(order.settings())
    check_regions(task, named="regions" in order.given)
    return task


def _task_if_any(order: Order) -> Task[..., Any] | None:
    return _task(order) if order.settings().task else None
