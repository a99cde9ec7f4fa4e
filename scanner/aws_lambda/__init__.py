"""The entry of AWS Lambda: an event in, a job done, an answer out; prints nothing.

An event holds settings by their options' names, and `job`: inventory (the default), run (where
it names a task), check, or, for shards, plan and merge.
The answer is small and plain data. Where time ran out, its `continuation` is the next event.
Every invocation has an event loop, clients and credentials of its own, so that nothing passes
from one to another, and any number may run in a process at the same time; code and catalogue
stay loaded.
"""

from __future__ import annotations

import logging
import os
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

import structlog

from scanner import log
from scanner.app.garbage import collect_less
from scanner.aws_lambda.answer import Answer, Incomplete
from scanner.aws_lambda.checks import Failing, check
from scanner.aws_lambda.order import Order
from scanner.aws_lambda.runs import ACCOUNTS_PER_SHARD, inventory, merge, plan, run
from scanner.engine.deadline import Deadline
from scanner.model.errors import ScannerError, SettingsError
from scanner.settings import PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["ACCOUNTS_PER_SHARD", "JOBS", "Failing", "Incomplete", "Invocation", "Order", "handler"]

RETURNING = 0.5
"""Seconds of an invocation that are kept for its answer."""

_LOGGED = ("job", "run_id", "shard", "status", "records", "seconds")

logger = structlog.get_logger()


class Invocation(Protocol):
    """What is used of the context that Lambda gives."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda ends this invocation."""


def handler(event: Any, context: Invocation) -> Answer:
    """Do the event's job and answer how it went; raises a ScannerError, one line, where it failed.

    SettingsError and CatalogError: it will fail again. OutOfTime, OutputError, DiscoveryError: it
    may go well another time. Incomplete: it went through, and the manifest says what is missing.
    Failing: resources fail checks, and the event wants an error then.
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


JOBS: Mapping[str, Callable[[Order, Deadline], Answer]] = MappingProxyType(
    {"inventory": inventory, "run": run, "check": check, "plan": plan, "merge": merge}
)
"""What each job of `order.OWN` does."""


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
