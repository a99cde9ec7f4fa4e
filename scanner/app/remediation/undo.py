"""Plan the reverse of what was applied, from the images before and after; it asks AWS nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from scanner.app.link import VERSION
from scanner.engine.caps import needs
from scanner.engine.image import shows_secrets
from scanner.engine.propose import undo_of
from scanner.model.change import Action, Write
from scanner.model.errors import SettingsError, TaskError
from scanner.model.planned import (
    Change,
    ChangePlan,
    Ending,
    Head,
    Result,
    Site,
    Skip,
    Why,
    change_id,
)
from scanner.output import read_results, write_change_plan
from scanner.output.encode import timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path
    from typing import Any

JOB = "undo"


Actions = Mapping[tuple[str, str], Action]


def plan_undo(results: Path, path: Path, now: datetime, actions: Actions) -> ChangePlan:
    """Write a plan that gives back what a file of results changed; blocks.

    Raises SettingsError where that file is none, or nothing in it can be given back.
    """
    lines = list(read_results(results))
    changes, skipped = reverse([(change, result) for _, change, result in lines], actions)
    if not (changes or skipped):
        raise SettingsError(f"{results} tells of no change that was made")
    first = lines[0][0]
    accounts = {line["account_id"]: Site(**line["site"]) for line, _, _ in lines}
    head = Head(
        job=JOB,
        run_id=first["run_id"],
        created_at=timestamp(now),
        scanner_version=VERSION,
        accounts=accounts,
        needs=asdict(needs(changes, accounts)),
        undoes=first["plan"],
    )
    return write_change_plan(path, ChangePlan(head, tuple(changes), tuple(skipped)))


def reverse(
    ended: Iterable[tuple[Change, Result]], actions: Actions
) -> tuple[list[Change], list[Skip]]:
    """Return the changes that give back what was there, the last one first, and what nothing can.

    They have the goal that the resource looks as it did before. A goal that was answered well is
    taken to have come about: what AWS shows may be a moment older. A change that failed half-way
    is given back from how it left the resource.
    """
    changes, skipped = [], []
    for change, result in reversed(list(ended)):
        if _left_nothing(change, result):
            continue
        try:
            undo = _undo(change, result, actions)
        except TaskError as exc:
            skipped.append(_skip(change, Why.ERROR, str(exc)))
            continue
        if not undo:
            skipped.append(_skip(change, Why.IRREVERSIBLE, f"{change.action} can't be undone"))
        elif result.ending is Ending.REFUSED:
            skipped.append(_skip(change, Why.ERROR, f"it was begun, then refused: {result.reason}"))
        elif result.after is None:
            why = Why.GONE if result.ending.good else Why.ERROR
            skipped.append(_skip(change, why, "it was gone, or not to be seen, afterwards"))
        elif any(shows_secrets(each.params) for each in undo):
            skipped.append(_skip(change, Why.SECRET, "it would put a secret into the plan"))
        else:
            reached = change.goal if result.ending.good else None
            changes.append(_undone(change, undo, result.after if reached is None else reached))
    return changes, skipped


def _left_nothing(change: Change, result: Result) -> bool:
    return not result.ending.good and (not result.touched or result.after == change.before)


def _undo(change: Change, result: Result, actions: Actions) -> tuple[Write, ...]:
    """Return the calls, by the action itself where there is one: it has now seen the outcome."""
    action = actions.get((change.resource_type, change.action))
    if action is None or change.goal is not None or result.after is None:
        return change.undo
    return undo_of(action, change, result.after)


def _undone(change: Change, undo: tuple[Write, ...], before: Mapping[str, Any]) -> Change:
    action = f"undo {change.action}"
    return replace(
        change,
        id=change_id(change.resource, action, change.options),
        action=action,
        does=f"give back what was there: {change.does}",
        irreversible=False,
        before=before,
        writes=undo,
        undo=change.writes,
        goal=change.before,
    )


def _skip(change: Change, why: Why, reason: str) -> Skip:
    return Skip(*change.resource, change.policy, change.action, why, reason)
