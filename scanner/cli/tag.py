"""`scanner tag`: what tags are missing or wrong in a run, and a plan that mends them."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import click
import orjson

from scanner.cli.applying import apply_options, run_apply
from scanner.cli.options import ACCESS, SELECTION, json_option, read_settings, settings_options
from scanner.cli.stored import (
    RUN_CONTROL,
    refuse_bucket,
    refuse_contradictions,
    run_options,
    scanned,
)
from scanner.cli.undoing import run_undo, undo_options
from scanner.model.errors import SettingsError

if TYPE_CHECKING:
    from scanner.app.tagging.plan import Inspection
    from scanner.app.tagging.survey import Judged
    from scanner.settings import Settings

_APPLY = "scanner tag apply"

PENDING = 1
"""The exit code where changes are pending and `--exit-code` asks for it."""


@click.group("tag")
def command() -> None:
    """Hold resources to a policy on tags: see what is wrong, plan what mends it, do that.

    \b
    Examples:
      scanner tag plan tagging.yaml -o plan.jsonl
      scanner tag apply plan.jsonl
    """  # noqa: D301 — \b is click's mark for text to be left as it is


@command.command("plan")
@click.argument("policies", nargs=-1, metavar="POLICY…")
@settings_options(*SELECTION, *ACCESS, *RUN_CONTROL)
@run_options("")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="look again at what can be mended, and write a plan of the changes",
)
@click.option("--list", "listing", is_flag=True, help="print each resource as a line of JSON")
@click.option("--exit-code", is_flag=True, help="exit with 1 where changes are pending")
@click.option("--schema", is_flag=True, help="print the JSON Schema of policies, for editors")
@json_option
def plan(policies: tuple[str, ...], **options: Any) -> int | None:
    """Show which tags of a run are missing or wrong, and what would be set; change nothing.

    POLICY is a policy on tags (YAML, docs/tagging.md), a tag policy of AWS Organizations
    (JSON), a directory of them, or `organization`: the policies attached there. Where tags
    were not read, they are unknown, never missing.

    \b
    Examples:
      scanner tag plan tagging.yaml
      scanner tag plan organization tagging.yaml --scan --role audit -o plan.jsonl
      scanner tag plan tagging.yaml --list > resources.jsonl
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    if options["schema"]:
        from scanner.policies.tagging.schema import schema  # noqa: PLC0415 — what --help does not need

        click.echo(orjson.dumps(schema(), option=orjson.OPT_INDENT_2))
        return None
    if not policies:
        raise SettingsError("name a policy: a file, a directory, or organization")
    settings, _ = read_settings(options)
    return _plan(policies, settings, options)


@command.command(
    "apply",
    epilog="Exit codes: 0 all done, 2 refused before anything was changed, 3 something was "
    "refused, failed or not begun, 130 interrupted. It is the apply of `scanner remediate`: the "
    "same caps, canary, notes and results, and the same way back.",
)
@apply_options()
def apply(**options: Any) -> int:
    """Set and remove the tags that a plan names, those and no others.

    Resources whose tags are not as planned any more are refused. Tags that are the same are
    set for up to twenty resources of an account and region a call, where the Resource Groups
    Tagging API serves their types, and by the service's own call elsewhere.

    \b
    Examples:
      scanner tag apply plan.jsonl --dry-run
      scanner tag apply plan.jsonl --role ScannerTagRole --max-changes 5000 --max-percent 100
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    return run_apply(options, ("tag", "undo"), _APPLY)


@command.command("undo")
@undo_options()
def undo(**options: Any) -> int:
    """Plan the way back from what `apply` changed, for `apply` to go.

    RESULT is the file that `apply` wrote below changes/.

    \b
    Example:
      scanner tag undo scan/changes/dt=2026-11-24/RESULTS.jsonl.gz -o undo.jsonl
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    return run_undo(options, _APPLY)


def _plan(policies: tuple[str, ...], settings: Settings, options: dict[str, Any]) -> int:
    from scanner.app.check import find_finished  # noqa: PLC0415 — what --help does not need
    from scanner.app.tagging.plan import Inspection  # noqa: PLC0415 — as above
    from scanner.app.tagging.policies import find_policies  # noqa: PLC0415 — as above
    from scanner.app.types import own_types  # noqa: PLC0415 — as above
    from scanner.catalog import Catalog  # noqa: PLC0415 — as above

    refuse_contradictions(options, (*ACCESS, "types"))
    refuse_bucket(settings)
    catalog = Catalog.load(own_types(settings), everything=True)
    found = find_policies(policies, catalog.types, datetime.now(UTC).date())
    for each in found.expired:
        click.echo(
            f"expired {each.expires}: the exemption of {each.owner}: {each.reason}", err=True
        )
    named = catalog.select(settings.types, settings.services)
    chosen = {each.type for each in named} if settings.types or settings.services else ()
    code, run = 0, options["run"] or "latest"
    if options["scan"]:
        run, code = scanned(settings, settings.types, options["progress"])
        if run is None:
            return code
    run_id = find_finished(settings.out, run)
    inspection = Inspection(settings, run_id, found, catalog, chosen)
    pending = _inspect(inspection, policies, options)
    return PENDING if options["exit_code"] and pending else code


def _inspect(inspection: Inspection, policies: tuple[str, ...], options: dict[str, Any]) -> int:
    """Print what is asked for, write the plan if one is, and count the pending changes."""
    from scanner.cli.changes import show_plan, show_way_on  # noqa: PLC0415 — as above
    from scanner.cli.tagged import as_line, show  # noqa: PLC0415 — as above
    from scanner.output import write_change_plan  # noqa: PLC0415 — as above

    listing = options["listing"]

    def tell(judged: Judged) -> None:
        if listing:
            click.echo(orjson.dumps(as_line(judged)))

    if options["output"] is None:
        shortfall = anyio.run(inspection.look, tell)
        pending = shortfall.tally.total.changed
    else:
        shortfall, planned = anyio.run(inspection.plan, policies, tell)
        plan = write_change_plan(Path(options["output"]), planned)
        pending = len(plan.changes)
        show_plan(plan, as_json=False, file=sys.stderr)
        show_way_on(plan, options, _APPLY)
    if not listing:
        show(shortfall, as_json=options["as_json"])
    return pending
