"""What a compiled filter is: a choice among resources; it knows no syntax."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from scanner.policies.reads import together

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scanner.policies.reads import Reads

Resource: TypeAlias = "dict[str, Any]"
"""What AWS answered of one resource, in its own member names."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Selects resources; `match` judges one alone, and is None where all of them count.

    `reads` names the members it looks at, None where it may look at any.
    """

    select: Callable[[Sequence[Resource]], list[Resource]]
    match: Callable[[Resource], bool] | None = None
    reads: Reads = None


def each(match: Callable[[Resource], bool], reads: Reads = None) -> Filter:
    """Make a filter that judges every resource by itself."""
    return Filter(lambda resources: [one for one in resources if match(one)], match, reads)


def all_of(filters: Sequence[Filter]) -> Filter:
    """Select what every filter selects, each among what the one before left."""
    matches = [one.match for one in filters if one.match is not None]
    reads = together(one.reads for one in filters)
    if len(matches) == len(filters):
        return each(lambda resource: all(match(resource) for match in matches), reads)

    def select(resources: Sequence[Resource]) -> list[Resource]:
        left = list(resources)
        for one in filters:
            left = one.select(left)
        return left

    return Filter(select, reads=reads)


def any_of(filters: Sequence[Filter]) -> Filter:
    """Select what some filter selects."""
    matches = [one.match for one in filters if one.match is not None]
    reads = together(one.reads for one in filters)
    if len(matches) == len(filters):
        return each(lambda resource: any(match(resource) for match in matches), reads)

    def select(resources: Sequence[Resource]) -> list[Resource]:
        chosen = {id(found) for one in filters for found in one.select(resources)}
        return [each for each in resources if id(each) in chosen]

    return Filter(select, reads=reads)


def none_of(filters: Sequence[Filter]) -> Filter:
    """Select what the filters together do not select: `not` of their conjunction."""
    inner = all_of(filters)
    if inner.match is not None:
        match = inner.match
        return each(lambda resource: not match(resource), inner.reads)

    def select(resources: Sequence[Resource]) -> list[Resource]:
        chosen = {id(found) for found in inner.select(resources)}
        return [each for each in resources if id(each) not in chosen]

    return Filter(select, reads=inner.reads)
