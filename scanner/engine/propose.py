"""Propose changes of what policies found: read each resource as it is now; it writes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import orjson

from scanner.aws.visit import Meter, visiting
from scanner.engine.image import filled, shows_secrets
from scanner.model.change import Found
from scanner.model.errors import AccountError, CallError, TaskError
from scanner.model.paths import has_gap, lookup
from scanner.model.planned import Change, Skip, Why, change_id, why_of
from scanner.model.target import GLOBAL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from scanner.aws.access import Leases
    from scanner.engine.image import Camera
    from scanner.model.change import Action, Chosen, Write
    from scanner.model.record import Record
    from scanner.model.resource import Call
    from scanner.model.target import Account


@dataclass(frozen=True, slots=True)
class Candidate:
    """A resource that policies found, by their names, and what they want done about it."""

    record: Record
    policy: str
    chosen: Chosen

    @property
    def id(self) -> str:
        """Name the change that may come of it."""
        record = self.record
        where = (record.account_id, record.region, record.resource_type, record.resource_id)
        return change_id(where, self.chosen.action.name, self.chosen.options)

    def skip(self, why: Why, reason: str) -> Skip:
        """Say why there is no change."""
        record = self.record
        return Skip(
            record.account_id,
            record.region,
            record.resource_type,
            record.resource_id,
            self.policy,
            self.chosen.action.name,
            why,
            reason,
        )


@dataclass(slots=True)
class Proposed:
    """What came of candidates; `fine` counts those that need no change any more."""

    changes: list[Change] = field(default_factory=list)
    skipped: list[Skip] = field(default_factory=list)
    fine: int = 0


@dataclass(frozen=True, slots=True)
class Proposer:
    """Looks at resources in their accounts and says what would be changed."""

    camera: Camera
    leases: Leases
    accounts: Mapping[str, Account]
    home_of: Callable[[Account], str]
    now: datetime
    proposed: Proposed = field(default_factory=Proposed)

    async def look(self, candidate: Candidate) -> None:
        """Look at one resource; what comes of it is in `proposed`, whatever happens."""
        try:
            change = await self._propose(candidate)
        except AccountError as exc:
            self._skip(candidate, Why.ACCOUNT, exc.message)
        except CallError as exc:
            self._skip(candidate, why_of(exc), str(exc))
        except TaskError as exc:
            self._skip(candidate, Why.ERROR, str(exc))
        else:
            if change is None:
                self.proposed.fine += 1
            elif any(shows_secrets(each.params) for each in (*change.writes, *change.undo)):
                self._skip(candidate, Why.SECRET, "it would put a secret into the plan")
            else:
                self.proposed.changes.append(change)

    async def _propose(self, candidate: Candidate) -> Change | None:
        record, action = candidate.record, candidate.chosen.action
        endpoint = self._endpoint(record)
        reads = filled(action.reads, lambda name: _named(record, name))
        if any(has_gap(call.params) for call in reads):
            raise TaskError(f"the run does not tell what {action.name} has to ask for")
        identity = self.leases.of(self.accounts[record.account_id])
        with visiting(identity, Meter()):
            await identity.fresh()
            image = await self.camera.take(action.service, endpoint, reads)
        found = replace(Found.of(record, image, candidate.chosen.options), now=self.now)
        if not due(action, found):
            return None
        configuration, tags = self.camera.described(record)
        return replace(
            _change(candidate, endpoint, reads, found),
            before=self.camera.shown(record.resource_type, image),
            configuration=configuration,
            tags=tags,
        )

    def _endpoint(self, record: Record) -> str:
        if record.region != GLOBAL:
            return record.region
        known = self.camera.types.get(record.resource_type)
        return (known and known.home) or self.home_of(self.accounts[record.account_id])

    def _skip(self, candidate: Candidate, why: Why, reason: str) -> None:
        self.proposed.skipped.append(candidate.skip(why, reason))


def due(action: Action, found: Found) -> bool:
    """Say whether an action has anything to do; raises TaskError where it can't tell."""
    try:
        return bool(action.needed(found))
    except Exception as exc:  # anybody's action
        raise TaskError(f"{action.name} can't judge it: {type(exc).__name__}: {exc}") from exc


def still_needed(
    actions: Mapping[tuple[str, str], Action], now: datetime
) -> Callable[[Change, Mapping[str, Any]], bool]:
    """Make what says by an image whether a change that was planned `now` is still due."""

    def needed(change: Change, image: Mapping[str, Any]) -> bool:
        if change.goal is not None:
            return image != change.goal
        action = actions.get((change.resource_type, change.action))
        if action is None:
            raise TaskError(f"there is no action {change.action} for {change.resource_type} here")
        return due(action, replace(Found.of(change, image, change.options), now=now))

    return needed


def undo_of(action: Action, change: Change, after: Mapping[str, Any]) -> tuple[Write, ...]:
    """Return what gives back how a resource was, now that it looks like `after`."""
    if action.undo is None:
        return ()
    found = Found.of(change, change.before, change.options)
    return _written(action, action.undo, replace(found, after=after))


def _named(record: Record, name: str) -> Any:
    """Look a placeholder's name up in a record."""
    known = {
        "account": record.account_id,
        "region": record.region,
        "partition": record.partition,
        "arn": record.arn,
    }
    if name in known:
        return known[name]
    value = lookup(record.configuration, name)
    return lookup(record.supplementary, name) if value is None else value


def _change(candidate: Candidate, endpoint: str, reads: Sequence[Call], found: Found) -> Change:
    record, action = candidate.record, candidate.chosen.action
    writes = _written(action, action.writes, found)
    undo = _written(action, action.undo, found) if action.undo else ()
    if not writes:
        raise TaskError(f"{action.name} is needed, and has nothing to write")
    return Change(
        id=candidate.id,
        account_id=record.account_id,
        region=record.region,
        resource_type=record.resource_type,
        resource_id=record.resource_id,
        arn=record.arn,
        policy=candidate.policy,
        action=action.name,
        does=action.does,
        risk=action.risk,
        irreversible=action.irreversible,
        before=found.before,
        writes=writes,
        undo=undo,
        partition=record.partition,
        service=action.service,
        endpoint=endpoint,
        reads=tuple(reads),
        options=found.options,
        permissions=action.permissions,
    )


def _written(
    action: Action, make: Callable[[Found], Sequence[Write]], found: Found
) -> tuple[Write, ...]:
    """Have an action say its calls; raises TaskError where it can't, or no file can hold them."""
    try:
        return tuple(
            replace(each, params=_json(each.params), wait_params=_json(each.wait_params))
            for each in make(found)
        )
    except Exception as exc:  # anybody's action
        raise TaskError(f"{action.name} fails on it: {type(exc).__name__}: {exc}") from exc


def _json(params: Mapping[str, Any]) -> Any:
    return orjson.loads(orjson.dumps(params, default=dict))
