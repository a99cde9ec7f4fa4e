"""Print what the tags of a run lack: tables for people, JSON for programs; it decides nothing."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click
import orjson

from scanner.app.tagging.tally import MOST_VALUES

if TYPE_CHECKING:
    from scanner.app.tagging.plan import Shortfall
    from scanner.app.tagging.survey import Judged
    from scanner.app.tagging.tally import Counts, Group

MOST_ROWS = 20
"""Rows of a table for people; programs get all."""

_NUMBERS = ("good", "bad", "mended", "unknown", "unread")


def show(shortfall: Shortfall, *, as_json: bool) -> None:
    """Print what is wrong by key, and the counts by type, unit and account."""
    if as_json:
        click.echo(orjson.dumps(as_data(shortfall), option=orjson.OPT_INDENT_2))
        return
    _show_groups(shortfall)
    tally = shortfall.tally
    _show_counts("type", tally.by(lambda _, name: name))
    _show_counts("organizational unit", tally.by(lambda account, _: shortfall.unit_of(account)))
    _show_counts("account", tally.by(lambda account, _: _named(shortfall, account)))
    total = tally.total
    click.echo(
        f"run {shortfall.run_id}: {total.good:,} resources are as they ought to be, "
        f"{total.bad:,} are not; of {total.unknown:,} the tags were not read, "
        f"{total.unread:,} places were not read to their end"
    )
    click.echo(f"{total.changed:,} can be changed, {total.mended:,} of them wholly mended")


def as_data(shortfall: Shortfall) -> dict[str, Any]:
    """Return the counts as plain data."""
    tally = shortfall.tally
    return {
        "schema": 1,
        "run_id": shortfall.run_id,
        "total": asdict(tally.total),
        "problems": [
            {**group._asdict(), "resources": count, "set": list(tally.values[group])}
            for group, count in sorted(tally.groups.items(), key=str)
        ],
        "types": _plain(tally.by(lambda _, name: name)),
        "ous": _plain(tally.by(lambda account, _: shortfall.unit_of(account))),
        "accounts": _plain(tally.by(lambda account, _: account)),
    }


def as_line(judged: Judged) -> dict[str, Any]:
    """Return a resource that something is wrong with as plain data, for a line of JSON."""
    found = judged.found
    return {
        "schema": 1,
        **asdict(judged.subject),
        "problems": [asdict(each) for each in found.problems],
        "set": dict(found.set),
        "remove": list(found.remove),
    }


def _show_groups(shortfall: Shortfall) -> None:
    from scanner.cli.table import print_table  # noqa: PLC0415 — of tables only

    groups = shortfall.tally.groups.most_common()
    if not groups:
        return
    rows = (
        (each.key, each.kind, each.type, f"{count:,}", _becomes(shortfall, each))
        for each, count in groups[:MOST_ROWS]
    )
    print_table(("tag", "problem", "type", "resources", "what becomes of it"), rows)
    _show_rest(len(groups))


def _becomes(shortfall: Shortfall, group: Group) -> str:
    if group.obstacle is not None:
        return f"stays: {group.obstacle}"
    values = list(shortfall.tally.values[group])
    if not values:
        return "removed"
    shown = ", ".join(map(repr, values[: MOST_VALUES - 1]))
    return f"set to {shown}{', …' if len(values) == MOST_VALUES else ''}"


def _show_counts(heading: str, counted: dict[str, Counts]) -> None:
    from scanner.cli.table import print_table  # noqa: PLC0415 — of tables only

    worst = sorted(counted.items(), key=lambda each: (-each[1].bad, -each[1].unknown, each[0]))
    rows = [
        (
            name,
            *(f"{getattr(each, number):,}" if getattr(each, number) else "" for number in _NUMBERS),
        )
        for name, each in worst
        if each.bad or each.unknown or each.unread
    ]
    if rows:
        print_table((heading, *_NUMBERS), rows[:MOST_ROWS])
        _show_rest(len(rows))


def _show_rest(count: int) -> None:
    if count > MOST_ROWS:
        click.echo(f"… and {count - MOST_ROWS:,} more (--json has all)")
    click.echo()


def _plain(counted: dict[str, Counts]) -> dict[str, Any]:
    return {name: asdict(counts) for name, counts in counted.items()}


def _named(shortfall: Shortfall, account: str) -> str:
    known = shortfall.accounts.get(account)
    return f"{account} {known.name}" if known and known.name else account
