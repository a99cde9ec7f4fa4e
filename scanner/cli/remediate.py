"""`scanner remediate`: plan what policies want changed, apply a plan, plan the way back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import click

from scanner.cli import actions
from scanner.cli.applying import PARTIAL, apply_options, run_apply
from scanner.cli.exceptions import read_exceptions
from scanner.cli.options import ACCESS, TARGETS, json_option, read_settings, settings_options
from scanner.cli.stored import (
    RUN_CONTROL,
    refuse_bucket,
    refuse_contradictions,
    run_options,
    scanned,
)
from scanner.cli.undoing import plan_output, run_undo, undo_options

if TYPE_CHECKING:
    from scanner.settings import Settings

_APPLY = "scanner remediate apply"

PENDING = 1
"""The exit code where changes are pending and `--exit-code` asks for it."""

_LOOKING = (*ACCESS, "concurrency", "max_rate_share", "request_timeout", "fail_on")
"""The settings that mean something without a scan: each resource is looked at as it is now."""


@click.group("remediate")
def command() -> None:
    """Mend what policies find: plan, review, apply, and undo.

    \b
    Examples:
      scanner remediate plan policies.yml -o plan.jsonl
      scanner remediate apply plan.jsonl --role ScannerChangeRole
      scanner remediate undo scan/changes/dt=2026-11-24/RESULTS.jsonl.gz -o undo.jsonl
    """  # noqa: D301 — \b is click's mark for text to be left as it is


command.add_command(actions.command)


@command.command("plan")
@click.argument("policies", nargs=-1, required=True, metavar="POLICY…")
@settings_options(*TARGETS, "types_from", "actions_from", *ACCESS, *RUN_CONTROL)
@run_options(", for exactly the types of the policies")
@plan_output
@click.option(
    "--exceptions", type=click.Path(dir_okay=False), metavar="FILE", help="accepted failures"
)
@click.option("--exit-code", is_flag=True, help="exit with 1 where changes are pending")
@json_option
def plan(policies: tuple[str, ...], **options: Any) -> int:
    """Plan what the actions of policies would change; change nothing.

    POLICY is a file of Cloud Custodian policies with `actions`, or a directory of them. What
    they select in a stored run is looked at again, as it is now. The plan has a line for each
    change with the image before, the calls, and those that undo them; no secrets.

    \b
    Examples:
      scanner remediate plan policies.yml -o plan.jsonl
      scanner remediate plan policies/ -o plan.jsonl --scan --role audit --exit-code
      scanner remediate plan policies.yml -o plan.jsonl --exceptions exceptions.yaml
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    settings, _ = read_settings(options)
    return _plan(policies, settings, options)


@command.command(
    "apply",
    epilog="Exit codes: 0 all done, 2 refused before anything was changed, 3 something was "
    "refused, failed or not begun, 130 interrupted. Each change is noted before and after: the "
    "same command goes on with what a stopped one left.",
)
@apply_options()
def apply(**options: Any) -> int:
    """Make the changes of a plan, those and no others.

    Each resource is looked at again, and refused where it is not as planned. Nothing begins
    where the plan was edited or is larger than allowed. PLAN is what `scanner remediate plan`
    or `undo` wrote.

    \b
    Examples:
      scanner remediate apply plan.jsonl --dry-run
      scanner remediate apply plan.jsonl --role ScannerChangeRole
      scanner remediate apply plan.jsonl --yes --max-changes 500 --max-percent 20 --canary 3
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    return run_apply(options, ("remediation", "undo"), _APPLY)


@command.command("undo")
@undo_options()
def undo(**options: Any) -> int:
    """Plan the way back from what a plan changed, for `apply` to go.

    RESULT is the file that `apply` wrote below changes/. What nothing can give back is told.

    \b
    Example:
      scanner remediate undo scan/changes/dt=2026-11-24/RESULTS.jsonl.gz -o undo.jsonl
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    return run_undo(options, _APPLY)


def _plan(policies: tuple[str, ...], settings: Settings, options: dict[str, Any]) -> int:
    from scanner.app.check import find_finished  # noqa: PLC0415 — what --help does not need
    from scanner.app.remediation.plan import Planning, find_acting  # noqa: PLC0415 — as above
    from scanner.cli.changes import show_made  # noqa: PLC0415 — as above
    from scanner.output.layout import started  # noqa: PLC0415 — as above

    refuse_contradictions(options, _LOOKING)
    refuse_bucket(settings)
    now = datetime.now(UTC)
    exemptions = read_exceptions(options["exceptions"], now)
    checks = find_acting(policies, now, settings)
    code, run = 0, options["run"] or "latest"
    if options["scan"]:
        types = sorted({each for check in checks for each in check.control.types})
        run, code = scanned(settings, types, options["progress"])
        if run is None:
            return code
    run_id = find_finished(settings.out, run)
    checks = find_acting(policies, started(run_id), settings)
    planning = Planning(settings, run_id, checks, exemptions, now)
    made = anyio.run(planning.make, Path(options["output"]))
    show_made(made, options, _APPLY)
    if options["exit_code"] and made.changes:
        return PENDING
    whole = settings.fail_on == "never" or all(each.why.settled for each in made.skipped)
    return code if whole else code or PARTIAL
