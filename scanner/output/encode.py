"""Turn records, outcomes and documents into JSON and back; pure, no files."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from scanner.model.outcome import Outcome, Status, TypeOutcome

if TYPE_CHECKING:
    from scanner.model.record import Record

_TIMES = orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC
_LINE = _TIMES | orjson.OPT_APPEND_NEWLINE
_DOCUMENT = _LINE | orjson.OPT_INDENT_2
_INT64 = range(-(1 << 63), 1 << 64)
_OUTCOME_FIELDS = frozenset(each.name for each in fields(Outcome))


def encode_record(record: Record) -> bytes:
    """Write a record as one line, its line feed included."""
    return _dumps(record, _LINE)


def encode_outcome(outcome: Outcome) -> bytes:
    """Write an outcome as one line of the ledger."""
    line = {name: getattr(outcome, name) for name in Outcome.__slots__}
    line["types"] = {name: _type_line(each) for name, each in outcome.types.items()}
    return _dumps(line, _LINE)


def _type_line(outcome: TypeOutcome) -> dict[str, Any]:
    line: dict[str, Any] = {"status": outcome.status, "records": outcome.records}
    if outcome.listed:
        line["listed"] = True
    return line if outcome.error is None else line | {"error": outcome.error}


def decode_outcome(line: bytes) -> Outcome:
    """Read a line of the ledger; fields this version does not know are left out."""
    return outcome_of(orjson.loads(line))


def outcome_of(plain: Mapping[str, Any]) -> Outcome:
    """Make an outcome of a parsed line of the ledger."""
    values = {name: value for name, value in plain.items() if name in _OUTCOME_FIELDS}
    values["status"] = Status(values["status"])
    values["types"] = {
        name: TypeOutcome(
            Status(each["status"]), each["records"], each.get("error"), each.get("listed", False)
        )
        for name, each in values.get("types", {}).items()
    }
    return Outcome(**values)


def encode_line(value: Mapping[str, Any]) -> bytes:
    """Write plain data as one line."""
    return _dumps(value, _LINE)


def encode_document(document: Mapping[str, Any]) -> bytes:
    """Write a plan, a manifest or another file of one value, for people to read too."""
    return _dumps(document, _DOCUMENT)


def timestamp(moment: datetime) -> str:
    """Write a moment as RFC 3339 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _dumps(value: Any, option: int) -> bytes:
    try:
        return orjson.dumps(value, default=_odd, option=option)
    except orjson.JSONEncodeError:
        return orjson.dumps(_plain(value), option=option)


def _odd(value: Any) -> Any:
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, AbstractSet):
        return sorted(value, key=str)
    return str(value)


def _plain(value: Any) -> Any:
    """Rebuild what orjson refuses: wide integers, lone surrogates, keys that are no strings."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {_text(str(key)): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return value if value in _INT64 else str(value)
    return value if value is None or isinstance(value, float | datetime) else _plain(_odd(value))


def _text(value: str) -> str:
    return value.encode("utf-8", "replace").decode("utf-8")
