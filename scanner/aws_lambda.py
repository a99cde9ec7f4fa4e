"""The entry of AWS Lambda: an event in, a job done, an answer out; prints nothing.

An event holds settings by their options' names, and `job`: inventory (the default), or, for
shards, plan and merge.
The answer is small and plain data. Where time ran out, its `continuation` is the next event.
Every invocation has an event loop, clients and credentials of its own, so that nothing passes
from one to another, and any number may run in a process at the same time; code and catalogue
stay loaded.
"""

from __future__ import annotations

import logging
import os
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, Self

import anyio
import structlog

from scanner import log
from scanner.app.ahead import plan_ahead
from scanner.app.garbage import collect_less
from scanner.app.merge import merge
from scanner.app.place import opened
from scanner.app.prepare import prepare, stored_settings
from scanner.app.scan import Scan
from scanner.app.summary import COMPLETE, DEADLINE, Summary, exit_code
from scanner.engine.deadline import Deadline
from scanner.model.errors import ScannerError, SettingsError
from scanner.model.outcome import Status
from scanner.model.shard import Shard
from scanner.output.layout import Layout
from scanner.settings import FIXED, PREFIX, Settings, bucket_of, load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Answer = dict[str, Any]

RETURNING = 0.5
"""Seconds of an invocation that are kept for its answer."""

ACCOUNTS_PER_SHARD = 25
"""Accounts of a shard, unless the event says otherwise: minutes of work in most organizations."""

MOST_NAMED = 5
"""Failed accounts that an answer names; all are in the manifest."""

_SOURCE = "event"
_LOGGED = ("job", "run_id", "shard", "status", "records", "seconds")

logger = structlog.get_logger()


class Incomplete(ScannerError):
    """What was planned is not complete, and `fail_on` and `min_coverage` do not tolerate that."""


class Invocation(Protocol):
    """What is used of the context that Lambda gives."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda ends this invocation."""


def handler(event: Any, context: Invocation) -> Answer:
    """Do the event's job and answer how it went; raises a ScannerError, one line, where it failed.

    SettingsError and CatalogError: it will fail again. OutOfTime, OutputError, DiscoveryError: it
    may go well another time. Incomplete: it went through, and the manifest says what is missing.
    """
    deadline = _deadline_of(context)
    with structlog.contextvars.bound_contextvars(request_id=context.aws_request_id):
        try:
            _set_up()
            order = Order.of(event)
            answer = JOBS[order.job](order, deadline)
        except ScannerError as exc:
            raise exc.with_traceback(None) from None
        logger.info("job done", **{name: answer.get(name) for name in _LOGGED})
        return answer


@dataclass(frozen=True, slots=True)
class Order:
    """An event that was read: which job, what it takes besides settings, and those given."""

    job: str
    extras: Mapping[str, Any]
    given: Mapping[str, Any]

    @classmethod
    def of(cls, event: Any) -> Self:
        """Read an event; the values of settings are judged when they are loaded."""
        if not isinstance(event, dict):
            raise SettingsError(f"{_SOURCE}: must be an object with the settings")
        given: dict[str, Any] = {}
        for key, value in event.items():
            name = key.replace("-", "_")
            if name in given:
                raise SettingsError(f"{_SOURCE}: {name} is there twice")
            if value is not None:
                given[name] = value
        job = given.pop("job", "inventory")
        if job not in JOBS:
            raise SettingsError(f"{_SOURCE}: job: must be one of {', '.join(JOBS)}")
        return cls(job, {name: given.pop(name) for name in _EXTRAS[job] if name in given}, given)

    def settings(self, beneath: dict[str, Any] | None = None) -> Settings:
        """Merge the event's settings with the environment's, which are the function's own."""
        found, _ = load(dict(self.given), beneath=beneath, source=_SOURCE)
        temporary = Path(tempfile.gettempdir())
        if bucket_of(found.out)[0] is None and not found.out.is_relative_to(temporary):
            raise SettingsError(f"out: must be s3://BUCKET/PREFIX, or a directory in {temporary}")
        return found

    def number(self, name: str, default: int) -> int:
        """Return what is no setting, a number from 1."""
        value = self.extras.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise SettingsError(f"{_SOURCE}: {name}: must be a number from 1")
        return value

    def text(self, name: str) -> str | None:
        """Return what is no setting, a text, or None where it is not there."""
        value = self.extras.get(name)
        if value is not None and not (isinstance(value, str) and value):
            raise SettingsError(f"{_SOURCE}: {name}: must be a text")
        return value


def _inventory(order: Order, deadline: Deadline) -> Answer:
    """Scan, or go on with a scan."""
    resume = order.text("resume")
    fixed = [name for name in FIXED if name in order.given]
    if resume is not None and fixed:
        raise SettingsError(
            f"{_SOURCE}: resume goes on with its own plan: leave out {', '.join(fixed)}"
        )
    settings = order.settings()
    with opened(settings) as placed:
        if resume is not None:
            settings = order.settings(stored_settings(placed.out, resume))
        settings = settings.model_copy(update={"out": placed.out})
        if settings.deadline is not None:
            deadline.bring_forward(settings.deadline)
        scan = Scan(settings, prepare(settings, resume), deadline)
        summary = anyio.run(scan.run)
    return _answer(order, summary, settings, _continuation(order, summary))


def _plan(order: Order, deadline: Deadline) -> Answer:
    """Plan a run of shards, and name them all: they are the next events' business."""
    settings, accounts = order.settings(), order.number("accounts_per_shard", ACCOUNTS_PER_SHARD)
    with opened(settings) as placed:
        stored = anyio.run(plan_ahead, placed, accounts, deadline)
    shards = [str(each) for each in Shard.all(stored["shards"])]
    told = {name: stored[name] for name in ("run_id", "planned", "accounts")}
    return {"job": order.job, **told, "shards": shards}


def _merge(order: Order, deadline: Deadline) -> Answer:  # noqa: ARG001 — it has no units to give up
    """Write the one manifest of a run of shards."""
    settings = order.settings()
    with opened(settings) as placed:
        summary = anyio.run(merge, placed.out, order.text("run") or "latest")
    return _answer(order, summary, settings)


JOBS: Mapping[str, Callable[[Order, Deadline], Answer]] = MappingProxyType(
    {"inventory": _inventory, "plan": _plan, "merge": _merge}
)
_EXTRAS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"inventory": ("resume", "left"), "plan": ("accounts_per_shard",), "merge": ("run",)}
)
"""What an event may hold besides settings; `left` is what a continuation must bring down."""


def _continuation(order: Order, summary: Summary) -> dict[str, Any] | None:
    """Return the event that goes on with a run that is out of time.

    None as well where this invocation left as much undone as the one before: a chain of them
    would never end.
    """
    left, before = _left(summary), order.extras.get("left")
    if not summary.out_of_time or (before is not None and left >= before):
        return None
    kept = {name: value for name, value in order.given.items() if name not in FIXED}
    return {"job": order.job, **kept, "resume": summary.run_id, "left": left}


def _left(summary: Summary) -> int:
    return int(summary.manifest["by_status"].get(Status.NOT_ATTEMPTED, 0))


def _answer(
    order: Order, summary: Summary, settings: Settings, continuation: dict[str, Any] | None = None
) -> Answer:
    """Say how a job went in a few hundred bytes; raises Incomplete where that is no success."""
    code = exit_code(summary, settings)
    _judge(code, summary, settings, goes_on=continuation is not None)
    manifest, failed = summary.manifest, summary.manifest["accounts"]["failed"]
    counts = {
        name: manifest["accounts"].get(name) for name in ("discovered", "selected", "entered")
    }
    shard = manifest.get("shard")
    layout = Layout(summary.out, summary.run_id, shard=Shard.parse(shard) if shard else None)
    return {
        "job": order.job,
        "run_id": summary.run_id,
        "shard": shard,
        "status": summary.status,
        "exit_code": code,
        **{name: manifest[name] for name in ("planned", "records", "requests", "throttles")},
        "by_status": {status: units for status, units in manifest["by_status"].items() if units},
        "coverage_percent": round(summary.coverage, 3),
        "accounts": {**counts, "failed": len(failed)},
        "failed_accounts": failed[:MOST_NAMED],
        "seconds": round(summary.seconds, 3),
        "manifest": str(layout.manifest),
        "shards": manifest.get("shards"),
        "whole": None if summary.whole is None else summary.whole["status"],
        "continuation": continuation,
    }


def _judge(code: int, summary: Summary, settings: Settings, *, goes_on: bool) -> None:
    """Raise Incomplete unless the run went well, goes on, or is tolerated."""
    spent = code == DEADLINE and settings.fail_on == "never"
    if code == COMPLETE or goes_on or spent:
        return
    stuck = ", and more time did not change that" if code == DEADLINE else ""
    raise Incomplete(
        f"run {summary.run_id} is {summary.status}: {summary.coverage:.1f} % of "
        f"{summary.manifest['planned']} units are complete, "
        f"{len(summary.failed_accounts)} accounts failed{stuck}"
    )


def _deadline_of(context: Invocation) -> Deadline:
    left = context.get_remaining_time_in_millis() / 1000
    return Deadline.after(max(0.0, left - RETURNING))


@cache
def _set_up() -> None:
    """Do once what concerns the whole process: logs, and how often garbage is looked for."""
    level = os.environ.get(f"{PREFIX}LOG_LEVEL", "info")
    if level.upper() not in logging.getLevelNamesMapping():
        raise SettingsError(f"{PREFIX}LOG_LEVEL: must be debug, info, warning or error")
    log.configure("json", level)
    collect_less()
