"""Write the SQL that shows runs as tables: `inventory`, `coverage`, one view a resource type.

DuckDB's dialect; it opens no database and no file.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

INVENTORY, COVERAGE = "inventory", "coverage"
TYPES_FOUND = f"SELECT DISTINCT resource_type FROM {INVENTORY}"

RECORD: Mapping[str, str] = MappingProxyType({
    "schema": "INTEGER", "run_id": "VARCHAR", "captured_at": "TIMESTAMPTZ",
    "account_id": "VARCHAR", "account_name": "VARCHAR", "partition": "VARCHAR",
    "region": "VARCHAR", "service": "VARCHAR", "operation": "VARCHAR",
    "resource_type": "VARCHAR", "resource_id": "VARCHAR", "resource_name": "VARCHAR",
    "arn": "VARCHAR", "parent_arn": "VARCHAR", "created_at": "VARCHAR",
    "tags": "MAP(VARCHAR, VARCHAR)", "configuration": "JSON", "supplementary": "JSON",
    "redacted": "VARCHAR[]", "unread": "VARCHAR[]",
})  # fmt: skip
"""The columns of a record; what is not there is NULL."""

UNIT: Mapping[str, str] = MappingProxyType({
    "account_id": "VARCHAR", "region": "VARCHAR", "service": "VARCHAR", "status": "VARCHAR",
    "types": "MAP(VARCHAR, STRUCT(status VARCHAR, records BIGINT, error VARCHAR))",
    "requests": "BIGINT", "throttles": "BIGINT", "retries": "BIGINT",
    "started_at": "TIMESTAMPTZ", "duration_ms": "BIGINT",
})  # fmt: skip
"""The columns of a ledger line that `coverage` shows."""

SHOWN: Mapping[str, str] = MappingProxyType({
    "run_id": "run_id", "captured_at": "captured_at", "account_id": "account_id",
    "account_name": "account_name", "region": "region", "id": "resource_id",
    "name": "resource_name", "arn": "arn", "parent_arn": "parent_arn",
    "created_at": "created_at", "tags": "tags",
})  # fmt: skip
"""A type's view begins with these columns of the record, under these names."""

LAST = ("configuration", "supplementary")
KINDS: Mapping[str, str] = MappingProxyType({
    "boolean": "BOOLEAN", "integer": "BIGINT", "long": "BIGINT", "float": "DOUBLE",
    "double": "DOUBLE", "timestamp": "TIMESTAMPTZ", "string": "VARCHAR",
})  # fmt: skip
"""SQL's types of a member, by botocore's; what is not here is JSON."""

_WORDS = re.compile(r"[A-Z]+[0-9]*(?=[A-Z]|$)|[A-Z]?[a-z]+[0-9]*|[0-9]+")
_NAMES = re.compile(r"[a-z]\w+", re.IGNORECASE)


def view_name(type: str) -> str:
    """Name a type's view: `AWS::RDS::DBInstance` is `rds_db_instance`.

    A service stays one word (`AWS::DynamoDB::Table` is `dynamodb_table`).
    """
    *_, service, noun = re.split("::?", type)
    words = (word.lower() for word in _WORDS.findall(noun))
    return "_".join((re.sub(r"\W", "_", service.lower()), *words))


def named_views(sql: str, types: Iterable[str]) -> dict[str, str]:
    """Return the views that a statement may speak of, with their types."""
    words = {word.lower() for word in _NAMES.findall(sql)}
    return {name: each for each in types if (name := view_name(each)) in words}


def inventory(name: str, files: Sequence[str]) -> str:
    """Write the view over files of records; a creation time that is none is NULL."""
    created = "try_cast(created_at AS TIMESTAMPTZ) AS created_at"
    rows = _rows(files, RECORD)
    return f"CREATE VIEW {quoted(name)} AS SELECT * REPLACE ({created}) FROM ({rows})"


def coverage(ledgers: Mapping[str, Sequence[str]]) -> str:
    """Write the view over the ledgers of runs: a row for each type of a unit.

    `status`, `records` and `error` are the type's; times and counts of requests the unit's.
    """
    runs = " UNION ALL ".join(
        f"SELECT {literal(run_id)} AS run_id, * FROM ({_rows(files, UNIT)})"
        for run_id, files in ledgers.items()
    )
    kept = "run_id, account_id, region, service"
    unit = "requests, throttles, retries, started_at, duration_ms"
    return (
        f"CREATE VIEW {COVERAGE} AS SELECT {kept}, each.key AS resource_type, "
        f"each.value.status AS status, each.value.records AS records, each.value.error AS error, "
        f"{unit} FROM (SELECT *, unnest(map_entries(types)) AS each FROM ({runs}))"
    )


def of_type(type: str, columns: Mapping[str, str], details: Iterable[str], source: str) -> str:
    """Write a type's view over a view of records; `columns` gives members and their kinds.

    A member or detail whose name is taken is left to `configuration` or `supplementary`.
    """
    shown = [f"{column} AS {name}" for name, column in SHOWN.items()]
    taken = {*SHOWN, *LAST}
    named = {name: _member(name, KINDS.get(kind)) for name, kind in columns.items()}
    for name, value in (*named.items(), *((each, _detail(each)) for each in details)):
        if name.lower() not in taken:
            taken.add(name.lower())
            shown.append(f"{value} AS {quoted(name)}")
    return (
        f"CREATE VIEW {quoted(view_name(type))} AS SELECT {', '.join([*shown, *LAST])} "
        f"FROM {quoted(source)} WHERE resource_type = {literal(type)}"
    )


def _member(name: str, type: str | None) -> str:
    path = literal(f'$."{name}"')
    if type is None:
        return f"configuration->{path}"
    text = f"configuration->>{path}"
    return text if type == "VARCHAR" else f"try_cast({text} AS {type})"


def _detail(name: str) -> str:
    return "supplementary->" + literal(f'$."{name}"')


def _rows(files: Sequence[str], columns: Mapping[str, str]) -> str:
    if not files:
        nothing = ", ".join(f"NULL::{kind} AS {quoted(name)}" for name, kind in columns.items())
        return f"SELECT {nothing} WHERE false"
    named = ", ".join(f"{quoted(name)}: {literal(kind)}" for name, kind in columns.items())
    paths = ", ".join(map(literal, files))
    return (
        f"SELECT * FROM read_json([{paths}], columns = {{{named}}}, "
        f"format = 'newline_delimited', maximum_object_size = {1 << 28})"
    )


def quoted(name: str) -> str:
    """Quote an identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote a text."""
    return "'" + text.replace("'", "''") + "'"
