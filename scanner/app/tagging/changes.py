"""Turn a judgement of tags into a line of a plan; a pure translation, it asks nobody."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import orjson

from scanner.catalog.setting import on
from scanner.catalog.tag_calls import TAGS
from scanner.model.change import Found, Risk, Write
from scanner.model.planned import Change, change_id
from scanner.policies.tagging.limits import MOST_TAGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scanner.catalog.tag_calls import TagCalls
    from scanner.model.resource import Call
    from scanner.policies.tagging.judge import Judgement

ACTION = "tag"


@dataclass(frozen=True, slots=True)
class Tagged:
    """A resource with its tags as they are now, and how it is tagged.

    `found.before` has the answer to `calls.read`, `endpoint` is the region of the endpoint.
    """

    found: Found
    calls: TagCalls
    endpoint: str
    tags: Mapping[str, str]


def read_of(found: Found, calls: TagCalls) -> Call:
    """Return the call that reads a resource's tags, filled in."""
    return replace(calls.read, params=on(found, calls.read.params))


def change_of(tagged: Tagged, judgement: Judgement) -> Change:
    """Plan what a judgement says.

    The image is that of the touched tags alone: what becomes of others is no drift. Tags are set
    before others are removed, so that a rename that fails half-way loses nothing, unless the
    resource has no room for both.
    """
    found, tags = tagged.found, tagged.tags
    touched = sorted({*judgement.set, *judgement.remove})
    options = {"set": dict(sorted(judgement.set.items())), "remove": list(judgement.remove)}
    resource = found.account_id, found.region, found.resource_type, found.resource_id
    had = {key: tags[key] for key in touched if key in tags}
    crowded = len({*tags, *judgement.set}) > MOST_TAGS
    keys = dict.fromkeys(each.key for each in judgement.problems if each.obstacle is None)
    return Change(
        id=change_id(resource, ACTION, options),
        account_id=found.account_id,
        region=found.region,
        resource_type=found.resource_type,
        resource_id=found.resource_id,
        arn=found.arn,
        policy=", ".join(keys),
        action=ACTION,
        does=_said(judgement),
        risk=Risk.MEDIUM if had else Risk.LOW,
        irreversible=False,
        before={TAGS: pairs(had)},
        writes=_writes(tagged, judgement.set, judgement.remove, crowded=crowded),
        undo=_writes(tagged, had, sorted(judgement.set.keys() - had.keys()), crowded=crowded),
        partition=found.partition,
        service=tagged.calls.service,
        endpoint=tagged.endpoint,
        reads=(_only(read_of(found, tagged.calls), touched),),
        options=options,
        goal={TAGS: pairs(judgement.set)},
        permissions=tagged.calls.permissions,
    )


def pairs(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Write tags as the list that the image is, by key."""
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def _only(read: Call, keys: Iterable[str]) -> Call:
    """Let a read give a few tags only, by key; none where there are none at all."""
    literal = orjson.dumps(list(keys)).decode().replace("`", r"\`")
    chosen = f"not_null({read.out}, `[]`)[?contains(`{literal}`, Key)].{{Key: Key, Value: Value}}"
    return replace(read, out=f"sort_by({chosen}, &Key)")


def _writes(
    tagged: Tagged, tags: Mapping[str, str], keys: Iterable[str], *, crowded: bool
) -> tuple[Write, ...]:
    found, calls, named = tagged.found, tagged.calls, sorted(keys)
    setting = [calls.set(found, dict(sorted(tags.items())))] if tags else []
    removing = [calls.remove(found, named)] if named else []
    return tuple(removing + setting if crowded else setting + removing)


def _said(judgement: Judgement) -> str:
    parts = [f"set {key}={value}" for key, value in sorted(judgement.set.items())]
    return ", ".join(parts + [f"remove {key}" for key in judgement.remove])
