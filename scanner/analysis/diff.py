"""Tell what changed between two runs, and what nobody can know; opens no file.

A resource is gone only where both runs looked at its account, region and type to the end: a
record that is missing from a run that was denied there says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import jsonpatch
from jsonpointer import JsonPointer

from scanner.analysis.lines import Key, read_line
from scanner.analysis.volatile import volatile
from scanner.model.outcome import Status
from scanner.model.record import REDACTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from scanner.analysis.coverage import Coverage
    from scanner.analysis.lines import Line

COMPARED = (
    "resource_name", "arn", "parent_arn", "created_at", "tags", "configuration", "supplementary",
)  # fmt: skip
"""The fields of a record in which a change is one of the resource."""

_NOTHING: Mapping[str, frozenset[str]] = MappingProxyType({})


class Kind(StrEnum):
    """What became of a resource; `unknown` where one of the runs did not really look."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Change:
    """One resource that is not as it was, or not where it was.

    `patch` is a JSON Patch (RFC 6902) from the old record's compared fields to the new one's;
    `reason` says of an unknown which run did not look, and why.
    """

    kind: Kind
    key: Key
    name: str | None
    arn: str | None
    patch: tuple[dict[str, Any], ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Compares records of two runs, whose coverages tell what a missing record means.

    `ignored` names members whose change is none, by resource type or, under `*`, for all.
    """

    old: Coverage
    new: Coverage
    ignored: Mapping[str, frozenset[str]] = field(default_factory=lambda: _NOTHING)

    def changes(self, old: Iterable[bytes], new: Iterable[bytes]) -> Iterator[Change]:
        """Yield the changes between two sets of lines in the order of their keys.

        Both must hold all records of the keys they hold any of; they are held in memory.
        """
        before = {line.key: line for line in map(read_line, old)}
        found = [
            change
            for line in map(read_line, new)
            if (change := self._seen(before.pop(line.key, None), line)) is not None
        ]
        found += [self._alone(line, Kind.REMOVED) for line in before.values()]
        yield from sorted(found, key=lambda change: change.key)

    def _seen(self, old: Line | None, new: Line) -> Change | None:
        if old is None:
            return self._alone(new, Kind.ADDED)
        if old.body == new.body:
            return None
        record = new.record()
        patch = self._patch(new.key.resource_type, old.record(), record)
        return _change(Kind.CHANGED, new.key, record, patch=patch) if patch else None

    def _alone(self, line: Line, kind: Kind) -> Change:
        reason = self._blind(line.key)
        kind = kind if reason is None else Kind.UNKNOWN
        return _change(kind, line.key, line.record(), reason=reason)

    def _blind(self, key: Key) -> str | None:
        """Say which run did not look at all of a key's place; None where both did."""
        place = (key.account_id, key.region, key.resource_type)
        for name, run in (("old", self.old), ("new", self.new)):
            status = run.status(*place)
            if status is not Status.COMPLETE:
                return f"{name} run: {status or 'not planned'}"
        return None

    def _patch(
        self, type: str, old: Mapping[str, Any], new: Mapping[str, Any]
    ) -> tuple[dict[str, Any], ...]:
        was, now = _comparable(old, new)
        names = volatile(type, self.ignored)
        steps = jsonpatch.make_patch(was, now).patch
        return tuple(step for step in steps if not _is_noise(step, was, names))


def _comparable(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what both runs know: tags or details that one could not read are left out."""
    was, now = ({name: record[name] for name in COMPARED} for record in (old, new))
    if was["tags"] is None or now["tags"] is None:
        was["tags"] = now["tags"] = None
    unread = {*old["unread"], *new["unread"]}
    for side in (was, now):
        details = side["supplementary"]
        side["supplementary"] = {name: details[name] for name in details if name not in unread}
    return was, now


def _is_noise(step: Mapping[str, Any], was: Mapping[str, Any], names: frozenset[str]) -> bool:
    path = JsonPointer(step["path"])
    if not names.isdisjoint(path.parts):
        return True
    if step["op"] != "replace":
        return False
    values = (path.resolve(was, None), step["value"])
    hidden = [each for each in values if isinstance(each, str) and each.startswith(REDACTED)]
    # Without a fingerprint behind it, the marker can't tell two secrets apart.
    return len(hidden) == len(values) and REDACTED in hidden


def _change(kind: Kind, key: Key, record: Mapping[str, Any], **more: Any) -> Change:
    return Change(kind, key, record["resource_name"], record["arn"], **more)
