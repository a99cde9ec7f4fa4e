"""`scanner config`: the settings as they stand, and where each value comes from."""

from __future__ import annotations

import json
from typing import Any

import click

from scanner.cli.markdown import code, markdown_table
from scanner.cli.options import (
    ACCESS,
    CONTROL,
    SELECTION,
    TASK,
    described,
    json_option,
    read_settings,
    settings_options,
)
from scanner.settings import PREFIX, SECRETS, Settings

CHAPTERS = {
    "What is scanned": SELECTION,
    "How members are entered": ACCESS,
    "A task of your own": TASK,
    "How a run works, and where its output goes": CONTROL,
}
ELSEWHERE = "Without an option"


@click.group("config")
def command() -> None:
    """Show the settings and where each value comes from.

    \b
    Example:
      scanner config show
    """  # noqa: D301 — \b is click's mark for text to be left as it is


@command.command("show")
@settings_options(*SELECTION, *ACCESS, *CONTROL)
@json_option
def show(**options: Any) -> None:
    """Print every setting with its value and origin.

    Precedence: option > environment (SCANNER_…) > file (scanner.toml) > default.

    \b
    Example:
      SCANNER_ROLE=audit scanner config show --regions 'eu-*'
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    settings, origins = read_settings(options)
    secrets = {name: "(set)" if getattr(settings, name) else None for name in SECRETS}
    values = settings.public() | secrets
    rows = {name: {"value": values[name], "origin": origins[name]} for name in origins}
    if options["as_json"]:
        click.echo(json.dumps(rows, indent=2))
        return
    from scanner.cli.table import print_table  # noqa: PLC0415 — what --help does not need

    print_table(
        ("setting", "value", "from"),
        ((name, json.dumps(row["value"]), row["origin"]) for name, row in rows.items()),
    )


@command.command("reference")
def reference() -> None:
    """Print every setting as Markdown, as in docs/configuration.md.

    \b
    Example:
      scanner config reference
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    for title, names in CHAPTERS.items():
        _chapter(title, "option", {described(name)[0]: name for name in names})
    told = {name for names in CHAPTERS.values() for name in names}
    rest = [name for name in Settings.model_fields if name not in told]
    _chapter(ELSEWHERE, "setting", dict(zip(rest, rest, strict=True)))


def _chapter(title: str, heading: str, names: dict[str, str]) -> None:
    rows = []
    for spelled, name in names.items():
        _, kind, default, meaning = described(name)
        rows.append((code(spelled), code(f"{PREFIX}{name.upper()}"), kind, code(default), meaning))
    table = markdown_table((heading, "variable", "value", "default", "meaning"), rows)
    click.echo(f"## {title}\n\n{table}\n")
