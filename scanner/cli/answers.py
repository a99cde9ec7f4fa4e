"""Write what a query gave: a table for people, JSON or CSV for programs; it asks nothing."""

from __future__ import annotations

import csv
from datetime import date, datetime
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click
import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import TextIO

    from scanner.app.query import Answer

MOST_ROWS = 1000
"""Rows that a table shows; a program asks for another format and gets all."""

_LIST_ITEM = ",\n"


def _table(answer: Answer, file: TextIO) -> None:
    if not answer.columns:
        return
    from scanner.cli.table import print_table  # noqa: PLC0415 — of this format only

    rows = [[_shown(value) for value in row] for row in islice(answer.rows, MOST_ROWS)]
    print_table(answer.columns, rows, file)
    if next(answer.rows, None) is not None:
        click.echo(f"the first {MOST_ROWS:,} rows; --format csv or jsonl has all", err=True)


def _json(answer: Answer, file: TextIO) -> None:
    separator = "[\n"
    for line in _documents(answer):
        file.write(separator + line)
        separator = _LIST_ITEM
    file.write("[]\n" if separator != _LIST_ITEM else "\n]\n")


def _jsonl(answer: Answer, file: TextIO) -> None:
    file.writelines(line + "\n" for line in _documents(answer))


def _csv(answer: Answer, file: TextIO) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows([_shown(value) for value in row] for row in answer.rows)


WRITERS: Mapping[str, Callable[[Answer, TextIO], None]] = MappingProxyType({
    "table": _table, "json": _json, "jsonl": _jsonl, "csv": _csv,
})  # fmt: skip
"""By format; `parquet` is DuckDB's own business."""


def _documents(answer: Answer) -> Iterator[str]:
    """Write each row as a JSON object; columns of JSON become what they hold."""
    is_json = [kind == "JSON" for kind in answer.types]
    for row in answer.rows:
        values = (
            orjson.loads(value) if nested and value is not None else value
            for value, nested in zip(row, is_json, strict=True)
        )
        document = dict(zip(answer.columns, values, strict=True))
        yield orjson.dumps(document, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, dict | list | tuple):
        return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    return str(value).lower() if isinstance(value, bool) else str(value)
