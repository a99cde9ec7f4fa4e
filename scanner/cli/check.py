"""`scanner check`: policies and built-in controls over a run; findings for people and programs."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from scanner.cli.exceptions import read_exceptions
from scanner.cli.options import (
    ACCESS,
    CONTROL,
    OUTPUT,
    TARGETS,
    read_settings,
    settings_options,
)
from scanner.cli.scan import scan_settings
from scanner.cli.stored import refuse_contradictions
from scanner.model.errors import OutputError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scanner.app.check import Answers
    from scanner.app.texts import Texts
    from scanner.app.watch import Watch
    from scanner.policies.check import Check
    from scanner.policies.exemptions import Exemption
    from scanner.settings import Settings

FAILURES = 1
"""The exit code where something failed and `--exit-code` asks for it."""

_READING = (*OUTPUT, "profile")
"""The settings that mean something without a scan."""

FORMATS = ("table", "ocsf", "junit", "sarif", "json")


@click.command("check")
@click.argument("policies", nargs=-1, metavar="POLICY…")
@settings_options(*TARGETS, "types", "types_from", *ACCESS, *CONTROL)
@click.option("--run", metavar="RUN", help="which run  [default: latest]")
@click.option("--scan", is_flag=True, help="scan for exactly what the policies read, and check it")
@click.option("--resume", metavar="RUN|latest", help="with --scan: go on with such a run")
@click.option(
    "--exceptions", type=click.Path(dir_okay=False), metavar="FILE", help="accepted failures"
)
@click.option(
    "--format", type=click.Choice(FORMATS), default="table", show_default=True, help="how to write"
)
@click.option("--json", "as_json", is_flag=True, help="the same as --format json")
@click.option("--asff", type=click.Path(dir_okay=False), metavar="FILE", help="write ASFF, too")
@click.option("--security-hub", is_flag=True, help="import what changed into Security Hub")
@click.option("--hub-region", metavar="REGION", help="its region  [default: that of each finding]")
@click.option("--exit-code", is_flag=True, help="exit with 1 where anything failed")
@click.option("--validate", is_flag=True, help="only read the policies and exceptions")
@click.option("--list", "listing", is_flag=True, help="list the controls (all packs by default)")
@click.option("--schema", is_flag=True, help="print the JSON Schema of policies, for editors")
def command(policies: tuple[str, ...], **options: Any) -> int | None:
    """Check a run against policies: who fails, who passes, and where nobody can know.

    POLICY is a file of Cloud Custodian policies (YAML or JSON, also s3://BUCKET/KEY), a directory
    of them, a Python file of rules, or a built-in pack: cis-aws-3, fsbp, tagging, cost. What a
    policy selects fails. Where a type or a detail could not be read, the answer is unknown, with
    the reason.
    Failures and unknowns are written to findings/ of --out, as OCSF Compliance Findings.

    \b
    Examples:
      scanner check cis-aws-3
      scanner check cis-aws-3 --scan --role audit
      scanner check fsbp --scan --security-hub
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
    if options["listing"] or options["validate"]:
        return _read_only(policies, read_settings(options)[0], options)
    return _check(policies, _settings(options), options)


def _settings(options: dict[str, Any]) -> Settings:
    """Read the settings; a resumed run's own stand beneath those given now."""
    if options["resume"] and not options["scan"]:
        raise SettingsError("--resume goes on with a scan: add --scan")
    return scan_settings(options)


def _read_only(policies: tuple[str, ...], settings: Settings, options: dict[str, Any]) -> int:
    from scanner.app.controls import find_checks  # noqa: PLC0415 — what --help does not need
    from scanner.app.texts import Texts  # noqa: PLC0415 — as above
    from scanner.app.types import own_types  # noqa: PLC0415 — as above
    from scanner.catalog.packs import PACKS  # noqa: PLC0415 — as above
    from scanner.cli.verdicts import list_controls  # noqa: PLC0415 — as above

    names, texts = policies or tuple(PACKS), Texts(settings.profile)
    checks = find_checks(names, datetime.now(UTC), own_types(settings), texts)
    exemptions = read_exceptions(options["exceptions"])
    if options["listing"]:
        list_controls([each.control for each in checks], as_json=options["as_json"])
    else:
        click.echo(f"{len(checks)} controls and {len(exemptions)} exceptions are well-formed")
    return 0


def _check(policies: tuple[str, ...], settings: Settings, options: dict[str, Any]) -> int:
    from scanner.app.place import opened  # noqa: PLC0415 — what --help does not need
    from scanner.app.texts import Texts  # noqa: PLC0415 — as above

    _refuse_contradictions(options)
    now = datetime.now(UTC)
    exemptions = read_exceptions(options["exceptions"], now)
    with opened(settings) as placed:
        texts = Texts(settings.profile)
        sitting = _Sitting(policies, placed, options, exemptions, now, texts)
        return sitting.scan() if options["scan"] else sitting.read()


@dataclass(frozen=True, slots=True)
class _Sitting:
    """One call of the command, its input read and its output open."""

    policies: tuple[str, ...]
    settings: Settings
    options: Mapping[str, Any]
    exemptions: tuple[Exemption, ...]
    now: datetime
    texts: Texts

    def read(self) -> int:
        """Check a run that is there."""
        from scanner.app.check import find_finished  # noqa: PLC0415 — as above

        run_id = find_finished(self.settings.out, self.options["run"] or "latest")
        return self._concluded(run_id, self._checks(_began(run_id)), 0)

    def scan(self) -> int:
        """Scan for what the checks read, and judge it as it comes."""
        from scanner.app.prepare import prepare  # noqa: PLC0415 — as above
        from scanner.app.watch import Watch  # noqa: PLC0415 — as above
        from scanner.cli.running import scan_watched  # noqa: PLC0415 — the SDK loads in a quarter second

        settings, resume = self._narrowed(), self.options["resume"]
        prepared = prepare(settings, resume)
        run_id = prepared.run_id
        checks = self._checks(_began(run_id))
        with closing(Watch(checks)) as watch:
            summary, code = scan_watched(settings, prepared, self.options["progress"], watch)
            if summary is None:
                return code
            if prepared.shard is not None and summary.whole is None:
                said = "the last shard to end checks the run, or `scanner check` after a merge"
                click.echo(f"scanner: run {run_id} is not whole: {said}", err=True)
                return code
            return self._concluded(run_id, checks, code, watch)

    def _narrowed(self) -> Settings:
        from scanner.app.controls import narrowed  # noqa: PLC0415 — as above

        if self.options["resume"]:
            return self.settings
        return narrowed(self.settings, self._checks(self.now))

    def _checks(self, now: datetime) -> tuple[Check, ...]:
        from scanner.app.controls import find_checks  # noqa: PLC0415 — as above
        from scanner.app.types import own_types  # noqa: PLC0415 — as above

        return find_checks(self.policies, now, own_types(self.settings), self.texts)

    def _concluded(
        self, run_id: str, checks: Sequence[Check], code: int, watch: Watch | None = None
    ) -> int:
        from scanner.app.check import Checkup  # noqa: PLC0415 — as above
        from scanner.cli.verdicts import WRITERS  # noqa: PLC0415 — as above

        out = self.settings.out
        answers = Checkup(out, run_id, checks, self.exemptions, self.now, watch).run()
        chosen = "json" if self.options["as_json"] else self.options["format"]
        WRITERS[chosen](answers, [each.control for each in checks])
        self._deliver(answers)
        return FAILURES if self.options["exit_code"] and answers.tally.total.failed else code

    def _deliver(self, answers: Answers) -> None:
        """Hand the findings on where that is wanted; raises OutputError where they are refused."""
        options = self.options
        send, asff = options["security_hub"], options["asff"]
        if send and not answers.remembered:
            click.echo("scanner: not imported: a newer run was checked before", err=True)
            send = False
        if not (send or asff):
            return
        from scanner.app.delivery import Delivery  # noqa: PLC0415 — the SDK loads in a quarter second

        settings = self.settings
        delivery = Delivery(
            settings.out, answers.findings, settings.profile, options["hub_region"], self.now
        )
        done = delivery.run(Path(asff) if asff else None, send=send)
        if send:
            click.echo(f"Security Hub: {done.sent:,} imported, {done.archived:,} of them archived",
                       err=True)  # fmt: skip
        for why, number in done.failed.items():
            click.echo(f"scanner: Security Hub refused {number:,}: {why}", err=True)
        if done.failed:
            raise OutputError("Security Hub did not take all findings; the next check sends them")


def _began(run_id: str) -> datetime:
    from scanner.output.layout import started  # noqa: PLC0415 — as above

    return started(run_id)


def _refuse_contradictions(options: dict[str, Any]) -> None:
    if options["hub_region"] and not (options["security_hub"] or options["asff"]):
        raise SettingsError("--hub-region is for findings to Security Hub: add --security-hub")
    refuse_contradictions(options, _READING)
