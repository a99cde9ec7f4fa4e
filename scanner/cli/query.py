"""`scanner query`: SQL over a run; without SQL, at a terminal, a prompt."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import INPUT, read_settings, settings_options
from scanner.model.errors import SettingsError

if TYPE_CHECKING:
    from scanner.app.query import Database

FORMATS = ("table", "json", "jsonl", "csv", "parquet")


@click.command("query")
@click.argument("sql", required=False)
@settings_options(*INPUT, "types_from")
@click.option("--run", default="latest", metavar="RUN|latest|all", help="which runs to ask")
@click.option(
    "--format", type=click.Choice(FORMATS), default="table", show_default=True, help="how to write"
)
@click.option("--to", type=click.Path(dir_okay=False), help="file to write instead of stdout")
@click.option("--json", "as_json", is_flag=True, help="the same as --format json")
def command(sql: str | None, **options: Any) -> None:
    """Ask a run questions in SQL (DuckDB's), without a server.

    The tables: `inventory` (every record), `coverage` (what was looked at, and how that
    ended) and one view a resource type, such as `ec2_instance` or `s3_bucket`: account_id,
    region, id, name, arn, tags and the configuration's members. SQL may be `@FILE`, or `-` for
    standard input. docs/questions.md has ten questions that people really ask.

    \b
    Examples:
      scanner query "SELECT resource_type, count(*) FROM inventory GROUP BY ALL"
      scanner query "SELECT account_id, id FROM ec2_volume WHERE NOT Encrypted" --format csv
      scanner query --run all "SELECT run_id, count(*) FROM ec2_instance GROUP BY ALL"
      scanner query
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    settings, _ = read_settings(options)
    chosen = "json" if options["as_json"] else options["format"]
    if chosen == "parquet" and not options["to"]:
        raise SettingsError("--format parquet needs --to FILE")
    from scanner.app.place import opened  # noqa: PLC0415 — what --help does not need
    from scanner.app.query import Database  # noqa: PLC0415 — as above
    from scanner.app.types import own_types  # noqa: PLC0415 — as above

    with (
        opened(settings) as placed,
        closing(Database.open(placed.out, options["run"], own_types(settings))) as database,
    ):
        if sql is None and sys.stdin.isatty():
            _prompt(database)
        else:
            _answer(database, _text(sql), chosen, options["to"])


def _text(sql: str | None) -> str:
    """Read SQL that is a file's, or standard input's."""
    if sql is None or sql == "-":
        return sys.stdin.read()
    if not sql.startswith("@"):
        return sql
    try:
        return Path(sql[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise SettingsError(f"{sql[1:]} can't be read: {exc}") from exc


def _answer(database: Database, sql: str, format: str, to: str | None) -> None:
    from scanner.cli.answers import WRITERS  # noqa: PLC0415 — as above
    from scanner.output import private_text  # noqa: PLC0415 — as above

    if to is None:
        WRITERS[format](database.ask(sql), sys.stdout)
        return
    with private_text(Path(to)) as file:
        if format == "parquet":
            database.save(sql, Path(to))
        else:
            WRITERS[format](database.ask(sql), file)


def _prompt(database: Database) -> None:
    from scanner.cli.prompt import converse  # noqa: PLC0415 — as above

    converse(database)
