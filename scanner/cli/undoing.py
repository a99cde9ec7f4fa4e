"""Plan the way back from what was applied, whatever made the plan; it applies nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.applying import PARTIAL
from scanner.cli.options import json_option, read_settings, settings_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.cli.options import F


def plan_output(function: F) -> F:
    """Give a command `--output`, the plan that it writes."""
    return click.option(
        "--output", "-o", type=click.Path(dir_okay=False), required=True, metavar="FILE",
        help="the plan to be written",
    )(function)  # fmt: skip


def undo_options() -> Callable[[F], F]:
    """Give a command the results to undo, and where the plan goes."""

    def give(function: F) -> F:
        function = plan_output(json_option(function))
        function = settings_options("types_from", "actions_from")(function)
        return click.argument("result", type=click.Path(dir_okay=False), metavar="RESULT")(function)

    return give


def run_undo(options: dict[str, Any], command: str) -> int:
    """Write the plan that gives back what was there; `command` applies it. Returns a code."""
    from scanner.app.actions import known_actions  # noqa: PLC0415 — what --help does not need
    from scanner.app.remediation.undo import plan_undo  # noqa: PLC0415 — as above
    from scanner.cli.changes import show_made  # noqa: PLC0415 — as above

    settings, _ = read_settings(options)
    now = datetime.now(UTC)
    result, output = Path(options["result"]), Path(options["output"])
    made = plan_undo(result, output, now, known_actions(settings))
    show_made(made, options, command)
    return PARTIAL if any(not each.why.settled for each in made.skipped) else 0
