"""Print plans of changes and what came of them: tables for people, JSON for programs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click
import orjson

from scanner.cli.table import print_table
from scanner.engine.caps import Caps
from scanner.model.planned import Ending

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TextIO

    from scanner.app.remediation.apply import Application
    from scanner.model.planned import Change, ChangePlan, Result, Skip

MOST_ROWS = 20
"""Rows of a table for people; programs get all."""

_INDENT = orjson.OPT_INDENT_2


def show_plan(plan: ChangePlan, *, as_json: bool, file: TextIO | None = None) -> None:
    """Print what a plan changes, by action and by account, and what it lacks."""
    if as_json:
        click.echo(orjson.dumps(as_data(plan), option=_INDENT))
        return
    if plan.changes:
        _show_actions(plan, file)
        click.echo(file=file)
        _show_accounts(plan, file)
        click.echo(file=file)
    for why, number in sorted(Counter(each.why for each in plan.skipped).items()):
        first = next(each for each in plan.skipped if each.why is why)
        click.echo(f"not planned, {why}: {number:,} (first: {_place(first)}: {first.reason})", file)
    irreversible = sum(each.irreversible for each in plan.changes)
    click.echo(
        f"{len(plan.changes):,} changes in {len({each.account_id for each in plan.changes}):,} "
        f"accounts, {irreversible:,} of them irreversible; {plan.head.fine:,} are fine by now",
        file,
    )


def show_made(plan: ChangePlan, options: Mapping[str, Any], command: str) -> None:
    """Print a plan that was just written, and on stderr how to go on: `command` applies it."""
    show_plan(plan, as_json=options["as_json"])
    show_way_on(plan, options, command)


def show_way_on(plan: ChangePlan, options: Mapping[str, Any], command: str) -> None:
    """Say on stderr how a plan is applied, if it changes anything."""
    if plan.changes:
        how = f"{command} {options['output']}{caps_of(plan)}"
        click.echo(f"review {options['output']}, then: {how}", err=True)


def as_data(plan: ChangePlan) -> dict[str, Any]:
    """Return a plan's summary as plain data."""
    return {
        "job": plan.head.job,
        "run_id": plan.head.run_id,
        "digest": plan.digest,
        "needs": dict(plan.head.needs),
        "changes": len(plan.changes),
        "irreversible": sum(each.irreversible for each in plan.changes),
        "fine": plan.head.fine,
        "groups": [
            {
                "account_id": account, "account_name": plan.head.accounts[account].name,
                "ou": plan.head.accounts[account].ou, "resource_type": type_, "action": action,
                "risk": risk, "changes": number,
            }
            for (account, type_, action, risk), number in sorted(_groups(plan.changes).items())
        ],
        "skipped": Counter(each.why for each in plan.skipped),
    }  # fmt: skip


def caps_of(plan: ChangePlan) -> str:
    """Spell the options that let a plan through where the usual caps do not."""
    needed, usual = Caps(**plan.head.needs), Caps()
    found = [
        f"--max-changes {needed.max_changes}" if needed.max_changes > usual.max_changes else "",
        f"--max-percent {needed.max_percent}" if needed.max_percent > usual.max_percent else "",
        "--allow-irreversible" if needed.allow_irreversible else "",
    ]
    return "".join(f" {each}" for each in found if each)


def show_applied(application: Application, again: str, *, as_json: bool) -> None:
    """Print how the changes of a plan ended, those that did not end well one by one."""
    bad = _not_good(application)
    if as_json:
        facts = {**_facts(application), "bad": [*map(_plainly, bad)]}
        click.echo(orjson.dumps(facts, option=_INDENT))
        return
    if bad:
        rows = [(*_plainly(each).values(),)[1:] for each in bad[:MOST_ROWS]]
        print_table(("account", "resource", "action", "ending", "why"), rows)
        click.echo()
    _tell(application, again)


def _not_good(application: Application) -> list[tuple[Change, Result]]:
    results = application.applied.results
    ended = [(each, results[each.id]) for each in application.plan.changes if each.id in results]
    return [(change, result) for change, result in ended if not result.ending.good]


def _plainly(ended: tuple[Change, Result]) -> dict[str, str]:
    change, result = ended
    return {
        "id": change.id, "account_id": change.account_id, "resource_id": change.resource_id,
        "action": change.action, "ending": str(result.ending), "reason": result.reason,
    }  # fmt: skip


def _facts(application: Application) -> dict[str, Any]:
    applied, dry_run = application.applied, application.rules.dry_run
    unseen = [each for each in applied.results.values() if each.ending.good and not each.verified]
    return {
        "plan": application.plan.digest,
        "results": str(application.results) if application.results else None,
        "dry_run": dry_run,
        "endings": {str(each): applied.endings[each] for each in Ending},
        "unverified": 0 if dry_run else len(unseen),
        "not_begun": len(application.plan.changes) - len(applied.results),
        "stopped": applied.stopping or None,
    }


def _tell(application: Application, again: str) -> None:
    applied, facts = application.applied, _facts(application)
    unverified, unbegun = facts["unverified"], facts["not_begun"]
    would = "would be " if application.rules.dry_run else ""
    counts = applied.endings
    done = counts[Ending.DONE] + counts[Ending.FOUND_DONE]
    text = f"{done:,} {would}done, {counts[Ending.REFUSED]:,} refused, "
    text += f"{counts[Ending.FAILED]:,} failed, {unbegun:,} not begun"
    if unverified:
        text += f"; {unverified:,} done that AWS does not show yet"
    click.echo(text)
    if applied.stopping:
        click.echo(f"stopped: {applied.stopping}")
    if unbegun:
        click.echo(f"go on with: {again}")
    if application.results:
        click.echo(f"results: {application.results}")
        click.echo(f"undo: scanner remediate undo {application.results} -o undo.jsonl")


def _groups(changes: Iterable[Change]) -> Counter[tuple[str, str, str, str]]:
    return Counter(
        (each.account_id, each.resource_type, each.action, str(each.risk)) for each in changes
    )


def _show_actions(plan: ChangePlan, file: TextIO | None) -> None:
    counts = Counter(
        (each.action, each.resource_type, str(each.risk), "no" if each.irreversible else "yes")
        for each in plan.changes
    )
    accounts = {
        key: len({each.account_id for each in plan.changes if each.action == key[0]})
        for key in counts
    }
    rows = [(*key, f"{counts[key]:,}", f"{accounts[key]:,}") for key in sorted(counts)]
    print_table(("action", "type", "risk", "can be undone", "changes", "accounts"), rows, file)


def _show_accounts(plan: ChangePlan, file: TextIO | None) -> None:
    counts = Counter(each.account_id for each in plan.changes)
    sites = plan.head.accounts
    rows = [
        (account, sites[account].name or "", sites[account].ou or "", f"{number:,}")
        for account, number in counts.most_common(MOST_ROWS)
    ]
    print_table(("account", "name", "organizational unit", "changes"), rows, file)
    if len(counts) > MOST_ROWS:
        click.echo(f"… and {len(counts) - MOST_ROWS:,} more accounts", file)


def _place(skip: Skip) -> str:
    parts = (skip.account_id, skip.region, skip.resource_id or skip.resource_type)
    return " ".join(part for part in parts if part)
