"""`scanner accounts`: what discovery finds, and why each account is in or out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import ACCESS, TARGETS, json_option, read_settings, settings_options

if TYPE_CHECKING:
    from scanner.model.target import Account, Candidate, Regions
    from scanner.settings import Settings

Found = tuple["tuple[Candidate, ...]", "dict[str, Regions]"]


@click.command("accounts")
@settings_options(*TARGETS, *ACCESS)
@json_option
def command(**options: Any) -> None:
    """Show which accounts and regions a scan would visit, and why.

    \b
    Examples:
      scanner accounts
      scanner accounts --ou ou-ab12-34cd56ef --account-tag environment=prod --json
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    settings, _ = read_settings(options)
    import anyio  # noqa: PLC0415 — what --help does not need

    candidates, regions = anyio.run(_find, settings)
    if options["as_json"]:
        rows = [_plain(each, regions.get(each.account.id)) for each in candidates]
        click.echo(json.dumps(rows, indent=2))
    else:
        _print(candidates, regions)


async def _find(settings: Settings) -> Found:
    from scanner.app import discover  # noqa: PLC0415 — the SDK loads in a quarter second
    from scanner.app.link import linked  # noqa: PLC0415 — as above

    async with linked(settings) as link:
        candidates = await discover.candidates(settings, link)
        included = [each.account for each in candidates if each.included]
        found = await discover.regions(settings, link, included)
    return candidates, {account.id: regions for account, regions in found}


def _plain(candidate: Candidate, regions: Regions | None) -> dict[str, Any]:
    account: Account = candidate.account
    return {
        "account_id": account.id,
        "name": account.name,
        "partition": account.partition,
        "ou": account.ou,
        "tags": None if account.tags is None else dict(account.tags),
        "included": candidate.included,
        "reason": candidate.reason,
        "regions": list(regions.enabled) if regions else [],
        "disabled_regions": list(regions.disabled) if regions else [],
        "regions_source": regions.source if regions else None,
        "regions_error": regions.error if regions else None,
    }


def _print(candidates: tuple[Candidate, ...], regions: dict[str, Regions]) -> None:
    from rich.console import Console  # noqa: PLC0415 — what --help does not need
    from rich.markup import escape  # noqa: PLC0415 — as above
    from rich.table import Table  # noqa: PLC0415 — as above

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("account", "name", "", "why", "regions"):
        table.add_column(heading, header_style="dim", overflow="fold")
    for each in candidates:
        mark = "[green]in[/green]" if each.included else "[yellow]out[/yellow]"
        account = each.account
        where = _where(regions.get(account.id))
        table.add_row(account.id, escape(account.name or ""), mark, escape(each.reason), where)
    Console(highlight=False, soft_wrap=True).print(table)
    included = sum(each.included for each in candidates)
    click.echo(f"{included} of {len(candidates)} accounts")


def _where(regions: Regions | None) -> str:
    if regions is None:
        return ""
    names = ", ".join(regions.enabled)
    if regions.disabled:
        names += f" (not enabled: {', '.join(regions.disabled)})"
    return f"{names} (assumed: {regions.error})" if regions.error else names
