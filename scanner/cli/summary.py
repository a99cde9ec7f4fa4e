"""Print how a run ended: totals, what is not complete and why, what to do; it decides nothing."""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from scanner.engine.run import NOT_ENABLED
from scanner.model.outcome import Status

if TYPE_CHECKING:
    from collections.abc import Collection

    from scanner.app.summary import Hole, Summary

MOST_NAMED = 4
"""Accounts, regions or types named in a row of the table; all are in the ledger."""

WIDE = 200
"""Columns of a table that goes to a file or a log."""

_STYLES = {"complete": "bold green", "partial": "bold yellow", "interrupted": "bold yellow"}


def show(summary: Summary, *, as_json: bool = False, again: bool = True) -> None:
    """Print a summary on stdout, for people or as the manifest with its holes.

    `again` says how to go on with a run that is not complete.
    """
    if as_json:
        click.echo(json.dumps(as_data(summary), indent=2))
        return
    console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else WIDE)
    _show_totals(console, summary)
    _show_accounts(console, summary)
    _show_holes(console, summary)
    _show_shards(console, summary)
    if again:
        _show_way_on(console, summary)


def as_data(summary: Summary) -> dict[str, Any]:
    """Return a summary as plain data."""
    whole = {} if summary.whole is None else {"whole": summary.whole}
    return {
        **summary.manifest,
        **whole,
        "coverage_percent": round(summary.coverage, 3),
        "seconds": round(summary.seconds, 3),
        "holes": [
            {
                "service": hole.service,
                "status": hole.status,
                "reason": hole.reason,
                "types": sorted(hole.types),
                "accounts": sorted(hole.accounts),
                "regions": sorted(hole.regions),
                "units": hole.units,
            }
            for hole in summary.holes
        ],
    }


def _show_totals(console: Console, summary: Summary) -> None:
    manifest = summary.manifest
    accounts = manifest["accounts"]
    style = _STYLES[summary.status]
    speed = manifest["requests"] / max(summary.seconds, 1e-6)
    shard = f", shard {manifest['shard']}" if "shard" in manifest else ""
    console.print(f"[{style}]{summary.status}[/{style}]  run {summary.run_id}{shard}")
    grid = Table.grid(padding=(0, 2))
    grid.add_row("accounts", f"{accounts['entered']:,} of {accounts['selected']:,} entered")
    grid.add_row("units", f"{manifest['planned']:,} planned, {_statuses(manifest['by_status'])}")
    grid.add_row("records", f"{manifest['records']:,} in {len(manifest['files']):,} files")
    grid.add_row(
        "requests",
        f"{manifest['requests']:,} ({speed:,.0f}/s), {manifest['throttles']:,} throttled",
    )
    grid.add_row("time", f"{summary.seconds:,.1f} s")
    grid.add_row("output", escape(str(summary.out)))
    console.print(grid)


def _statuses(by_status: dict[str, int]) -> str:
    return ", ".join(f"{by_status[each]:,} {each}" for each in Status if by_status.get(each))


def _show_accounts(console: Console, summary: Summary) -> None:
    failed = summary.failed_accounts
    if not failed:
        return
    console.print(f"\n[bold]Accounts that are missing or not whole: {len(failed)}[/bold]")
    for account, reason in failed.items():
        console.print(f"  [red]{account}[/red]  {escape(reason)}")


def _show_holes(console: Console, summary: Summary) -> None:
    failed = set(summary.failed_accounts)
    holes = [each for each in summary.holes if not each.status.settled and each.accounts - failed]
    _show_unavailable(console, [each for each in summary.holes if each.status.settled])
    if not holes:
        return
    console.print("\n[bold]Not complete[/bold]")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("status", "service", "types", "accounts", "regions", "why"):
        table.add_column(heading, header_style="dim", overflow="fold")
    for hole in holes:
        table.add_row(*_row(hole, failed))
    console.print(table)


def _show_unavailable(console: Console, holes: list[Hole]) -> None:
    """Say in one line what AWS does not offer here: it is no failure, and rarely a surprise."""
    reasons = Counter[str]()
    for hole in holes:
        for region in hole.regions if hole.reason == NOT_ENABLED else (hole.service,):
            reasons[f"{region} not enabled" if hole.reason == NOT_ENABLED else region] += hole.units
    if reasons:
        shown = ", ".join(name for name, _ in reasons.most_common(MOST_NAMED))
        more = f" and {len(reasons) - MOST_NAMED} more" if len(reasons) > MOST_NAMED else ""
        console.print(f"\n[dim]Unavailable, so not missing: {escape(shown)}{more}[/dim]")


def _row(hole: Hole, failed: set[str]) -> tuple[str, ...]:
    return (
        hole.status,
        hole.service,
        _some(hole.types),
        _some(hole.accounts - failed),
        _some(hole.regions),
        escape(hole.reason),
    )


def _some(names: Collection[str]) -> str:
    shown = sorted(names)[:MOST_NAMED]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _show_shards(console: Console, summary: Summary) -> None:
    """Name the shards that are missing, or say whether this was the last one to come home."""
    missing = summary.manifest.get("shards", {}).get("missing", ())
    if missing:
        console.print(f"\n[bold]Shards that did not come home:[/bold] {', '.join(missing)}")
    if "shard" not in summary.manifest:
        return
    if summary.whole is None:
        console.print("\nOther shards are out: the last one home writes the run's manifest.")
    else:
        console.print(f"\nAll shards are home; the run is {summary.whole['status']}.")


def _show_way_on(console: Console, summary: Summary) -> None:
    if summary.manifest["resume"]:
        when = "The deadline came first" if summary.out_of_time else "When mended"
        console.print(f"\n{when}, go on with: {escape(summary.manifest['resume'])}")
