"""`scanner types`: the catalogue, what each type means and which calls it makes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from scanner.catalog import Catalog
from scanner.cli.options import json_option
from scanner.model.resource import Call

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.model.resource import ResourceType


@click.command("types")
@click.argument("patterns", nargs=-1, metavar="[PATTERN]…")
@click.option("--services", multiple=True, metavar="NAME", help="services, by botocore's names")
@json_option
def command(patterns: tuple[str, ...], services: tuple[str, ...], *, as_json: bool) -> None:
    """Show the resource types that match PATTERN (globs; all without one).

    \b
    Examples:
      scanner types
      scanner types 'AWS::S3::*' --json
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    chosen = Catalog.load().select(patterns, services)
    if as_json:
        click.echo(json.dumps([_plain(each) for each in chosen], indent=2))
    else:
        _print(chosen)


def _plain(each: ResourceType) -> dict[str, Any]:
    return {
        "type": each.type,
        "service": each.service,
        "scope": each.scope,
        "parent": each.parent or None,
        "operation": each.list.operation,
        "details": [call.operation for call in each.each],
        "operations": sorted({call.operation for call in each.calls}),
        "tags": each.tags.operation if isinstance(each.tags, Call) else each.tags or None,
        "redacted": list(each.redact),
    }


def _print(chosen: Iterable[ResourceType]) -> None:
    from rich.console import Console  # noqa: PLC0415 — what --help does not need
    from rich.table import Table  # noqa: PLC0415 — as above

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("type", "service", "scope", "listed by", "details"):
        table.add_column(heading, header_style="dim", overflow="fold")
    rows = list(chosen)
    for each in rows:
        details = ", ".join(call.operation for call in each.calls[1:])
        table.add_row(each.type, each.service, each.scope, each.list.operation, details)
    Console(highlight=False, soft_wrap=True).print(table)
    services = len({each.service for each in rows})
    click.echo(f"{len(rows)} types of {services} services")
