"""What is changed, as data: an action on a resource type, and the calls it plans."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from scanner.model.planned import Change
    from scanner.model.record import Record
    from scanner.model.resource import Call

NONE: Mapping[str, Any] = MappingProxyType({})


class Risk(StrEnum):
    """What an action may do to those who use the resource. Members stand in order.

    `LOW`: nobody notices. `MEDIUM`: someone who relied on the violation notices. `HIGH`: a
    service stops, or something is gone.
    """

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Write:
    """One call that changes something, filled in: a plan holds it, apply sends it as it is.

    `service` is botocore's name. `wait` names botocore's waiter that must be satisfied before
    the next write of the same change; `wait_params` are its parameters, in which a string
    `$Member.Path` is filled in from this call's answer. `failures` names the member of the
    answer that lists what failed though the call did not: the write is done where it is empty.
    """

    service: str
    operation: str
    params: Mapping[str, Any]
    wait: str = ""
    wait_params: Mapping[str, Any] = field(default_factory=lambda: NONE)
    failures: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """What a policy may say of an action: `{type: set-retention, days: 365}`.

    `schema` is a JSON Schema of the value; without a default the option must be given.
    """

    name: str
    schema: Mapping[str, Any]
    default: Any = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A resource a policy found, as an action sees it.

    `configuration` and `tags` are the record's. `before` is the before-image: what the action's
    reads answered just now, by name; None where the answer was one of `absent`. `options` are
    the policy's, checked, with defaults filled in. `now` is when the plan is made: dates that an
    action writes count from it. `after` is what the reads answered once the change was made:
    `undo` alone sees it, where AWS has given a name to what is to be removed.
    """

    account_id: str
    region: str
    partition: str
    resource_type: str
    resource_id: str
    arn: str | None
    configuration: Mapping[str, Any]
    tags: Mapping[str, str] | None
    before: Mapping[str, Any]
    options: Mapping[str, Any] = field(default_factory=lambda: NONE)
    now: datetime | None = None
    after: Mapping[str, Any] = field(default_factory=lambda: NONE)

    @classmethod
    def of(
        cls, known: Record | Change, before: Mapping[str, Any], options: Mapping[str, Any] = NONE
    ) -> Self:
        """Return what an action sees of a resource, by its record or by a change of it."""
        return cls(
            account_id=known.account_id,
            region=known.region,
            partition=known.partition,
            resource_type=known.resource_type,
            resource_id=known.resource_id,
            arn=known.arn,
            configuration=known.configuration,
            tags=known.tags,
            before=before,
            options=options,
        )


@dataclass(frozen=True, slots=True)
class Action:
    """One way to change a resource of one type; its functions are pure.

    `name` is the word in a policy's `actions`, Custodian's where it has one. `service` is
    botocore's name. `reads` are detail calls on the record's configuration, each with a `name`:
    together they are the before-image, so their `out` takes just what the action rests on or
    touches and what would make it wrong had it changed (a volume's `State` and `Attachments`).
    `needed` says whether there is anything to do: it must be False once `writes` were done.
    `writes` gives the calls, in order; `undo` those that give back what `before` shows. Without
    `undo` nothing can: the action is irreversible.
    `calls` names the operations of `service` that writes and undo may give, so that it can be
    told what an action needs before anything is found; `permissions` are IAM actions beyond
    those of the calls themselves.
    """

    name: str
    type: str
    service: str
    does: str
    risk: Risk
    reads: tuple[Call, ...]
    needed: Callable[[Found], bool]
    writes: Callable[[Found], Sequence[Write]]
    undo: Callable[[Found], Sequence[Write]] | None = None
    options: tuple[Option, ...] = ()
    permissions: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()

    @property
    def irreversible(self) -> bool:
        """Say whether nothing can give back what was there."""
        return self.undo is None


@dataclass(frozen=True, slots=True)
class Chosen:
    """An action that a policy asks for, with its options checked and defaults filled in."""

    action: Action
    options: Mapping[str, Any]
