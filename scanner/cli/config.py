"""`scanner config`: the settings as they stand, and where each value comes from."""

from __future__ import annotations

import json
from typing import Any

import click

from scanner.cli.options import (
    ACCESS,
    CONTROL,
    SELECTION,
    json_option,
    read_settings,
    settings_options,
)
from scanner.settings import SECRETS


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
