"""A plan of changes, as data: what it is about, each change, and what could not be planned."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from scanner.model.change import NONE, Risk
from scanner.model.errors import Denied, is_gone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.model.change import Write
    from scanner.model.errors import CallError
    from scanner.model.resource import Call

SCHEMA = 1
"""The number of the layout of plans, results and journals; a change of meaning raises it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a plan: all that apply needs to make one change of one resource.

    `reads` are the calls of the before-image, filled in; `before` is what they answered, by
    name. `undo` gives back what was there; empty where nothing can. `endpoint` is the region
    whose endpoint is called, also for what is global. `goal`, where it is known, is what `reads`
    answer once the change was made; else the action of that name and type tells, by
    `configuration`, `tags` and `options`.
    """

    id: str
    account_id: str
    region: str
    resource_type: str
    resource_id: str
    arn: str | None
    policy: str
    action: str
    does: str
    risk: Risk
    irreversible: bool
    before: Mapping[str, Any]
    writes: tuple[Write, ...]
    undo: tuple[Write, ...]
    partition: str
    service: str
    endpoint: str
    reads: tuple[Call, ...]
    options: Mapping[str, Any] = field(default_factory=lambda: NONE)
    configuration: Mapping[str, Any] = field(default_factory=lambda: NONE)
    tags: Mapping[str, str] | None = None
    goal: Mapping[str, Any] | None = None
    permissions: tuple[str, ...] = ()

    @property
    def resource(self) -> tuple[str, str, str, str]:
        """Identify the resource: changes of one are made one after the other, in order."""
        return self.account_id, self.region, self.resource_type, self.resource_id


class Why(StrEnum):
    """Why something that a policy found is not in a plan."""

    UNKNOWN = "unknown"
    """The policy could not be evaluated there."""
    ACCOUNT = "account"
    """The account could not be entered."""
    DENIED = "denied"
    GONE = "gone"
    ERROR = "error"
    SECRET = "secret"  # noqa: S105 — a word, no password
    """The change would need a secret, and a plan holds none."""
    ACCEPTED = "accepted"
    """An exception accepts it as it is."""
    IRREVERSIBLE = "irreversible"
    """Nothing gives it back: of an undo."""

    @property
    def settled(self) -> bool:
        """Say whether there is nothing to mend, so that a plan may lack it and be whole."""
        return self in (Why.GONE, Why.ACCEPTED, Why.IRREVERSIBLE)


def why_of(exc: CallError) -> Why:
    """Say why a resource that could not be looked at is not planned."""
    if is_gone(exc):
        return Why.GONE
    return Why.DENIED if isinstance(exc, Denied) else Why.ERROR


@dataclass(frozen=True, slots=True)
class Skip:
    """Something a policy found, or may have, that is not planned, and why."""

    account_id: str
    region: str | None
    resource_type: str
    resource_id: str | None
    policy: str
    action: str
    why: Why
    reason: str


@dataclass(frozen=True, slots=True)
class Site:
    """An account of a plan; `resources` counts what the run had there, by type."""

    name: str | None
    partition: str
    ou: str | None
    resources: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Head:
    """What a plan is about. `job` is what made it; of an undo, `undoes` is the digest undone.

    `needs` are the caps that let it through. `fine` counts what policies found that needs no
    change any more.
    """

    job: str
    run_id: str
    created_at: str
    scanner_version: str
    accounts: Mapping[str, Site]
    policies: tuple[str, ...] = ()
    needs: Mapping[str, Any] = field(default_factory=lambda: NONE)
    undoes: str | None = None
    fine: int = 0


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """A plan as it is in its file; `digest` is that of all the rest, in hexadecimal."""

    head: Head
    changes: tuple[Change, ...]
    skipped: tuple[Skip, ...]
    digest: str = ""


def change_id(resource: tuple[str, str, str, str], action: str, options: Mapping[str, Any]) -> str:
    """Name a change: the same resource, action and options give the same in every plan."""
    parts = (*resource, action, repr(sorted(options.items())))
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()[:20]


def in_order(change: Change) -> tuple[str, ...]:
    """Return what puts the changes of a plan into order."""
    return change.account_id, change.region, change.resource_type, change.resource_id, change.action


class Ending(StrEnum):
    """How a change of a plan ended."""

    DONE = "done"
    FOUND_DONE = "found_done"
    """A stopped apply had begun it, and it was done when it was looked at again."""
    REFUSED = "refused"
    """The resource is not as planned: nothing was written, or nothing more."""
    FAILED = "failed"

    @property
    def good(self) -> bool:
        """Say whether the resource is as it should be."""
        return self in (Ending.DONE, Ending.FOUND_DONE)


@dataclass(frozen=True, slots=True)
class Result:
    """How one change ended.

    `after` is the image when all was over, None where the resource is gone or could not be
    read. `written` counts the writes that AWS answered, by `request_ids`; `touched` says that at
    least one may have been sent. `verified` says that AWS showed the resource as it should be.
    """

    id: str
    ending: Ending
    reason: str = ""
    after: Mapping[str, Any] | None = None
    written: int = 0
    request_ids: tuple[str, ...] = ()
    touched: bool = False
    verified: bool = False
    started_at: str = ""
    finished_at: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """What the audit trail tells of a change that was begun before.

    `written` of its writes were answered. `waiting` are the parameters of the last one's wait,
    `image` how the resource was after it, as far as they are known.
    """

    started_at: str
    written: int = 0
    request_ids: tuple[str, ...] = ()
    waiting: Mapping[str, Any] | None = None
    image: Mapping[str, Any] | None = None
