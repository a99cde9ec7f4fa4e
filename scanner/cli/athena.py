"""`scanner athena ddl`: tables and views by which Athena reads the output in S3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import INPUT, read_settings, settings_options

if TYPE_CHECKING:
    from datetime import datetime


@click.group()
def command() -> None:
    """Let Athena read the output where it is, in S3.

    \b
    Example:
      scanner athena ddl --out s3://inventory/org > tables.sql
    """  # noqa: D301 — \b is click's mark for text to be left as it is


@command.command("ddl")
@settings_options(*INPUT, "types", "services", "types_from", "regions")
@click.option("--database", default="scanner", show_default=True, help="name of the database")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="first day the tables look at  [default: a year ago]",
)
@click.option("--apply", "applied", is_flag=True, help="have Athena run the statements")
@click.option("--workgroup", default="primary", show_default=True, help="for --apply")
@click.option("--results", metavar="s3://…", help="where --apply's (empty) answers are kept")
def ddl(
    database: str,
    since: datetime | None,
    applied: bool,
    workgroup: str,
    results: str | None,
    **options: Any,
) -> None:
    """Print the SQL of the database, its tables, and a view a resource type.

    The tables `inventory`, `coverage`, `findings` and `changes` lie over the files of all runs;
    partitions are projected, so no crawler is needed and a new night is there at once. The views
    are those of `scanner query`, with columns in lower case; `coverage_types` has a row for each
    type of a unit, `findings_flat` the findings' main members as columns. Name days (`WHERE dt =
    '2026-11-24'`): Athena charges by what it reads. --types and --services choose the views and
    the services of `inventory`, --regions its regions.

    With --apply Athena makes them; what is there stays, views are replaced.

    \b
    Example:
      scanner athena ddl --out s3://inventory/org > tables.sql
      scanner athena ddl --out s3://inventory/org --apply --results s3://athena-results/
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    settings, _ = read_settings(options)
    import anyio  # noqa: PLC0415 — what --help does not need

    from scanner.app.athena import apply, statements  # noqa: PLC0415 — as above
    from scanner.aws.athena import Workgroup  # noqa: PLC0415 — as above

    made = statements(settings, database, since.date() if since else None)
    if not applied:
        click.echo("\n\n".join(f"{text};" for text in made.values()))
        return
    anyio.run(apply, made, Workgroup(workgroup, results), settings.profile)
    click.echo(f"database {database}: {len(made) - 1} tables and views")
