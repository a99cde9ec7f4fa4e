"""Write what a check gave: a table for people, OCSF, JUnit, SARIF or JSON; it decides nothing."""

from __future__ import annotations

import sys
from dataclasses import asdict
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click
import orjson

from scanner.findings.junit import junit
from scanner.findings.sarif import SCHEMA, driver, results
from scanner.output import read_findings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from scanner.app.check import Answers
    from scanner.findings.tally import Counts
    from scanner.model.control import Control

_NUMBERS = ("pass", "fail", "suppressed", "unknown", "passed", "coverage")
MOST_ACCOUNTS = 20
_INDENT = orjson.OPT_INDENT_2


def show_table(answers: Answers, controls: Sequence[Control]) -> None:
    """Print what failed or is unknown by control, the worst accounts, and the sum."""
    from scanner.cli.table import print_table  # noqa: PLC0415 — of this format only

    titles = {each.id: each for each in controls}
    counts = answers.tally.by_control()
    rows = [
        (name, str(titles[name].severity), *_numbers(each), titles[name].title)
        for name, each in counts.items()
        if each.failed or each.unknown or each.suppressed
    ]
    if rows:
        print_table(("control", "severity", *_NUMBERS, "title"), rows)
        click.echo()
    _show_accounts(answers)
    _show_total(answers, len(counts) - len(rows))


def _show_accounts(answers: Answers) -> None:
    from scanner.cli.table import print_table  # noqa: PLC0415 — of this format only

    counted = answers.tally.by_account()
    worst = sorted(counted.items(), key=lambda each: (-each[1].failed, -each[1].unknown, each[0]))
    rows = [
        (account, _name_of(answers, account), *_numbers(counts))
        for account, counts in worst[:MOST_ACCOUNTS]
    ]
    if rows:
        print_table(("account", "name", *_NUMBERS), rows)
        click.echo()


def _show_total(answers: Answers, clean: int) -> None:
    total, states = answers.tally.total, answers.states
    click.echo(f"run {answers.run_id}: {_percent(total.percent)} passed of what was read, "
               f"{_percent(total.coverage)} of the places were read")  # fmt: skip
    click.echo(
        f"{total.passed:,} pass, {total.failed:,} fail, {total.suppressed:,} suppressed, "
        f"{total.unknown:,} unknown; {clean:,} controls without a finding"
    )
    click.echo(", ".join(f"{number:,} {state}" for state, number in states.items()))
    click.echo(f"findings: {answers.findings}")
    if not answers.remembered:
        click.echo("a newer run was checked before: the states of its findings stand", err=True)


def show_ocsf(answers: Answers, _: Sequence[Control]) -> None:
    """Print the findings, a line each."""
    for each in read_findings(answers.findings):
        click.echo(orjson.dumps(each))


def show_junit(answers: Answers, controls: Sequence[Control]) -> None:
    """Print a document that pipelines read."""
    for line in junit(answers.tally, controls, read_findings(answers.findings)):
        click.echo(line)


def show_sarif(answers: Answers, controls: Sequence[Control]) -> None:
    """Print a document that code hosts read; the results are never all in memory."""
    tool = orjson.dumps({"driver": driver(controls, _version())}).decode()
    sys.stdout.write(f'{{"$schema": "{SCHEMA}", "version": "2.1.0", "runs": [{{"tool": {tool},\n')
    sys.stdout.write('"results": [')
    separator = "\n"
    for each in results(controls, read_findings(answers.findings)):
        sys.stdout.write(separator + orjson.dumps(each).decode())
        separator = ",\n"
    sys.stdout.write("\n]}]}\n")


def show_json(answers: Answers, controls: Sequence[Control]) -> None:
    """Print the summary."""
    by_control = answers.tally.by_control()
    document = {
        "schema": 1,
        "run_id": answers.run_id,
        "findings": str(answers.findings),
        "states": {str(state): number for state, number in answers.states.items()},
        "total": _plain(answers.tally.total),
        "controls": {
            each.id: {
                "title": each.title, "severity": str(each.severity), **_plain(by_control[each.id]),
            }
            for each in controls
            if each.id in by_control
        },
        "ous": {
            unit: _plain(counts) for unit, counts in answers.tally.by_unit(answers.unit_of).items()
        },
        "accounts": {
            account: {"name": _name_of(answers, account) or None, **_plain(counts)}
            for account, counts in answers.tally.by_account().items()
        },
    }  # fmt: skip
    click.echo(orjson.dumps(document, option=_INDENT))


WRITERS: Mapping[str, Callable[[Answers, Sequence[Control]], None]] = MappingProxyType({
    "table": show_table, "ocsf": show_ocsf, "junit": show_junit, "sarif": show_sarif,
    "json": show_json,
})  # fmt: skip


def list_controls(controls: Iterable[Control], *, as_json: bool) -> None:
    """Print controls: a table, or everything as lines of JSON."""
    if as_json:
        for each in controls:
            click.echo(orjson.dumps(asdict(each)))
        return
    from scanner.cli.table import print_table  # noqa: PLC0415 — of this format only

    rows = [(each.id, str(each.severity), " ".join(each.types), each.title) for each in controls]
    print_table(("control", "severity", "type", "title"), rows)


def _plain(counts: Counts) -> dict[str, Any]:
    return asdict(counts) | {"percent": counts.percent, "coverage": counts.coverage}


def _numbers(counts: Counts) -> tuple[str, ...]:
    answered = (counts.passed, counts.failed, counts.suppressed, counts.unknown)
    numbers = (f"{number:,}" if number else "" for number in answered)
    return (*numbers, _percent(counts.percent), _percent(counts.coverage))


def _percent(share: float | None) -> str:
    """Write a share; nearly all is not all."""
    if share is None:
        return "-"
    return f"{share:.0f} %" if share in (0, 100) else f"{min(max(share, 0.1), 99.9):.1f} %"


def _name_of(answers: Answers, account: str) -> str:
    known = answers.accounts.get(account)
    return (known.name or "") if known else ""


def _version() -> str:
    from scanner.app.link import VERSION  # noqa: PLC0415 — of this format only

    return VERSION
