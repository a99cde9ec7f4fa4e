"""Turn a judgement of tags into a line of a plan; a pure translation, it asks nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from scanner.engine.tags import SERVICE
from scanner.model.change import Risk, Write
from scanner.model.planned import Change, change_id
from scanner.model.resource import Call
from scanner.policies.tagging.limits import MOST_TAGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from scanner.model.finding import Subject
    from scanner.policies.tagging.judge import Judgement

ACTION = "tag"
IMAGE = "Tags"
"""The name of the before-image: the tags that a change touches, and no others."""

Pairs = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a resource is called: its partition, and the region of the endpoint."""

    partition: str
    endpoint: str


def change_of(subject: Subject, place: Place, tags: Mapping[str, str], found: Judgement) -> Change:
    """Plan the changes of a resource's tags, which are as they are now; it has an ARN.

    Tags are set before others are removed, so that a rename that fails half-way loses nothing,
    unless the resource has no room for both.
    """
    arn = str(subject.arn)
    touched = sorted({*found.set, *found.remove})
    resource = (
        subject.account_id, subject.region or "", subject.resource_type, subject.resource_id or "",
    )  # fmt: skip
    options = {"set": dict(sorted(found.set.items())), "remove": list(found.remove)}
    had = {key: tags[key] for key in touched if key in tags}
    crowded = len({*tags, *found.set}) > MOST_TAGS
    return Change(
        id=change_id(resource, ACTION, options),
        account_id=resource[0],
        region=resource[1],
        resource_type=resource[2],
        resource_id=resource[3],
        arn=arn,
        policy=", ".join(dict.fromkeys(each.key for each in found.problems if not each.obstacle)),
        action=ACTION,
        does=_said(found),
        risk=Risk.MEDIUM if had else Risk.LOW,
        irreversible=False,
        before={IMAGE: pairs(had)},
        writes=_writes(arn, found.set, found.remove, removing_first=crowded),
        undo=_writes(arn, had, sorted(found.set.keys() - had.keys()), removing_first=crowded),
        partition=place.partition,
        service=SERVICE,
        endpoint=place.endpoint,
        reads=(_read(arn, touched),),
        options=options,
        goal={IMAGE: pairs(found.set)},
    )


def pairs(tags: Mapping[str, str]) -> Pairs:
    """Write tags as the list that the image is, by key."""
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def _read(arn: str, keys: Iterable[str]) -> Call:
    """Read a few of a resource's tags; a resource that never had tags has none of them."""
    literal = orjson.dumps(list(keys)).decode().replace("`", r"\`")
    out = f"sort_by(ResourceTagMappingList[].Tags[] | [?contains(`{literal}`, Key)], &Key)"
    return Call("GetResources", {"ResourceARNList": [arn]}, out=out, name=IMAGE)


def _writes(
    arn: str, tags: Mapping[str, str], keys: Iterable[str], *, removing_first: bool
) -> tuple[Write, ...]:
    both = [*_tag(arn, tags), *_untag(arn, keys)]
    return tuple(reversed(both) if removing_first else both)


def _tag(arn: str, tags: Mapping[str, str]) -> Iterator[Write]:
    if tags:
        params: dict[str, Any] = {"ResourceARNList": [arn], "Tags": dict(sorted(tags.items()))}
        yield Write(SERVICE, "TagResources", params)


def _untag(arn: str, keys: Iterable[str]) -> Iterator[Write]:
    if named := sorted(keys):
        yield Write(SERVICE, "UntagResources", {"ResourceARNList": [arn], "TagKeys": named})


def _said(found: Judgement) -> str:
    parts = [f"set {key}={value}" for key, value in sorted(found.set.items())]
    return ", ".join(parts + [f"remove {key}" for key in found.remove])
