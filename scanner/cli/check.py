"""`scanner check`: policies and built-in controls over a run; findings for people and programs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from scanner.cli.options import ACCESS, CONTROL, TARGETS, given, read_settings, settings_options
from scanner.model.errors import SettingsError
from scanner.settings import bucket_of, spelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanner.policies.check import Check
    from scanner.policies.exemptions import Exemption
    from scanner.settings import Settings

FAILURES = 1
"""The exit code where something failed and `--exit-code` asks for it."""

_CONTROL = tuple(name for name in CONTROL if name not in ("shard", "run_id"))
_SCANNING = tuple(name for name in (*TARGETS, *ACCESS, *_CONTROL) if name != "out")
"""The settings that mean nothing unless there is a scan."""

FORMATS = ("table", "ocsf", "junit", "sarif", "json")


@click.command("check")
@click.argument("policies", nargs=-1, metavar="POLICY…")
@settings_options(*TARGETS, "types_from", *ACCESS, *_CONTROL)
@click.option("--run", metavar="RUN", help="which run  [default: latest]")
@click.option("--scan", is_flag=True, help="scan first, for exactly the types that are checked")
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
    exemptions = _exemptions(options["exceptions"])
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

    _refuse_contradictions(options)
    if bucket_of(settings.out)[0] is not None:
        place = spelled(settings.out)
        raise SettingsError(
            f"--out {place}: copy it to a directory first: aws s3 sync {place} scan"
        )
    now = datetime.now(UTC)
    exemptions = _exemptions(options["exceptions"])
    _say_expired(exemptions, now)
    code, run = 0, options["run"] or "latest"
    if options["scan"]:
        checks = find_checks(policies, now, settings.types_from)
        run, code = _scanned(settings, checks, options["progress"])
        if run is None:
            return code
    run_id = find_finished(settings.out, run)
    checks = find_checks(policies, started(run_id), settings.types_from)
    answers = Checkup(settings.out, run_id, checks, exemptions, now).run()
    chosen = "json" if options["as_json"] else options["format"]
    WRITERS[chosen](answers, [each.control for each in checks])
    return FAILURES if options["exit_code"] and answers.tally.total.failed else code


def _refuse_contradictions(options: dict[str, Any]) -> None:
    idle = given(options, _SCANNING)
    if options["scan"] and options["run"]:
        raise SettingsError("--scan makes a run of its own: leave out --run")
    if idle and not options["scan"]:
        raise SettingsError(f"{', '.join(idle)} is for a scan: add --scan")


def _say_expired(exemptions: tuple[Exemption, ...], now: datetime) -> None:
    for each in exemptions:
        if not each.holds(now.date()):
            said = f"expired {each.expires}: the exception to {each.control} of {each.owner}"
            click.echo(said, err=True)


def _scanned(settings: Settings, checks: Sequence[Check], progress: str) -> tuple[str | None, int]:
    """Scan for what the checks look at; return the run, None where there is none, and a code."""
    from scanner.cli.running import scan_whole  # noqa: PLC0415 — the SDK loads in a quarter second

    types = sorted({each for check in checks for each in check.control.types})
    return scan_whole(settings.model_copy(update={"types": tuple(types)}), progress)


def _exemptions(path: str | None) -> tuple[Exemption, ...]:
    from scanner.policies.exemptions import read_exemptions  # noqa: PLC0415 — as above

    if path is None:
        return ()
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise SettingsError(f"{path} can't be read: {getattr(exc, 'strerror', exc)}") from exc
    return read_exemptions(text, path)
