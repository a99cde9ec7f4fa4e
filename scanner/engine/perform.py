"""Do a user's own task in one unit: its values become records, its failures an outcome."""

from __future__ import annotations

import inspect
from contextlib import AsyncExitStack, aclosing
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

from scanner.aws.faults import classify
from scanner.engine.context import status_of
from scanner.engine.made import Maker
from scanner.engine.secret_shapes import without_secrets
from scanner.engine.spread import first_error
from scanner.engine.steps import Steps, values_of
from scanner.engine.workplace import Workplace
from scanner.model.errors import AccountError, CallError, ChangeRefused, OutputError
from scanner.model.outcome import Status

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from scanner.aws.guests import Guests
    from scanner.engine.context import Context
    from scanner.model.record import Record
    from scanner.model.resource import ResourceType
    from scanner.model.task import Task

LONGEST = 500
"""Characters of a user's exception that the ledger keeps."""


async def perform(
    ctx: Context,
    task: Task[..., Any],
    guests: Guests,
    params: Mapping[str, str],
    catalog: Mapping[str, ResourceType],
) -> AsyncGenerator[Record]:
    """Yield a unit's records; whatever the task raises goes to the tally, and no further.

    Drive it from one task: it calls as that task's visit.
    """
    maker = Maker(ctx, task, catalog)
    try:
        async with AsyncExitStack() as stack:
            place = Workplace(maker, guests, params, stack)
            async with aclosing(_values(place, task)) as values:
                async for value in values:
                    record = maker.once(value)
                    if record is not None:
                        yield record
    except (AccountError, OutputError):
        raise
    except (Exception, SystemExit) as exc:  # noqa: BLE001 — the user's code may raise anything
        status, why = verdict_of(exc, task)
        error = without_secrets(why, ctx.redactor.marker)
        for name in {*task.expected, *ctx.tally.records}:
            ctx.tally.failed(name, status, error)
    for name in {*task.expected, *ctx.tally.records}:
        ctx.tally.finished(name)


async def _values(place: Workplace, task: Task[..., Any]) -> AsyncGenerator[Any]:
    """Yield what the function gives, whichever way it does."""
    if not task.is_async:
        given: AsyncGenerator[Any] = Steps(place, task.function).values()
    elif inspect.isasyncgenfunction(task.function):
        given = task.function(place)
    else:
        for value in values_of(await task.function(place)):
            yield value
        return
    async with aclosing(given):
        async for value in given:
            yield value


def verdict_of(exc: BaseException, task: Task[..., Any]) -> tuple[Status, str]:
    """Return the status of a unit whose task raised, and why: AWS's words, and the line."""
    if isinstance(exc, BaseExceptionGroup):
        exc = first_error(exc)
    place = _line_of(exc, task)
    if isinstance(exc, CallError):
        return status_of(exc), f"{exc}{place}"
    if isinstance(exc, ChangeRefused):
        hint = "" if task.writes else ", and the task declares no writes"
        return Status.ERROR, f"not sent: {exc}{hint}{place}"
    operation = getattr(exc, "operation_name", "")
    if operation:
        verdict = classify(exc)
        hint = f" ({verdict.hint})" if verdict.hint else ""
        text = f"{operation}: {verdict.code}: {verdict.message}{hint}"
        return verdict.status, f"{text[:LONGEST]}{place}"
    text = f"{type(exc).__name__}: {exc}".rstrip(": ")
    return Status.ERROR, f"{text[:LONGEST]}{place}"


def _line_of(exc: BaseException, task: Task[..., Any]) -> str:
    """Name the last line of the task's own file that led to an exception."""
    file = inspect.unwrap(task.function).__code__.co_filename
    lines = [each.lineno for each in extract_tb(exc.__traceback__) if each.filename == file]
    return f" (line {lines[-1]} of {file.rpartition('/')[2]})" if lines else ""
