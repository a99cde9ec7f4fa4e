"""`scanner accounts`: what discovery finds, and why each account is in or out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import ACCESS, TARGETS, json_option, read_settings, settings_options

if TYPE_CHECKING:
    from rich.text import Text

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

    from scanner.app.discover import check_accounts  # noqa: PLC0415 — the SDK loads in a quarter second

    check_accounts(settings)
    candidates, regions = anyio.run(_find, settings)
    if options["as_json"]:
        rows = [_plain(each, regions.get(each.account.id)) for each in candidates]
        click.echo(json.dumps(rows, indent=2))
    else:
        _print(candidates, regions)


async def _find(settings: Settings) -> Found:
    from scanner.app import discover  # noqa: PLC0415 — as above
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
    from scanner.cli.table import print_table  # noqa: PLC0415 — what --help does not need

    print_table(
        ("account", "name", "", "why", "regions"),
        (_row(each, regions.get(each.account.id)) for each in candidates),
    )
    included = sum(each.included for each in candidates)
    click.echo(f"{included} of {len(candidates)} accounts")


def _row(candidate: Candidate, regions: Regions | None) -> tuple[str | Text, ...]:
    from rich.text import Text  # noqa: PLC0415 — as above

    mark = Text("in", "green") if candidate.included else Text("out", "yellow")
    account = candidate.account
    return account.id, account.name or "", mark, candidate.reason, _where(regions)


def _where(regions: Regions | None) -> str:
    if regions is None:
        return ""
    names = ", ".join(regions.enabled)
    if regions.disabled:
        names += f" (not enabled: {', '.join(regions.disabled)})"
    return f"{names} (assumed: {regions.error})" if regions.error else names
