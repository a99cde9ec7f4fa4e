"""`scanner check`: policies and built-in controls over a run; findings for people and programs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
import orjson

from scanner.cli.exceptions import read_exceptions
from scanner.cli.options import ACCESS, TARGETS, read_settings, settings_options
from scanner.cli.stored import RUN_CONTROL, refuse_contradictions, run_options, scanned
from scanner.model.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    from scanner.settings import Settings

FAILURES = 1
"""The exit code where something failed and `--exit-code` asks for it."""

FORMATS = ("table", "ocsf", "junit", "sarif", "json")


@click.command("check")
@click.argument("policies", nargs=-1, metavar="POLICY…")
@settings_options(*TARGETS, "types_from", *ACCESS, *RUN_CONTROL)
@run_options(", for exactly the types that are checked")
@click.option(
    "--exceptions", type=click.Path(dir_okay=False), metavar="FILE", help="accepted failures"
)
@click.option(
    "--format", type=click.Choice(FORMATS), default="table", show_default=True, help="how to write"
)
@click.option("--json", "as_json", is_flag=True, help="the same as --format json")
@click.option("--exit-code", is_flag=True, help="exit with 1 where anything failed")
@click.option("--validate", is_flag=True, help="only read the policies and exceptions")
@click.option("--list", "listing", is_flag=True, help="list the controls (all packs by default)")
@click.option("--schema", is_flag=True, help="print the JSON Schema of policies, for editors")
def command(policies: tuple[str, ...], **options: Any) -> int | None:
    """Check a run against policies: who fails, who passes, and where nobody can know.

    POLICY is a file of Cloud Custodian policies (YAML or JSON), a directory of them, a Python
    file of rules, or a built-in pack: cis-aws-3, fsbp, tagging, cost. What a policy selects
    fails. Where a type or a detail could not be read, the answer is unknown, with the reason.
    Failures and unknowns are written to findings/ of --out, as OCSF Compliance Findings.

    \b
    Examples:
      scanner check cis-aws-3
      scanner check cis-aws-3 --scan --role audit
      scanner check policies.yml --exceptions exceptions.yaml --exit-code
      scanner check fsbp cost --run 20261124T010000Z-7f3a9c --format junit > checks.xml
      scanner check --validate policies/
      scanner check --list fsbp
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    if options["schema"]:
        from scanner.policies.schema import schema  # noqa: PLC0415 — what --help does not need

        click.echo(orjson.dumps(schema(), option=orjson.OPT_INDENT_2))
        return None
    if not (policies or options["listing"]):
        raise SettingsError("name policies: a file, or a pack (scanner check --list shows them)")
    settings, _ = read_settings(options)
    if options["listing"] or options["validate"]:
        return _read_only(policies, settings.types_from, options)
    return _check(policies, settings, options)


def _read_only(
    policies: tuple[str, ...], types_from: tuple[Path, ...], options: dict[str, Any]
) -> int:
    from scanner.app.controls import find_checks  # noqa: PLC0415 — what --help does not need
    from scanner.catalog.packs import PACKS  # noqa: PLC0415 — as above
    from scanner.cli.verdicts import list_controls  # noqa: PLC0415 — as above

    checks = find_checks(policies or tuple(PACKS), datetime.now(UTC), types_from)
    exemptions = read_exceptions(options["exceptions"])
    if options["listing"]:
        list_controls([each.control for each in checks], as_json=options["as_json"])
    else:
        click.echo(f"{len(checks)} controls and {len(exemptions)} exceptions are well-formed")
    return 0


def _check(policies: tuple[str, ...], settings: Settings, options: dict[str, Any]) -> int:
    from scanner.app.check import Checkup, find_finished  # noqa: PLC0415 — what --help does not need
    from scanner.app.controls import find_checks  # noqa: PLC0415 — as above
    from scanner.cli.verdicts import WRITERS  # noqa: PLC0415 — as above
    from scanner.output.layout import started  # noqa: PLC0415 — as above

    refuse_contradictions(settings, options)
    now = datetime.now(UTC)
    exemptions = read_exceptions(options["exceptions"], now)
    code, run = 0, options["run"] or "latest"
    if options["scan"]:
        checks = find_checks(policies, now, settings.types_from)
        types = sorted({each for check in checks for each in check.control.types})
        run, code = scanned(settings, types, options["progress"])
        if run is None:
            return code
    run_id = find_finished(settings.out, run)
    checks = find_checks(policies, started(run_id), settings.types_from)
    answers = Checkup(settings.out, run_id, checks, exemptions, now).run()
    chosen = "json" if options["as_json"] else options["format"]
    WRITERS[chosen](answers, [each.control for each in checks])
    return FAILURES if options["exit_code"] and answers.tally.total.failed else code
