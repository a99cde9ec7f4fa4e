"""`scanner types`: the catalogue, what each type means and which calls it makes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from scanner.catalog import Catalog
from scanner.cli.options import json_option
from scanner.model.resource import Call
from scanner.settings import split_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanner.model.resource import ResourceType


@click.command("types")
@click.argument("patterns", nargs=-1, metavar="[PATTERN]…")
@click.option("--services", multiple=True, metavar="NAME,…", help="services, by botocore's names")
@json_option
def command(patterns: tuple[str, ...], services: tuple[str, ...], *, as_json: bool) -> None:
    """Show the resource types that match PATTERN (globs; all without one).

    \b
    Examples:
      scanner types
      scanner types 'AWS::S3::*' --json
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    chosen = Catalog.load().select(patterns, split_words(services))
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


def _print(chosen: Sequence[ResourceType]) -> None:
    from scanner.cli.table import print_table  # noqa: PLC0415 — what --help does not need

    print_table(
        ("type", "service", "scope", "listed by", "details"),
        (
            (each.type, each.service, each.scope, each.list.operation, _details(each))
            for each in chosen
        ),
    )
    services = len({each.service for each in chosen})
    click.echo(f"{len(chosen)} types of {services} services")


def _details(each: ResourceType) -> str:
    return ", ".join(call.operation for call in each.calls[1:])
