"""`scanner run`: do a task of the user's own in every account, or list those there are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import (
    ACCESS,
    BUCKET,
    CONTROL,
    TARGETS,
    given,
    json_option,
    read_settings,
    settings_options,
)
from scanner.model.errors import ScannerError, SettingsError
from scanner.settings import FIXED, bucket_of, spelled

if TYPE_CHECKING:
    from scanner.engine.plan import Plan
    from scanner.model.task import Task
    from scanner.settings import Settings


@click.command(
    "run",
    epilog="Exit codes are those of `scanner scan`: 0 complete, 3 partial, and so on.",
)
@click.argument("task", required=False, metavar="TASK")
@settings_options("param", "allow_writes", *TARGETS, "types_from", *ACCESS, *CONTROL)
@click.option("--resume", metavar="RUN|latest", help="go on with a run that was not complete")
@click.option("--dry-run", is_flag=True, help="show what would be visited; run nothing there")
@click.option("--list", "listing", is_flag=True, help="list the tasks that packages installed")
@json_option
def command(**options: Any) -> int:
    """Do a task of your own in every account, or in every region of every account.

    TASK is FILE.py:NAME, a function in a file, or the name of an installed one. Results, ledger
    and all else are those of `scanner scan`, in tasks/NAME below --out. Nothing is changed in
    AWS but by a task that declares writes, with --allow-writes.

    \b
    Examples:
      scanner run tasks.py:idle_users --param days=90
      scanner run script.py:main --regions 'eu-*' --dry-run
      scanner run tasks.py:idle_users --resume latest
      scanner run --list
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    if options["listing"]:
        _list(as_json=options["as_json"])
        return 0
    settings = _settings(options)
    from scanner.app.tasks import find_task, place_of  # noqa: PLC0415 — the SDK loads in a quarter second
    from scanner.cli.running import run_scan  # noqa: PLC0415 — as above

    task = find_task(settings)
    if task.scope == "account" and given(options, ("regions",)):
        raise SettingsError(f"task {task.name} works once an account: leave out --regions")
    settings = place_of(settings, task)
    if options["dry_run"]:
        _rehearse(settings, task, as_json=options["as_json"])
        return 0
    if options["resume"]:
        settings = _resumed(settings, options)
    as_json = options["as_json"]
    return run_scan(settings, options["resume"], options["progress"], as_json=as_json, task=task)


def _settings(options: dict[str, Any]) -> Settings:
    settings, _ = read_settings(options)
    if bucket_of(settings.out)[0] is None and (lost := given(options, BUCKET)):
        raise SettingsError(f"{lost[0]} is for an output in S3: --out s3://BUCKET/PREFIX")
    return settings


def _resumed(settings: Settings, options: dict[str, Any]) -> Settings:
    """Read the settings with those of the run to go on with beneath; its place stays."""
    fixed = given(options, FIXED)
    if fixed:
        raise SettingsError(f"--resume goes on with its own plan: leave out {', '.join(fixed)}")
    from scanner.app.place import opened  # noqa: PLC0415 — as above
    from scanner.app.prepare import stored_settings  # noqa: PLC0415 — as above

    with opened(settings) as placed:
        stored = stored_settings(placed.out, options["resume"])
    again, _ = read_settings(options, beneath=stored)
    return again.model_copy(update={"out": settings.out})


def _list(*, as_json: bool) -> None:
    from scanner.app.tasks import plugged  # noqa: PLC0415 — what --help does not need
    from scanner.cli.table import print_table  # noqa: PLC0415 — as above

    headings = ("task", "from", "scope", "writes", "does")
    rows = [(entry.name, entry.value, *_described(found)) for entry, found in plugged()]
    if as_json:
        click.echo(json.dumps([dict(zip(headings, row, strict=True)) for row in rows], indent=2))
    elif rows:
        print_table(headings, rows)
    else:
        click.echo("no package installed a task; one of a file is run as FILE.py:NAME")


def _described(found: Task[..., Any] | ScannerError) -> tuple[str, str, str]:
    if isinstance(found, ScannerError):
        return "", "", f"can't be loaded: {found}"
    return found.scope, "yes" if found.writes else "no", found.summary


def _rehearse(settings: Settings, task: Task[..., Any], *, as_json: bool) -> None:
    """Find the accounts and regions, and say what would be done there."""
    import anyio  # noqa: PLC0415 — what --help does not need

    from scanner.app.prepare import prepare_embedded  # noqa: PLC0415 — as above
    from scanner.app.visits import rehearsed  # noqa: PLC0415 — as above

    plan = anyio.run(rehearsed, settings, prepare_embedded(settings, task))
    told = _told(settings, task, plan)
    if as_json:
        click.echo(json.dumps(told, indent=2))
        return
    places = f"{told['accounts']} accounts"
    if told["regions"]:
        places += f" x {told['regions']} regions"
    click.echo(f"{task.name} would run {told['units']} times, in {places}; {told['writes']}")
    click.echo(f"results would go to {told['out']}")


def _told(settings: Settings, task: Task[..., Any], plan: Plan) -> dict[str, Any]:
    writes = "reads only"
    if task.writes:
        writes = "writes allowed" if settings.allow_writes else "writes refused"
    return {
        "task": task.name,
        "scope": task.scope,
        "units": len(plan),
        "accounts": len(plan.accounts),
        "regions": len(plan.regions),
        "writes": writes,
        "out": spelled(settings.out),
    }
