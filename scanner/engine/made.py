"""Make records of what users' tasks say of resources; what is no record is refused, in words."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog

from scanner.engine.content import content_of
from scanner.engine.records import Seen, digest, rfc3339
from scanner.model.errors import TaskError
from scanner.model.record import SCHEMA, Record
from scanner.model.resource import Call, ResourceType
from scanner.model.task import Fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanner.engine.context import Context
    from scanner.model.task import Task

log = structlog.get_logger()

RENAMED = {"resource_id": "id", "resource_name": "name"}
"""What a record's own fields are called by `ctx.record`."""

LIFTED = (
    "resource_type", *RENAMED, "arn", "parent_arn", "created_at", "tags", "configuration",
    "supplementary",
)  # fmt: skip
"""What is a field of the record in a dict; the rest is configuration."""

_TYPE = re.compile(r"[A-Za-z0-9_.-]+(::?[A-Za-z0-9_.-]+)*")


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the records of one unit of a task; `catalog` tells what is secret in known types."""

    ctx: Context
    task: Task[..., Any]
    catalog: Mapping[str, ResourceType]
    _seen: Seen = field(default_factory=Seen)

    def once(self, value: Any) -> Record | None:
        """Return the record of what a task yielded; None for the same once more."""
        record = self.given(value)
        found = self._seen.once(record)
        if found is not None and found.resource_id != record.resource_id:
            log.warning("two resources have one key", key=record.key, kept_as=found.resource_id)
        return found

    def given(self, value: Any) -> Record:
        """Return the record that a task made, or make one of its dict, or of any other value."""
        if isinstance(value, Record):
            return self._own(value)
        if not isinstance(value, Mapping):
            return self.record({"configuration": {"Result": value}})
        fields = {RENAMED.get(name, name): value[name] for name in LIFTED if name in value}
        rest = {name: each for name, each in value.items() if name not in LIFTED}
        if rest:
            fields["configuration"] = {**_mapping(fields, "configuration"), **rest}
        return self.record(fields)

    def record(self, fields: Mapping[str, Any]) -> Record:
        """Make a record; raises TaskError that says which field is wrong."""
        strange = [name for name in fields if name not in Fields.__annotations__]
        if strange:
            raise TaskError(f"a record has no field {strange[0]!r}")
        configuration = plain(_mapping(fields, "configuration"), "configuration")
        supplementary = plain(_mapping(fields, "supplementary"), "supplementary")
        tags = None if fields.get("tags") is None else plain(_mapping(fields, "tags"), "tags")
        if tags is not None:
            tags = {key: "" if each is None else str(each) for key, each in tags.items()}
        kind = self._kind(fields.get("resource_type"))
        redacted = self.ctx.redactor.hide(kind, configuration, supplementary, tags)
        unit = self.ctx.unit
        arn = _text(fields, "arn")
        return Record(
            schema=SCHEMA,
            run_id=self.ctx.run_id,
            captured_at=rfc3339(self.ctx.now()),
            account_id=unit.account.id,
            account_name=unit.account.name,
            partition=unit.account.partition,
            region=unit.region,
            service=unit.service,
            operation=self.task.label,
            resource_type=kind.type,
            resource_id=_text(fields, "id") or arn or f"sha256:{digest(content_of(configuration))}",
            resource_name=_text(fields, "name"),
            arn=arn,
            parent_arn=_text(fields, "parent_arn"),
            created_at=_moment(fields.get("created_at")),
            tags=tags,
            configuration=configuration,
            supplementary=supplementary,
            redacted=redacted,
            unread=[],
        )

    def _own(self, record: Record) -> Record:
        """Refuse a record of elsewhere: whose it is follows from the unit alone."""
        unit = self.ctx.unit
        place = (record.account_id, record.region, record.service, record.run_id)
        if place != (unit.account.id, unit.region, unit.service, self.ctx.run_id):
            raise TaskError(f"{record.key} was not made by this unit's ctx.record")
        return record

    def _kind(self, named: Any) -> ResourceType:
        """Return the type of a record: the only one, where the task did not say."""
        types: Sequence[str] = self.task.types
        name = named if named is not None else self.task.expected[0]
        if named is None and len(types) > 1:
            raise TaskError(f"resource_type is missing: one of {', '.join(types)}")
        if not isinstance(name, str) or not _TYPE.fullmatch(name):
            raise TaskError(f"resource_type: {name!r} is no name of a type")
        if types and name not in types:
            raise TaskError(f"resource_type: the task declares {', '.join(types)}, not {name}")
        return self.catalog.get(name) or ResourceType(name, self.task.name, Call(""), "")


def _mapping(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = {} if fields.get(name) is None else fields[name]
    if not isinstance(value, Mapping):
        raise TaskError(f"{name} must be a dict, not {type(value).__name__}")
    return value


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is None or (isinstance(value, str) and value):
        return value
    if isinstance(value, int | UUID) and not isinstance(value, bool):
        return str(value)
    raise TaskError(f"{name} must be a text that is not empty, not {value!r}"[:200])


def _moment(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, date):
        return str(plain(value, "created_at"))
    raise TaskError(f"created_at must be a datetime or a text, not {type(value).__name__}")


def plain(value: Any, place: str) -> Any:
    """Copy a value as JSON has it; raises TaskError where there is no such way to write it.

    Moments are RFC 3339 (those without a zone are taken for UTC), bytes base64, sets sorted.
    """
    if isinstance(value, Enum):
        return plain(value.value, place)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {_key(key, place): plain(each, f"{place}.{key}") for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each, f"{place}[{index}]") for index, each in enumerate(value)]
    if isinstance(value, AbstractSet):
        return sorted((plain(each, place) for each in value), key=str)
    return _scalar(value, place)


def _key(key: Any, place: str) -> str:
    if isinstance(key, str | int):
        return str(key)
    raise TaskError(f"{place}: a key must be a text, not {type(key).__name__}")


def _scalar(value: Any, place: str) -> Any:
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, UUID | PurePath):
        return str(value)
    raise TaskError(f"{place}: {type(value).__name__} can't be written as JSON")
