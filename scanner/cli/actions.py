"""`scanner remediate actions`: what can be changed, at what risk, and what it takes."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from scanner.catalog import actions_of_action
from scanner.catalog.tagging import NAMES
from scanner.cli.markdown import code, markdown_table
from scanner.cli.options import json_option, read_settings, settings_options

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scanner.model.change import Action, Option

HEADINGS = ("type", "action", "what it does", "risk", "undo", "options")
ANY = "any type with tags"
"""Stands in lists for the types that have the same actions, those on tags."""


@click.command("actions")
@click.argument("patterns", nargs=-1, metavar="[PATTERN]…")
@settings_options("types_from", "actions_from")
@click.option("--markdown", is_flag=True, help="print a Markdown table, as in docs/actions.md")
@json_option
def command(patterns: tuple[str, ...], **options: Any) -> None:
    """Show the actions of remediation whose type or name matches PATTERN, a glob; or all.

    A single action is explained in full, with the IAM actions that it takes.

    \b
    Examples:
      scanner remediate actions
      scanner remediate actions 'AWS::S3::*' --json
      scanner remediate actions set-metadata-access
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    settings, _ = read_settings(options)
    from scanner.app.actions import known_actions, matching  # noqa: PLC0415 — what --help does not need
    from scanner.cli.table import print_members  # noqa: PLC0415 — what --help does not need

    chosen = matching(known_actions(settings), patterns)
    if options["as_json"]:
        click.echo(json.dumps([_plain(each) for each in chosen], indent=2))
    elif options["markdown"]:
        click.echo(markdown_table(HEADINGS, map(_marked, _rows(chosen))))
    elif len(chosen) == 1:
        plain = _plain(chosen[0])
        texts = {name: json.dumps(each) for name, each in plain["options"].items()}
        print_members(plain | {"options": texts})
    else:
        _show(chosen)


def _plain(each: Action) -> dict[str, Any]:
    return {
        "type": each.type,
        "name": each.name,
        "does": each.does,
        "risk": each.risk.value,
        "irreversible": each.irreversible,
        "service": each.service,
        "reads": [call.operation for call in each.reads],
        "calls": list(each.calls),
        "options": {option.name: _option(option) for option in each.options},
        "actions": list(actions_of_action(each)),
    }


def _option(option: Option) -> dict[str, Any]:
    """Return the schema of an option, with what else a schema may say of it."""
    more = {} if option.default is None else {"default": option.default}
    return {**option.schema, **more, **({"required": True} if option.required else {})}


def _show(chosen: Sequence[Action]) -> None:
    from scanner.cli.table import print_table  # noqa: PLC0415 — what --help does not need

    print_table(HEADINGS, _rows(chosen))
    types = len({each.type for each in chosen if each.name not in NAMES})
    own = sum(each.name not in NAMES for each in chosen)
    tagged = len({each.type for each in chosen if each.name in NAMES})
    click.echo(f"{own} actions of {types} types; those on tags, of {tagged}")


def _rows(chosen: Sequence[Action]) -> Iterator[tuple[str, ...]]:
    """Make the rows; what many types have alike is one row, before the others."""
    alike = Counter(each.name for each in chosen if each.name in NAMES)
    shown = {each.name: each for each in chosen if alike[each.name] > 1}
    yield from (_row(each, ANY) for each in shown.values())
    yield from (_row(each, each.type) for each in chosen if each.name not in shown)


def _row(each: Action, type: str) -> tuple[str, ...]:
    options = ", ".join(map(_brief, each.options))
    undo = "no" if each.irreversible else "yes"
    return type, each.name, each.does, each.risk.value, undo, options


def _brief(option: Option) -> str:
    if option.required:
        return f"{option.name} (required)"
    return option.name if option.default is None else f"{option.name}={_short(option.default)}"


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= LONGEST else "…"


LONGEST = 60
"""Characters of a default that a table shows; one action alone is shown in full."""


def _marked(row: tuple[str, ...]) -> list[str]:
    where, name, does, risk, undo, options = row
    return [where if where == ANY else code(where), code(name), does, risk, undo, code(options)]
