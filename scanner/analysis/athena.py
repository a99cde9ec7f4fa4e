"""Write what lets Athena read the output where it is: tables over its files, a view a type.

Athena's dialects, Hive's for tables and Trino's for views; it asks no AWS. Partitions are
projected: no crawler, and nothing to add after a night.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from scanner.analysis.views import LAST, RECORD, SHOWN, UNIT, literal, quoted, view_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

TABLES = ("inventory", "coverage", "findings", "changes")
OPEN = "org.openx.data.jsonserde.JsonSerDe"
"""The reader of JSON Lines; objects come out of its text columns as JSON.

https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
"""

_HIVE: Mapping[str, str] = MappingProxyType({
    "INTEGER": "int", "BIGINT": "bigint", "VARCHAR": "string", "JSON": "string",
    "TIMESTAMPTZ": "string", "VARCHAR[]": "array<string>",
    "MAP(VARCHAR, VARCHAR)": "map<string,string>",
    "MAP(VARCHAR, STRUCT(status VARCHAR, records BIGINT, error VARCHAR))":
        "map<string,struct<status:string,records:bigint,error:string>>",
})  # fmt: skip
"""Hive's types by DuckDB's; times stay text, as Hive reads none with a zone."""

_KINDS: Mapping[str, str] = MappingProxyType({
    "boolean": "boolean", "integer": "bigint", "long": "bigint", "float": "double",
    "double": "double",
})  # fmt: skip
"""Trino's types of a member, by botocore's; texts are texts, and the rest is JSON as text."""

FINDING: Mapping[str, str] = MappingProxyType({
    "activity_name": "string", "class_uid": "int", "time": "bigint", "severity": "string",
    "severity_id": "int", "status": "string", "message": "string", "metadata": "string",
    "cloud": "string", "compliance": "string", "finding_info": "string",
    "remediation": "string", "resources": "string", "unmapped": "string",
})  # fmt: skip
"""The members of a finding (OCSF); structures are JSON."""

_FINDINGS: Mapping[str, str] = MappingProxyType({
    "run_id": "metadata.correlation_uid", "account_id": "cloud.account.uid",
    "region": "cloud.region", "control": "compliance.control", "result": "unmapped.result",
    "reason": "compliance.status_detail", "title": "finding_info.title",
    "finding_id": "finding_info.uid", "state": "unmapped.state",
    "resource_id": "unmapped.resource_id",
})  # fmt: skip
"""The columns of `findings_flat` that lie within structures."""

CHANGE: Mapping[str, str] = MappingProxyType({
    "schema": "int", "job": "string", "run_id": "string", "plan": "string", "operator": "string",
    "id": "string", "account_id": "string", "region": "string", "resource_type": "string",
    "resource_id": "string", "arn": "string", "policy": "string", "action": "string",
    "does": "string", "risk": "string", "irreversible": "boolean", "ending": "string",
    "reason": "string", "verified": "boolean", "before": "string", "after": "string",
    "writes": "string", "undo": "string", "options": "string", "request_ids": "array<string>",
    "started_at": "string", "finished_at": "string",
})  # fmt: skip
"""The members of a change that was made; structures are JSON."""


@dataclass(frozen=True, slots=True)
class Lake:
    """Where the output is (`s3://bucket/prefix`), and the values its partitions can have."""

    place: str
    database: str
    services: Sequence[str]
    regions: Sequence[str]
    since: date


def database(lake: Lake) -> str:
    """Write the statement that makes the database."""
    return f"CREATE DATABASE IF NOT EXISTS {_backed(lake.database)}"


def tables(lake: Lake) -> dict[str, str]:
    """Write the statements that make the four tables, by name."""
    parts = {"service": lake.services, "region": lake.regions}
    columns = {name: _HIVE[kind] for name, kind in RECORD.items() if name not in parts}
    unit = {name: _HIVE[kind] for name, kind in UNIT.items()}
    inventory, *others = TABLES
    flat = dict(zip(others, (unit, FINDING, CHANGE), strict=True))
    return {
        inventory: _table(lake, inventory, columns, parts),
        **{name: _table(lake, name, each, {}) for name, each in flat.items()},
    }


def _table(
    lake: Lake, name: str, columns: Mapping[str, str], parts: Mapping[str, Sequence[str]]
) -> str:
    named = ",\n  ".join(f"{_backed(each)} {kind}" for each, kind in columns.items())
    kept = ", ".join(f"{_backed(each)} string" for each in ("dt", *parts))
    place = f"{lake.place}/{name}/"
    template = place + "".join(f"{each}=${{{each}}}/" for each in ("dt", *parts))
    properties = {
        "projection.enabled": "true",
        "projection.dt.type": "date",
        "projection.dt.format": "yyyy-MM-dd",
        "projection.dt.range": f"{lake.since.isoformat()},NOW+1DAYS",
        **{f"projection.{each}.type": "enum" for each in parts},
        **{f"projection.{each}.values": ",".join(values) for each, values in parts.items()},
        "storage.location.template": template,
    }
    return (
        f"CREATE EXTERNAL TABLE IF NOT EXISTS {_backed(lake.database)}.{_backed(name)} (\n"
        f"  {named}\n)\nPARTITIONED BY ({kept})\n"
        f"ROW FORMAT SERDE {literal(OPEN)}\n"
        f"WITH SERDEPROPERTIES ('case.insensitive'='false')\n"
        f"LOCATION {literal(place)}\n"
        f"TBLPROPERTIES (\n  {_properties(properties)}\n)"
    )


def _properties(properties: Mapping[str, str]) -> str:
    return ",\n  ".join(f"{literal(key)}={literal(value)}" for key, value in properties.items())


def flat_views(lake: Lake) -> dict[str, str]:
    """Write the statements that lay the ledger and the findings out flat, by name."""
    return {"coverage_types": _of_coverage(lake), "findings_flat": _of_findings(lake)}


def of_type(
    lake: Lake, type: str, service: str, columns: Mapping[str, str], details: Iterable[str]
) -> str:
    """Write the statement that makes a type's view, named as in `scanner query`.

    `columns` gives members with botocore's names of their kinds, `details` the names of detail
    calls. A member whose name is taken, in any case, is left to the JSON.
    """
    shown = ["dt"]
    shown += [f"{column} AS {name}" if name != column else name for name, column in SHOWN.items()]
    taken = {"dt", *SHOWN, *LAST}
    named = {name: _member(name, kind) for name, kind in columns.items()}
    named |= {each: _json("supplementary", each) for each in details if each not in named}
    for name, value in named.items():
        if name.lower() not in taken:
            taken.add(name.lower())
            shown.append(f"{value} AS {quoted(name.lower())}")
    return _view(
        lake,
        view_name(type),
        [*shown, *LAST],
        f"{_table_name(lake, 'inventory')}\n"
        f"WHERE service = {literal(service)} AND resource_type = {literal(type)}",
    )


def _member(name: str, kind: str) -> str:
    text = f"json_extract_scalar(configuration, {_path(name)})"
    if kind == "string":
        return text
    if kind == "timestamp":
        return f"CAST(try(from_iso8601_timestamp({text})) AS timestamp(3))"
    if kind in _KINDS:
        return f"TRY_CAST({text} AS {_KINDS[kind]})"
    return _json("configuration", name)


def _json(column: str, name: str) -> str:
    return f"json_format(json_extract({column}, {_path(name)}))"


def _path(*names: str) -> str:
    return literal("$" + "".join(f'["{name}"]' for name in names))


def _of_coverage(lake: Lake) -> str:
    unit = ("dt", "account_id", "region", "service")
    answer = [f"answer.{each} AS {each}" for each in ("status", "records", "error")]
    counts = ("requests", "throttles", "retries", "started_at", "duration_ms")
    return _view(
        lake,
        "coverage_types",
        [*unit, "resource_type", *answer, *counts],
        f"{_table_name(lake, 'coverage')}\n"
        "CROSS JOIN UNNEST(types) AS each (resource_type, answer)",
    )


def _of_findings(lake: Lake) -> str:
    shown = ["dt", "severity", "status", "message"]
    for name, place in _FINDINGS.items():
        column, *path = place.split(".")
        shown.append(f"json_extract_scalar({column}, {_path(*path)}) AS {name}")
    for name in ("type", "uid", "name"):
        member = literal(f'$[0]["{name}"]')
        shown.append(f"json_extract_scalar(resources, {member}) AS resource_{name}")
    return _view(lake, "findings_flat", shown, _table_name(lake, "findings"))


def _view(lake: Lake, name: str, shown: Sequence[str], source: str) -> str:
    listed = ",\n  ".join(shown)
    target = f"{quoted(lake.database)}.{quoted(name)}"
    return f"CREATE OR REPLACE VIEW {target} AS\nSELECT\n  {listed}\nFROM {source}"


def _table_name(lake: Lake, name: str) -> str:
    return f"{quoted(lake.database)}.{quoted(name)}"


def _backed(name: str) -> str:
    """Quote an identifier as Hive does."""
    return "`" + name.replace("`", "``") + "`"
