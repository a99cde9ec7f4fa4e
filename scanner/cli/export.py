"""`scanner export`: a run as Parquet, one typed file a resource type."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from scanner.cli.options import INPUT, read_settings, settings_options


@click.command("export")
@click.argument("run", default="latest")
@settings_options(*INPUT, "types_from")
@click.option("--to", required=True, type=click.Path(file_okay=False), help="directory to write")
def command(run: str, **options: Any) -> None:
    """Write RUN (an id, `latest` or `all`) as Parquet for other tools, packed with zstd.

    Each resource type that has records becomes a file with the columns of its view (see
    `scanner query --help`); `inventory.parquet` and `coverage.parquet` hold everything.

    \b
    Example:
      scanner export --to parquet
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    settings, _ = read_settings(options)
    from scanner.analysis.views import COVERAGE, INVENTORY, view_name  # noqa: PLC0415 — what --help does not need
    from scanner.app.place import opened  # noqa: PLC0415 — as above
    from scanner.app.query import Database  # noqa: PLC0415 — as above
    from scanner.app.types import own_types  # noqa: PLC0415 — as above
    from scanner.output import make_directory, private_text  # noqa: PLC0415 — as above

    folder = Path(options["to"])
    with (
        opened(settings) as placed,
        closing(Database.open(placed.out, run, own_types(settings))) as database,
    ):
        make_directory(folder)
        names = [INVENTORY, COVERAGE, *map(view_name, database.found())]
        for name in names:
            target = folder / f"{name}.parquet"
            with private_text(target):
                database.save(f"FROM {name}", target)
    click.echo(f"{len(names)} files in {folder}")
