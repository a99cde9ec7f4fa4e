"""`scanner report`: one HTML page about a run, for people; it needs no network and no server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from scanner.cli.options import INPUT, read_settings, settings_options

ROWS = 100_000
MOST_ROWS = 500_000
"""Above, a table is higher than what browsers can scroll."""


@click.command("report")
@click.argument("run", default="latest")
@settings_options(*INPUT)
@click.option(
    "-o", "--to", type=click.Path(dir_okay=False), default="report.html", show_default=True,
    help="file to write",
)  # fmt: skip
@click.option(
    "--rows", type=click.IntRange(0, MOST_ROWS), default=ROWS, show_default=True, metavar="N",
    help="most resources, and findings, that the page lists one by one",
)  # fmt: skip
def command(run: str, **options: Any) -> None:
    """Write a page about RUN (an id, a name or `latest`) that opens in any browser, offline.

    What was seen of every account and region and why not all, resources by type, account,
    region and service, growth over earlier runs, tags, findings of `scanner check`, what was
    slow or throttled, and tables to search and sort. Nothing is loaded, nothing leaves it.

    \b
    Examples:
      scanner report
      scanner report 20261124T010000Z-7f3a9c --out scan -o night.html
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    settings, _ = read_settings(options)
    from scanner.app.place import opened  # noqa: PLC0415 — what --help does not need
    from scanner.app.report import Report  # noqa: PLC0415 — as above
    from scanner.output import write_whole  # noqa: PLC0415 — as above

    target = Path(options["to"])
    with opened(settings) as placed:
        report = Report.of(placed.out, run, options["rows"])
        page = report.page()
    write_whole(target, page)
    click.echo(f"{target}: {len(page) / 1e6:.1f} MB, run {report.run_id}")
