"""`scanner diff`: what changed between two runs, and what nobody can know."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import INPUT, json_option, read_settings, settings_options

if TYPE_CHECKING:
    from scanner.analysis.diff import Change

CHANGES = 1
"""The exit code where there are changes and `--exit-code` asks for it."""

MOST_STEPS = 3
_MARKS = {"added": "+", "removed": "-", "changed": "~", "unknown": "?"}
_COLORS = {"added": "green", "removed": "red", "changed": "yellow", "unknown": "bright_black"}


@click.command("diff")
@click.argument("old", default="previous")
@click.argument("new", default="latest")
@settings_options(*INPUT)
@click.option("--ignore", multiple=True, metavar="[TYPE:]MEMBER", help="a member that may change")
@click.option("--exit-code", is_flag=True, help="exit with 1 where anything changed")
@click.option(
    "--notify",
    multiple=True,
    metavar="TARGET",
    help="send the counts to sns://TOPIC-ARN, eventbridge://BUS or slack-webhook",
)
@json_option
def command(old: str, new: str, **options: Any) -> int:
    """Show what was added, removed and changed from run OLD to run NEW.

    Runs are named by their ids, or by `latest` and `previous`, which are the default. A
    resource counts as added or removed only where both runs looked at its account, region
    and type to the end; otherwise it is unknown, with the reason. Members that change by
    themselves (last used, sizes, counts of messages) are left out.

    --notify sends how many of each type were added, removed and changed, and no resource. The
    central identity publishes; the address of Slack's webhook is read from SCANNER_SLACK_WEBHOOK.

    \b
    Examples:
      scanner diff
      scanner diff 20261123T010000Z-7f3a9c latest --json > changes.jsonl
      scanner diff --ignore AWS::EC2::Instance:LaunchTime --exit-code
      scanner diff --notify sns://arn:aws:sns:eu-west-1:111122223333:inventory
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    settings, _ = read_settings(options)
    from scanner.app.diff import Diff, as_line, read_ignored  # noqa: PLC0415 — what --help does not need
    from scanner.app.notify import notify, of_diff, read_targets  # noqa: PLC0415 — as above
    from scanner.app.place import opened  # noqa: PLC0415 — as above

    totals: dict[str, Counter[str]] = defaultdict(Counter)
    targets = read_targets(options["notify"])
    ignored = read_ignored(options["ignore"])
    with opened(settings) as placed:
        diff = Diff.of(placed.out, old, new, ignored)
        for change in diff.changes():
            totals[change.key.resource_type][change.kind] += 1
            as_json = options["as_json"]
            click.echo(json.dumps(as_line(diff, change)) if as_json else _line(change))
    whole = sum(totals.values(), Counter[str]())
    _show_totals(totals, whole, table=not options["as_json"])
    if targets:
        import anyio  # noqa: PLC0415 — as above

        anyio.run(notify, targets, of_diff(diff, totals), settings.profile)
    known = whole.total() - whole["unknown"]
    return CHANGES if options["exit_code"] and known else 0


def _line(change: Change) -> str:
    key = change.key
    shown = f"{_MARKS[change.kind]} {key.account_id} {key.region} {key.resource_type}"
    what = " ".join(f"{key.resource_id} ({_why(change)})".split())
    return click.style(f"{shown} {what}".replace(" ()", ""), fg=_COLORS[change.kind])


def _why(change: Change) -> str:
    if change.reason:
        return change.reason
    paths = [step["path"] for step in change.patch]
    more = f", {len(paths) - MOST_STEPS} more" if len(paths) > MOST_STEPS else ""
    return ", ".join(paths[:MOST_STEPS]) + more


def _show_totals(totals: dict[str, Counter[str]], whole: Counter[str], *, table: bool) -> None:
    """Sum up: a table on stdout for people, one line on stderr beside lines of JSON."""
    if table and totals:
        from scanner.cli.table import print_table  # noqa: PLC0415 — as above

        click.echo()
        rows = (
            (name, *(str(count[kind] or "") for kind in _MARKS)) for name, count in totals.items()
        )
        print_table(("type", *_MARKS), sorted(rows))
    said = ", ".join(f"{whole[kind]:,} {kind}" for kind in _MARKS)
    click.echo(said, err=not table)
