"""`scanner demo`: a simulated organization in a child process, and the ordinary scan of it."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.app.scan import Scan
    from scanner.simulation import Simulation

REGIONS = "us-east-1,eu-west-1,eu-central-1"


@click.command("demo")
@click.option("--accounts", type=int, default=25, show_default=True, help="accounts to simulate")
@click.option("--regions", default=REGIONS, show_default=True, help="regions that are enabled")
@click.option("--out", type=Path, default=Path("scanner-demo"), show_default=True, help="output")
@click.option("--keep-running", is_flag=True, help="leave the organization up until Ctrl-C")
@click.option(
    "--progress",
    type=click.Choice(["auto", "on", "off"]),
    default="auto",
    show_default=True,
    help="live progress on stderr",
)
def command(**options: Any) -> int:
    """Start a simulated organization and scan it; needs no AWS, no credentials, no network.

    One account refuses the role, one is suspended, one region is not enabled: the summary
    shows how a scan tells of that.

    \b
    Examples:
      scanner demo
      scanner demo --accounts 100 --keep-running
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    import anyio  # noqa: PLC0415 — what --help does not need

    from scanner import log  # noqa: PLC0415 — as above

    log.configure("console", "warning")
    return anyio.run(_demonstrate, options)


async def _demonstrate(options: dict[str, Any]) -> int:
    from scanner.app.summary import INTERRUPTED  # noqa: PLC0415 — as above
    from scanner.cli.running import attend  # noqa: PLC0415 — the SDK loads in a quarter second
    from scanner.cli.summary import show  # noqa: PLC0415 — as above
    from scanner.simulation import simulated_organization  # noqa: PLC0415 — as above

    regions = [name.strip() for name in options["regions"].split(",") if name.strip()]
    click.echo(f"Starting a simulated organization of {options['accounts']} accounts …", err=True)
    async with simulated_organization(accounts=options["accounts"], regions=regions) as simulation:
        before = dict(os.environ)
        _replace_environment(simulation.surround(before))
        try:
            summary = await attend(
                await _scan_of(simulation, regions, options), options["progress"]
            )
            if summary is None:
                return INTERRUPTED
            show(summary, again=False)
            _show_files(summary.out)
            if options["keep_running"]:
                await _keep(simulation, before)
        finally:
            _replace_environment(before)
    return INTERRUPTED if summary.status == "interrupted" else 0


async def _scan_of(simulation: Simulation, regions: list[str], options: dict[str, Any]) -> Scan:
    """Make the scan a user would start, of the kinds of resources that were created."""
    import anyio  # noqa: PLC0415 — as above

    from scanner.app.prepare import prepare  # noqa: PLC0415 — as above
    from scanner.app.scan import Scan  # noqa: PLC0415 — as above
    from scanner.catalog import Catalog  # noqa: PLC0415 — as above
    from scanner.model.errors import SettingsError  # noqa: PLC0415 — as above
    from scanner.settings import Settings, bucket_of  # noqa: PLC0415 — as above

    places = [place for account in simulation.created.values() for place in account.values()]
    created = {kind for place in places for kind in place}
    settings = Settings.of(
        role=simulation.role_name,
        regions=[*regions, simulation.disabled_region],
        types=sorted(created & Catalog.load().types.keys()),
        out=options["out"],
    )
    if bucket_of(settings.out)[0] is not None:
        raise SettingsError("--out: the demo calls no AWS, and writes to a directory")
    return Scan(settings, await anyio.to_thread.run_sync(prepare, settings))


def _replace_environment(environment: dict[str, str]) -> None:
    """Point this process's SDK elsewhere; whatever else was set for AWS is hidden meanwhile."""
    for name in set(os.environ) - set(environment):
        del os.environ[name]
    os.environ.update(environment)


def _show_files(out: Path) -> None:
    """Say what to try next."""
    place = shlex.quote(str(out))
    files = f"find {shlex.quote(str(out / 'inventory'))} -name '*.gz'"
    ledger = f"find {shlex.quote(str(out / 'coverage'))} -name '*.gz'"
    click.echo(
        "\nLook at it:\n"
        f"  {files} | head -n 1 | xargs zcat | head -n 1 | python3 -m json.tool\n"
        f'  {files} | xargs zcat | grep -o \'"resource_type":"[^"]*"\' | sort | uniq -c\n'
        f'  {ledger} | xargs zcat | grep -v \'"status":"complete"\' | cut -c 1-160 | tail -n 5\n'
        f"  scanner report --out {place} --to {place}/report.html\n"
        f'  scanner query "FROM sqs_queue" --out {place}  # with the extra sql'
    )


async def _keep(simulation: Simulation, before: Mapping[str, str]) -> None:
    import anyio  # noqa: PLC0415 — as above

    click.echo("\nThe organization stays up until Ctrl-C. Point any AWS tool at it with:")
    for name in sorted(before.keys() - simulation.environment.keys()):
        if name.startswith("AWS_"):
            click.echo(f"  unset {name}")
    for name, value in simulation.environment.items():
        click.echo(f"  export {name}={shlex.quote(value)}")
    await anyio.sleep_forever()
