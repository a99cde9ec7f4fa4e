"""`scanner types`: the catalogue, what each type means and which calls it makes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from scanner.catalog import Catalog, actions_of
from scanner.cli.markdown import code, markdown_table
from scanner.cli.options import json_option, read_settings, settings_options
from scanner.model.resource import BULK, Call

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanner.model.resource import ResourceType

HEADINGS = ("type", "service", "scope", "listed by", "details", "tags", "redacted")
_SWEEP = "resourcegroupstaggingapi:GetResources"


@click.command("types")
@click.argument("patterns", nargs=-1, metavar="[PATTERN]…")
@settings_options("services", "types_from")
@click.option("--excluded", is_flag=True, help="show which operations make no type, and why")
@click.option("--markdown", is_flag=True, help="print a Markdown table, as in docs/types.md")
@json_option
def command(patterns: tuple[str, ...], **options: Any) -> None:
    """Show the resource types that match PATTERN: a glob, `all`, or those scanned by default.

    A single type is explained in full.

    \b
    Examples:
      scanner types
      scanner types 'AWS::S3::*' --json
      scanner types AWS::SQS::Queue
      scanner types --excluded
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    settings, _ = read_settings({**options, "types": patterns})
    from scanner.app.types import catalog_of  # noqa: PLC0415 — what --help does not need

    if options["excluded"]:
        _show_excluded(catalog_of(settings, ("all",)), as_json=options["as_json"])
        return
    catalog = catalog_of(settings, settings.types)
    chosen = catalog.select(settings.types, settings.services)
    if options["as_json"]:
        click.echo(json.dumps([_plain(each, catalog) for each in chosen], indent=2))
    elif options["markdown"]:
        click.echo(markdown_table(HEADINGS, (tuple(map(code, _row(each))) for each in chosen)))
    elif len(chosen) == 1:
        from scanner.cli.table import print_members  # noqa: PLC0415 — what --help does not need

        print_members(_plain(chosen[0], catalog))
    else:
        _show(chosen)


def _plain(each: ResourceType, catalog: Catalog) -> dict[str, Any]:
    return {
        "type": each.type,
        "origin": "derived" if each.derived else "curated",
        "service": each.service,
        "scope": each.scope,
        "parent": each.parent or None,
        "children": [child.type for child in catalog.children_of(each.type)],
        "operation": each.list.operation,
        "parameters": dict(each.list.params),
        "details": {call.name or "(merged)": call.operation for call in each.each},
        "operations": sorted({call.operation for call in each.calls}),
        "id": each.id,
        "arn": each.arn or None,
        "tags": _tags(each) or None,
        "redacted": list(each.redact),
        "actions": list(actions_of(each)),
    }


def _tags(each: ResourceType) -> str:
    if isinstance(each.tags, Call):
        return each.tags.operation
    return _SWEEP if each.tags == BULK else each.tags


def _show(chosen: Sequence[ResourceType]) -> None:
    from scanner.cli.table import print_table  # noqa: PLC0415 — what --help does not need

    print_table(HEADINGS, map(_row, chosen))
    services = len({each.service for each in chosen})
    click.echo(f"{len(chosen)} types of {services} services")


def _row(each: ResourceType) -> tuple[str, ...]:
    details = ", ".join(call.name or call.operation for call in each.each)
    redacted = ", ".join(each.redact)
    tags = "in bulk" if each.tags == BULK else _tags(each)
    return each.type, each.service, each.scope, each.list.operation, details, tags, redacted


def _show_excluded(catalog: Catalog, *, as_json: bool) -> None:
    rows = [(each.service, each.operation, each.reason, each.text) for each in catalog.excluded()]
    if as_json:
        names = ("service", "operation", "reason", "text")
        click.echo(json.dumps([dict(zip(names, row, strict=True)) for row in rows], indent=2))
        return
    from scanner.cli.table import print_table  # noqa: PLC0415 — what --help does not need

    print_table(("service", "operation", "reason", "why"), rows)
    click.echo(f"{len(rows)} operations")
