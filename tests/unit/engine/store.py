"""Resources in memory, changed by plans through the engine's own port; asserts nothing."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import anyio
import anyio.lowlevel

from scanner.engine.apply import Apply, Rules
from scanner.model.change import Risk, Write
from scanner.model.errors import CallError, Unavailable
from scanner.model.planned import Change, ChangePlan, Head, Site, change_id
from scanner.model.resource import Call
from scanner.output.trail import open_trail

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
TYPE = "AWS::Test::Thing"
ACCOUNTS = tuple(f"{number:012d}" for number in range(1, 4))


class Killed(BaseException):
    """What kill -9 is to a test."""


@dataclass
class Said:
    members: dict[str, Any]
    request_id: str


@dataclass
class Store:
    """The hands of an apply. `fates` are what befalls the writes of a resource, in order.

    A fate is None, "lost" (done, but the answer is), "vain" (not done, and no answer), or an
    error that is raised. Every call, and every note of the trail, is a step; `killed_at` ends it.
    """

    things: dict[tuple[str, ...], dict[str, Any]]
    fates: dict[str, list[Any]] = field(default_factory=dict)
    written: Counter = field(default_factory=Counter)
    sent: list[tuple[str, str]] = field(default_factory=list)
    waited: list[dict[str, Any]] = field(default_factory=list)
    steps: int = 0
    killed_at: int = -1

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.killed_at:
            raise Killed

    async def look(self, change):
        await anyio.lowlevel.checkpoint()
        self.step()
        thing = self.things.get(change.resource)
        if thing is None:
            raise CallError("GetThing", "ThingNotFound", "there is none")
        return {call.name: thing.get(call.name) for call in change.reads}

    async def write(self, change, write):
        await anyio.lowlevel.checkpoint()
        self.step()
        fates = self.fates.get(change.resource_id) or [None]
        fate = fates.pop(0)
        self.sent.append((change.resource_id, write.params["Name"]))
        if isinstance(fate, Exception):
            raise fate
        if fate != "vain":
            self.things[change.resource][write.params["Name"]] = write.params["Value"]
            self.written[change.resource, write.params["Name"]] += 1
        self.step()
        if fate in ("lost", "vain"):
            raise Unavailable("PutThing", "Reset", "the connection was reset")
        if isinstance(fate, dict):
            return Said(fate, "r")
        return Said({"Id": change.resource_id}, f"request-{len(self.sent)}")

    async def wait(self, change, write, params):
        self.step()
        self.waited.append(dict(params))


def put(name, value, **more):
    return Write("test", "PutThing", {"Name": name, "Value": value}, **more)


def change(account, id, values, before, **more):
    """Make a change that gives a thing these values, one write each."""
    resource = (account, "eu-west-1", TYPE, id)
    fields = {
        "id": change_id(resource, "set", dict(values)),
        "account_id": account, "region": "eu-west-1", "resource_type": TYPE, "resource_id": id,
        "arn": f"arn:aws:test:eu-west-1:{account}:{id}", "policy": "p", "action": "set",
        "does": "set it", "risk": Risk.LOW, "irreversible": False,
        "before": {name: before.get(name) for name in values},
        "writes": tuple(put(name, value) for name, value in values.items()),
        "undo": tuple(put(name, before.get(name)) for name in values),
        "partition": "aws", "service": "test", "endpoint": "eu-west-1",
        "reads": tuple(Call("GetThing", name=name) for name in values),
        "options": dict(values),
    }  # fmt: skip
    return Change(**fields | more)


def needed(change, image):
    """Say whether a change is due; those that undo say themselves."""
    if change.goal is not None:
        return image != change.goal
    return image != {name: change.options[name] for name in image}


def plan_of(changes, of=100, **more):
    sites = {each: Site(f"name-{each}", "aws", None, {TYPE: of}) for each in ACCOUNTS}
    head = Head(
        "remediation", "20261124T080000Z-7f3a9c", "2026-11-24T08:00:00Z", "1", sites, **more
    )
    return ChangePlan(head, tuple(changes), (), "d" * 64)


async def apply(out, store, changes, **rules):
    """Apply changes as far as it goes; where the store kills it, return None."""
    opening = open_trail(out, "d" * 64, {"operator": "me"}, lambda: NOW)
    with ExitStack() as held:
        trail = await anyio.to_thread.run_sync(held.enter_context, opening)
        close = held.pop_all().close
        try:
            work = Apply(tuple(changes), store, Stepping(trail, store), needed, of(rules))
            return await work.run()
        except Killed:
            return None
        finally:
            await anyio.to_thread.run_sync(close)


def of(rules):
    return Rules(**{"at_once": 1, **rules})


class Stepping:
    """A trail on disk whose every note is a step of the store."""

    def __init__(self, trail, store):
        self.results, self.begun = trail.results, trail.begun
        self._trail, self._store = trail, store

    def note(self, event, id, **facts):
        self._store.step()
        return self._trail.note(event, id, **facts)

    def end(self, result):
        self._store.step()
        return self._trail.end(result)
