"""`scanner prune`: remove old runs, whole."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import OUTPUT, json_option, read_settings, settings_options
from scanner.model.errors import SettingsError

if TYPE_CHECKING:
    from scanner.output import OldRun
    from scanner.settings import Settings


@click.command("prune")
@settings_options(*OUTPUT, "profile")
@click.option("--keep", required=True, metavar="DURATION", help="how old a run may be: 35d, 12h")
@click.option("--dry-run", is_flag=True, help="only say what would go")
@json_option
def command(**options: Any) -> None:
    """Remove runs that are older than --keep, with their records and ledgers.

    The newest complete run and the newest partial one, which latest.json names, stay whatever
    their age; so does a run that a process is at work on.

    \b
    Examples:
      scanner prune --keep 35d --dry-run
      scanner prune --keep 35d
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    settings, _ = read_settings(options)
    before = datetime.now(UTC) - _age(options["keep"])
    gone = _prune(settings, before, dry_run=options["dry_run"])
    if options["as_json"]:
        rows = [{"run_id": run.run_id, "files": run.files, "bytes": run.bytes} for run in gone]
        click.echo(json.dumps(rows, indent=2))
        return
    for run in gone:
        click.echo(f"{run.run_id}  {run.files:,} files  {run.bytes:,} bytes")
    said = "would go" if options["dry_run"] else "removed"
    click.echo(f"{len(gone)} runs {said}, {sum(run.bytes for run in gone):,} bytes")


def _prune(settings: Settings, before: datetime, *, dry_run: bool) -> list[OldRun]:
    """Remove old runs, or only find them; return those that went, or would."""
    from scanner.app.place import opened  # noqa: PLC0415 — what --help does not need
    from scanner.output import old_runs, remove_run  # noqa: PLC0415 — as above

    gone = []
    with opened(settings) as placed:
        for run in old_runs(placed.out, before):
            if dry_run or remove_run(placed.out, run.run_id):
                gone.append(run)
            else:
                click.echo(f"scanner: {run.run_id} is being worked on and stays", err=True)
    return gone


def _age(text: str) -> timedelta:
    from scanner.settings.durations import seconds_of  # noqa: PLC0415 — as above

    try:
        seconds = seconds_of(text)
    except ValueError as exc:
        raise SettingsError(f"--keep: {exc}") from exc
    if seconds is None:
        raise SettingsError("--keep: none keeps everything; name a duration")
    return timedelta(seconds=seconds)
