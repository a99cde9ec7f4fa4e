"""Make the actions on tags for a type that has them: tag, remove-tag, rename-tag, mark-for-op."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from scanner.catalog.setting import TEXT
from scanner.catalog.tag_calls import TAGS, tag_calls
from scanner.model.change import Action, Option, Risk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from scanner.catalog.tag_calls import TagCalls
    from scanner.model.change import Found, Write
    from scanner.model.resource import ResourceType

NAMES = ("mark-for-op", "remove-tag", "rename-tag", "tag")
"""The actions that every type with tags has."""

MARK = "maid_status"
MESSAGE = "Resource does not meet policy: {op}@{action_date}"
"""Where and how Custodian marks; its filter `marked-for-op` reads what follows the last colon."""

RESERVED = "aws:"
"""How the keys begin that are AWS's own; nobody else may change them."""

KEY = {"type": "string", "minLength": 1, "maxLength": 128, "not": {"pattern": f"^{RESERVED}"}}
VALUE = {"type": "string", "maxLength": 256}
COUNT = {"type": "integer", "minimum": 0}


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of tags: those to set, and the keys to remove after that."""

    set: Mapping[str, str]
    remove: Sequence[str] = ()


def tag_actions(type: ResourceType) -> Iterator[Action]:
    """Yield the actions on a type's tags, none where they can't be changed."""
    calls = tag_calls(type)
    if calls is None:
        return
    for name, does, change, options in _KINDS:
        yield _action(type, calls, (name, does), change, options)


def _action(
    type: ResourceType,
    calls: TagCalls,
    words: tuple[str, str],
    change: Callable[[Found], Change],
    options: tuple[Option, ...],
) -> Action:
    name, does = words
    return Action(
        name,
        type.type,
        calls.service,
        does,
        Risk.LOW,
        reads=(calls.read,),
        needed=lambda found: _does(change(found)),
        writes=lambda found: [*_writes(calls, found, change(found))],
        undo=lambda found: [*_writes(calls, found, _reverse(found, change(found)))],
        options=options,
        permissions=calls.permissions,
        calls=calls.writes,
    )


def _does(change: Change) -> bool:
    return bool(change.set or change.remove)


def _writes(calls: TagCalls, found: Found, change: Change) -> Iterator[Write]:
    if change.set:
        yield calls.set(found, dict(sorted(change.set.items())))
    if change.remove:
        yield calls.remove(found, sorted(change.remove))


def _reverse(found: Found, change: Change) -> Change:
    before = _current(found)
    touched = {*change.set, *change.remove}
    return Change({key: before[key] for key in touched & before.keys()}, [*touched - before.keys()])


def _current(found: Found) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in found.before[TAGS] or ()}


def _set(found: Found) -> Change:
    key, tags = found.options["key"] or found.options["tag"], found.options["tags"]
    wanted = dict(tags or {}) | ({key: found.options["value"]} if key else {})
    now = _current(found)
    return Change({key: value for key, value in wanted.items() if now.get(key) != value})


def _remove(found: Found) -> Change:
    return Change({}, [*_current(found).keys() & {*found.options["tags"]}])


def _rename(found: Found) -> Change:
    """Give a value another key; a tag that bears the new key already is not overwritten."""
    old, new = found.options["old_key"], found.options["new_key"]
    now = _current(found)
    if old not in now or now.get(new, now[old]) != now[old] or old == new:
        return Change({})
    return Change({} if new in now else {new: now[old]}, [old])


def _mark(found: Found) -> Change:
    """Mark unless marked for this already: the day that was set stays."""
    tag, op = found.options["tag"], found.options["op"]
    marked = _current(found).get(tag, "").rpartition(":")[2].strip()
    if marked.partition("@")[0] == op and "@" in marked:
        return Change({})
    text = found.options["msg"].format(op=op, action_date=_day(found))
    return Change({tag: text})


def _day(found: Found) -> str:
    if found.now is None:
        raise ValueError("a mark's date counts from when the plan is made, which is not given")
    hours = found.options["hours"]
    due = found.now + timedelta(days=found.options["days"], hours=hours)
    return due.strftime("%Y/%m/%d %H%M UTC" if hours else "%Y/%m/%d")


_KINDS: tuple[tuple[str, str, Callable[[Found], Change], tuple[Option, ...]], ...] = (
    (
        "mark-for-op",
        "mark a resource for an action on a later day, which `marked-for-op` finds then",
        _mark,
        (
            Option("op", TEXT, default="stop"),
            Option("days", COUNT, default=0),
            Option("hours", COUNT, default=0),
            Option("tag", KEY, default=MARK),
            Option("tz", {"enum": ["utc", "UTC"]}, default="utc"),
            Option("msg", {"type": "string", "pattern": r":\s*\{op\}@\{action_date\}$"}, MESSAGE),
        ),
    ),
    (
        "remove-tag",
        "remove tags",
        _remove,
        (Option("tags", {"type": "array", "items": KEY, "minItems": 1}, required=True),),
    ),
    (
        "rename-tag",
        "give a tag another key, unless that one is taken",
        _rename,
        (Option("old_key", KEY, required=True), Option("new_key", KEY, required=True)),
    ),
    (
        "tag",
        "set tags",
        _set,
        (
            Option("key", KEY),
            Option("tag", KEY),
            Option("value", VALUE, default=""),
            Option("tags", {"type": "object", "propertyNames": KEY, "additionalProperties": VALUE}),
        ),
    ),
)
