"""Apply a plan of changes at a terminal or in a job: ask, heed signals, show; the app does it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import click

from scanner.cli.options import ACCESS, json_option, read_settings, settings_options
from scanner.cli.signals import heed_signals
from scanner.engine.caps import Caps
from scanner.engine.spread import first_error
from scanner.model.errors import SettingsError
from scanner.settings import bucket_of, spelled

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.app.remediation.apply import Application
    from scanner.cli.options import F
    from scanner.model.planned import ChangePlan
    from scanner.settings import Settings

COMPLETE, PARTIAL, INTERRUPTED = 0, 3, 130
_SETTINGS = (
    "accounts", *ACCESS, "types_from", "actions_from", "out", "concurrency", "max_rate_share",
    "request_timeout",
)  # fmt: skip


def apply_options() -> Callable[[F], F]:
    """Give a command the plan to apply, and all that says how."""
    usual = Caps()
    options = (
        click.argument("plan", type=click.Path(dir_okay=False), metavar="PLAN"),
        settings_options(*_SETTINGS),
        _number("--max-changes", int, usual.max_changes, "changes that a plan may have at most"),
        _number(
            "--max-percent",
            float,
            usual.max_percent,
            "percent of a type in an account that may change",
        ),
        click.option("--allow-irreversible", is_flag=True, help="make what nothing can undo, too"),
        _number("--canary", int, 1, "accounts that must end well before the others begin"),
        _number("--max-errors", float, 10.0, "percent of the changes that may fail before it ends"),
        click.option("--dry-run", is_flag=True, help="do everything but the writes"),
        click.option("--yes", is_flag=True, help="do not ask: it was reviewed"),
        json_option,
    )

    def give(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return give


def _number(name: str, kind: type[int | float], default: float, text: str) -> Callable[[F], F]:
    limits = click.IntRange(min=0) if kind is int else click.FloatRange(min=0, max=100)
    return click.option(
        name, type=limits, default=default, show_default=True, metavar="N", help=text
    )


def run_apply(options: dict[str, Any], jobs: tuple[str, ...], command: str) -> int:
    """Apply the plan of one of these jobs; `command` is what is said to go on. Returns a code."""
    from scanner.app.remediation.apply import Application  # noqa: PLC0415 — what --help does not need
    from scanner.cli.changes import show_applied, show_plan  # noqa: PLC0415 — as above
    from scanner.engine.apply import Rules  # noqa: PLC0415 — as above
    from scanner.output import read_change_plan  # noqa: PLC0415 — as above

    settings = _settings(options)
    plan = read_change_plan(Path(options["plan"]))
    if plan.head.job not in jobs:
        raise SettingsError(f"{options['plan']} is a plan of {plan.head.job}: not {command}'s")
    caps = Caps(options["max_changes"], options["max_percent"], options["allow_irreversible"])
    rules = Rules(options["canary"], options["max_errors"], dry_run=options["dry_run"])
    application = Application(settings, plan, caps, rules)
    application.check()
    if not rules.dry_run:
        _confirm(plan, options, lambda: show_plan(plan, as_json=False, file=sys.stderr))
    again = f"{command} {options['plan']}"
    if not anyio.run(attend, application):
        click.echo(f"scanner: stopped at once; go on with: {again}", err=True)
        return INTERRUPTED
    show_applied(application, again, as_json=options["as_json"])
    return code_of(application)


def code_of(application: Application) -> int:
    """Judge what came of a plan."""
    applied = application.applied
    good = sum(each.ending.good for each in applied.results.values())
    if applied.interrupted:
        return INTERRUPTED
    return COMPLETE if good == applied.planned else PARTIAL


def _settings(options: dict[str, Any]) -> Settings:
    """Read the settings; sessions are bounded to the plan unless somebody said otherwise."""
    settings, origins = read_settings(options)
    if bucket_of(settings.out)[0] is not None:
        raise SettingsError(f"--out {spelled(settings.out)}: changes are noted in a directory")
    if origins.get("session_policy", "default") == "default":
        settings = settings.model_copy(update={"session_policy": "auto"})
    return settings


def _confirm(plan: ChangePlan, options: dict[str, Any], show: Callable[[], None]) -> None:
    """Have a person say yes; raises SettingsError where nobody does."""
    if options["yes"]:
        return
    if not sys.stdin.isatty():
        raise SettingsError("nobody is here to confirm: give --yes once the plan was reviewed")
    show()
    question = f"Make these {len(plan.changes)} changes? Only yes will do"
    if click.prompt(question, default="no", err=True) != "yes":
        raise SettingsError("not confirmed: nothing was changed")


async def attend(application: Application) -> bool:
    """Apply a plan and heed signals; False where a second one cut it short."""
    ended = False
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(
                heed_signals,
                "changes",
                application.applied.interrupt,
                lambda: application.applied.interrupted,
                tasks.cancel_scope,
            )
            await application.run()
            ended = True
            tasks.cancel_scope.cancel()
    except BaseExceptionGroup as group:
        raise first_error(group) from group
    return ended
