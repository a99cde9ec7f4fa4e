"""The time of a run: what it has, what finishing takes, how long its units took before."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import anyio

from scanner.engine.deadline import NOT_BEGUN
from scanner.engine.run import never
from scanner.engine.schedule import make_schedule
from scanner.model.errors import OutOfTime, OutputError
from scanner.model.outcome import Status
from scanner.model.target import GLOBAL, Unit
from scanner.output import list_runs, read_ledger, rehearse

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

    from scanner.engine.deadline import Deadline
    from scanner.engine.plan import Plan
    from scanner.engine.schedule import Schedule
    from scanner.model.outcome import Outcome

CLOSING = 1.0
"""Seconds for what always comes last: what waits is written, connections are closed."""

HASHING = 0.01
"""Reading and hashing the files, as a part of the time in which they were made."""

PLACING, SHIPPING = 0.02, 0.05
"""Where the output is in S3: seconds to put a small file in its place, of several at a time, and
what the bytes take, as a part of the time in which they were made."""


@contextmanager
def in_time(deadline: Deadline, doing: Callable[[], str]) -> Iterator[None]:
    """Raise OutOfTime where the deadline comes before the body ends; `doing` names the work."""
    with anyio.move_on_after(deadline.left) as scope:
        yield
    if scope.cancelled_caught:
        raise OutOfTime(f"the deadline came while {doing()}: no unit had begun")


def margin(plan: Plan, window: float, clock: Callable[[], float] = time.perf_counter) -> float:
    """Estimate how long a run takes to finish once its open units are given up; blocks.

    Each planned unit has its line in the ledger written and read back: what that takes is
    measured here and now, on a line for each service.
    """
    units = [
        Unit(account, GLOBAL, service, types)
        for account, _ in plan.accounts[:1]
        for services in (plan.worldwide, plan.regional)
        for service, types in services.items()
    ]
    lines = [never(unit, Status.NOT_ATTEMPTED, NOT_BEGUN) for unit in units]
    each = rehearse(lines, clock) if lines else 0.0  # a shard may be without accounts
    return CLOSING + HASHING * window + len(plan) * each


def shipping(plan: Plan, window: float) -> float:
    """Estimate what finishing takes besides, where files become objects."""
    return PLACING * len(plan.shared()) + SHIPPING * window


def schedule_within(
    deadline: Deadline,
    plan: Plan,
    done: Collection[str],
    open_units: int,
    past: Iterable[Outcome],
    *,
    afar: bool = False,
) -> Schedule:
    """Keep time for finishing, and order the units by an earlier run; blocks.

    `afar` says that the output is in S3.
    """
    window = 0.0 if deadline.never else deadline.left
    beyond = shipping(plan, window) if afar else 0.0
    deadline.reserve(margin(plan, window) + beyond)
    return make_schedule(plan, done, open_units, past)


def past_outcomes(out: Path, run_id: str) -> Iterator[Outcome]:
    """Yield what the newest other run has in its ledger, as far as it can be read; blocks."""
    for name in list_runs(out):
        found = False
        with suppress(OutputError, ValueError, KeyError):  # it was an older or a newer program's
            for outcome in read_ledger(out, name) if name != run_id else ():
                found = True
                yield outcome
        if found:
            return
