"""Turn a described item into a Record: identity, tags, redaction; it makes no call."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from scanner.engine.content import content_of
from scanner.model.paths import lookup
from scanner.model.record import SCHEMA, Record
from scanner.model.resource import BULK

if TYPE_CHECKING:
    from scanner.engine.context import Context
    from scanner.model.resource import ResourceType

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_KEYS = ("Key", "key", "TagKey", "tagKey")
_VALUES = ("Value", "value", "TagValue", "tagValue")
_EPOCH = re.compile(r"[0-9]+(\.[0-9]+)?")
_MILLISECONDS = 10**11
"""Epoch numbers from here on are milliseconds: as seconds they lie in the year 5138."""


@dataclass(frozen=True, slots=True)
class Parent:
    """What a child's calls and identity need of the item it belongs to.

    A `partial` one was not read in full: what it lacks is unknown.
    """

    members: Mapping[str, Any]
    arn: str | None
    partial: bool = False


NO_PARENT = Parent({}, None)


@dataclass(slots=True)
class Item:
    """One thing AWS described, while its details are being read; tags are None until read."""

    members: dict[str, Any]
    captured: datetime
    parent: Parent = NO_PARENT
    supplementary: dict[str, Any] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    tags: Any = None

    def find(self, path: str) -> Any:
        """Return a member by path: of the item, of its details, or `parent.…` of its parent."""
        if path.startswith("parent."):
            return lookup(self.parent.members, path.removeprefix("parent."))
        value = lookup(self.members, path)
        return lookup(self.supplementary, path) if value is None else value


def record_of(ctx: Context, type: ResourceType, item: Item) -> Record:
    """Make the record of an item; secrets are replaced within the item itself.

    That comes first: nothing is made of a secret, no id and no digest.
    """
    tags = _tags(type, item)
    redacted = ctx.redactor.hide(type, item.members, item.supplementary, tags)
    identifier, arn = _identity(ctx, type, item)
    account = ctx.unit.account
    return Record(
        schema=SCHEMA,
        run_id=ctx.run_id,
        captured_at=rfc3339(item.captured),
        account_id=account.id,
        account_name=account.name,
        partition=account.partition,
        region=ctx.unit.region,
        service=type.service,
        operation=type.list.operation,
        resource_type=type.type,
        resource_id=identifier,
        resource_name=_name(type, item, tags),
        arn=arn,
        parent_arn=item.parent.arn,
        created_at=_time(item.find(type.created)) if type.created else None,
        tags=tags,
        redacted=redacted,
        configuration=item.members,
        supplementary=item.supplementary,
        unread=item.unread,
    )


def parent_of(ctx: Context, type: ResourceType, item: Item) -> Parent:
    """Make of an item what its children need."""
    return Parent(item.members, arn_of(ctx, type, item), is_partial(type, item))


def is_partial(type: ResourceType, item: Item) -> bool:
    """Say whether a call that gives the resource itself could not be read."""
    return any(call.operation in item.unread for call in type.each if not call.name)


class Seen:
    """Keeps keys unique within a unit: a repeated page adds nothing, and nothing is lost."""

    def __init__(self) -> None:
        self._keys: set[int] = set()
        self._contents: set[int] = set()

    def once(self, record: Record) -> Record | None:
        """Return a new record; None for the same again; another of a known key gets its own."""
        body = content_of(record.configuration)
        content = hash((record.resource_type, record.resource_id, body))
        if content in self._contents:
            return None
        self._contents.add(content)
        key = hash((record.resource_type, record.resource_id))
        if key in self._keys:
            return replace(record, resource_id=f"{record.resource_id}#{digest(body)[:8]}")
        self._keys.add(key)
        return record


def digest(body: bytes) -> str:
    """Tell contents apart, shortly."""
    return hashlib.sha256(body).hexdigest()[:32]


def _identity(ctx: Context, type: ResourceType, item: Item) -> tuple[str, str | None]:
    """Return an item's id and ARN; what has neither is known by a digest of its members."""
    arn = arn_of(ctx, type, item)
    found = _filled(ctx, type.id, item) if "{" in type.id else item.find(type.id)
    if found is None or found == "":
        found = arn or f"sha256:{digest(content_of(item.members))}"
    return str(found), arn


def arn_of(ctx: Context, type: ResourceType, item: Item) -> str | None:
    """Return an item's ARN, given by AWS or built from the type's template."""
    if type.arn.startswith("arn:"):
        return _filled(ctx, type.arn, item, strict=True)
    found = item.find(type.arn) if type.arn else None
    return None if found is None else str(found)


def _filled(ctx: Context, text: str, item: Item, *, strict: bool = False) -> str | None:
    """Fill a template; where `strict`, a missing member makes the whole None."""
    parts = []
    for literal, name in _template(text):
        value = (ctx.names.get(name) or item.find(name)) if name else ""
        if value is None and strict:
            return None
        parts.append(f"{literal}{'' if value is None else value}")
    return "".join(parts)


@cache
def _template(text: str) -> tuple[tuple[str, str], ...]:
    """Split a template into (literal, placeholder name after it)."""
    pieces = [*_PLACEHOLDER.split(text), ""]
    return tuple(zip(pieces[::2], pieces[1::2], strict=True))


def _name(type: ResourceType, item: Item, tags: Mapping[str, str] | None) -> str | None:
    found = item.find(type.name) if type.name else None
    if found is None and tags:
        found = tags.get("Name")
    return None if found is None else str(found)


def _tags(type: ResourceType, item: Item) -> dict[str, str] | None:
    if not isinstance(type.tags, str) or type.tags in ("", BULK):
        return None if item.tags is None else tags_of(item.tags)
    found = item.find(type.tags)
    unread = is_partial(type, item) or type.tags.partition(".")[0] in item.unread
    return None if found is None and unread else tags_of(found)


def tags_of(raw: Any) -> dict[str, str]:
    """Read AWS's spellings of tags (a map, or a list of key/value pairs) as a map."""
    if isinstance(raw, Mapping):
        return {str(key): _text(value) for key, value in raw.items()}
    rows = raw if isinstance(raw, list) else ()
    pairs = [pair for pair in rows if isinstance(pair, Mapping)]
    found = {_first(pair, _KEYS): _text(_first(pair, _VALUES)) for pair in pairs}
    return {str(key): value for key, value in found.items() if key is not None}


def _first(pair: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((pair[name] for name in names if name in pair), None)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _time(value: Any) -> str | None:
    """Write a moment as RFC 3339; what is none stays as it is: it must not cost a unit."""
    with suppress(ValueError, OverflowError, OSError):
        number = float(value) if isinstance(value, str) and _EPOCH.fullmatch(value) else value
        if isinstance(number, int | float):
            seconds = number / 1000 if number >= _MILLISECONDS else number
            return rfc3339(datetime.fromtimestamp(seconds, UTC))
    return None if value is None else str(value)


def rfc3339(moment: datetime) -> str:
    """Write a moment in UTC as records do."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
