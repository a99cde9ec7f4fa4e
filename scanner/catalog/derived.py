"""Make resource types of the derived facts, and leave out what somebody declared better."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scanner.catalog.facts import header, rows
from scanner.model.resource import NONE, Call, ResourceType

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

_LIKEWISE = ("id", "arn", "name", "created", "tags", "scope", "home")
_FIRST_MEMBER = re.compile(r"\w*")


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An operation that lists something and is no type of the catalogue."""

    service: str
    operation: str
    reason: str
    text: str


def derived_types(declared: Collection[ResourceType]) -> Iterator[ResourceType]:
    """Yield the derived types that no declaration stands for, by name or by listing the same."""
    names = {each.type for each in declared}
    by_operation: dict[tuple[str, str], list[ResourceType]] = {}
    for each in declared:
        by_operation.setdefault((each.service, each.list.operation), []).append(each)
    for row in rows("derived"):
        if row["type"] in names:
            continue
        derived = _type(row)
        likewise = by_operation.get((derived.service, derived.list.operation), ())
        if not any(_lists_the_same(each.list, derived.list) for each in likewise):
            yield derived


def exclusions() -> Iterator[Exclusion]:
    """Yield what the derivation left out, with its reasons."""
    texts = header("excluded")["reasons"]
    for row in rows("excluded"):
        reason = row["reason"]
        yield Exclusion(row["service"], row["operation"], reason, texts[reason])


def _type(row: Mapping[str, Any]) -> ResourceType:
    return ResourceType(
        row["type"],
        service=row["service"],
        list=Call(row["operation"], row.get("params", NONE), out=row["out"]),
        redact=tuple(row.get("redact", ())),
        derived=True,
        **{"id": "", **{name: row[name] for name in _LIKEWISE if name in row}},
    )


def _lists_the_same(declared: Call, derived: Call) -> bool:
    """Compare calls of one operation: another list, or another value, makes another type."""
    shared = declared.params.keys() & derived.params.keys()
    same_list = _first_member(declared.out) == _first_member(derived.out)
    return same_list and all(declared.params[name] == derived.params[name] for name in shared)


def _first_member(out: str) -> str:
    found = _FIRST_MEMBER.match(out)
    return found[0] if found else ""
