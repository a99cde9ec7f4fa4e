"""`scanner doctor`: what a scan would meet, before the first night."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import (
    ACCESS,
    OUTPUT,
    SELECTION,
    json_option,
    read_settings,
    settings_options,
)

if TYPE_CHECKING:
    from rich.text import Text

    from scanner.app.doctor import Diagnosis, Examination

MOST_ALIKE = 8
"""Diagnoses of one matter and severity that the table shows; `--json` has all."""

MOST_ACCOUNTS = 4

_STYLES = {"ok": "green", "warning": "yellow", "problem": "red", "fatal": "bold red"}


@click.command(
    "doctor",
    epilog="Exit codes: 0 all well, or warnings only; 2 bad input; 3 the scan would be partial; "
    "4 nothing could be scanned.",
)
@settings_options(*SELECTION, *ACCESS, *OUTPUT, "concurrency", "max_rate_share", "request_timeout")
@click.option(
    "--sample",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    metavar="N",
    help="accounts in which to try the calls, of each role",
)
@click.option("--all", "everywhere", is_flag=True, help="try the calls in every account")
@json_option
def command(**options: Any) -> int:
    """Look at what a scan would meet: credentials, roles, permissions, costs.

    Takes the options of `scanner scan` and sends only what reads, but for a trial of an output
    in S3. It finds the accounts, enters
    every one (where an external id is used, a second time without it, which the role should
    refuse: CloudTrail shows that), and in a sample makes each call of the plan once. Nothing is
    kept: what was mended is seen at once.

    \b
    Examples:
      scanner doctor --role ScannerReadRole
      scanner doctor --ou ou-ab12-34cd56ef --sample 5
      scanner doctor --accounts @accounts.yml --all --json
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    settings, _ = read_settings(options)
    import anyio  # noqa: PLC0415 — what --help does not need

    from scanner.app.doctor import examine  # noqa: PLC0415 — the SDK loads in a quarter second
    from scanner.app.place import opened  # noqa: PLC0415 — as above

    sample = None if options["everywhere"] else options["sample"]
    with opened(settings) as placed:
        found = anyio.run(examine, placed, sample)
    if options["as_json"]:
        click.echo(json.dumps(_plain(found), indent=2))
    else:
        _print(found)
    return found.exit_code


def _plain(found: Examination) -> dict[str, Any]:
    return {
        "severity": found.severity,
        "exit_code": found.exit_code,
        "diagnoses": [asdict(each) for each in found.diagnoses],
        "forecast": asdict(found.forecast) if found.forecast else None,
    }


def _print(found: Examination) -> None:
    from scanner.cli.table import print_table  # noqa: PLC0415 — what --help does not need

    shown: dict[tuple[str, str], list[Diagnosis]] = {}
    for each in found.diagnoses:
        shown.setdefault((each.severity, each.topic), []).append(each)
    rows = [row for alike in shown.values() for row in _rows(alike)]
    print_table(("", "about", "found", "remedy"), rows)
    click.echo(f"\n{_verdict(found)}")


def _rows(alike: list[Diagnosis]) -> list[tuple[str | Text, ...]]:
    rows = [_row(each) for each in alike[:MOST_ALIKE]]
    if len(alike) > MOST_ALIKE:
        more = f"and {len(alike) - MOST_ALIKE} more like these: see --json"
        rows.append(("", alike[0].topic, more, ""))
    return rows


def _row(each: Diagnosis) -> tuple[str | Text, ...]:
    from rich.text import Text  # noqa: PLC0415 — as above

    named = each.accounts if each.severity != "ok" else ()
    where = ", ".join(named[:MOST_ACCOUNTS])
    if len(named) > MOST_ACCOUNTS:
        where += f" and {len(named) - MOST_ACCOUNTS} more"
    text = f"{each.text} ({where})" if where else each.text
    return Text(each.severity, _STYLES[each.severity]), each.topic, text, each.remedy


def _verdict(found: Examination) -> str:
    return {
        "ok": "all well",
        "warning": "all well, but for the warnings",
        "problem": "a scan would be partial",
        "fatal": "nothing could be scanned",
    }[found.severity]
