"""What is checked, as data: a control, and a rule in Python that decides it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


class Severity(StrEnum):
    """How bad a failure is. Members stand in order, the worst last."""

    INFORMATIONAL = "informational"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Expect(StrEnum):
    """What a control expects of the resources that are selected.

    `NONE`: whatever is selected fails, by itself. `REGION`, `ACCOUNT`: each account and region,
    or each account, fails that has no resource selected.
    """

    NONE = "none"
    REGION = "region"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Control:
    """One thing that ought to be so; `id` never changes, findings are known by it.

    `types` are the resource types it looks at. `standard` is the body of rules it is from, and
    empty for the user's own.
    """

    id: str
    title: str
    types: tuple[str, ...]
    severity: Severity = Severity.MEDIUM
    rationale: str = ""
    remediation: str = ""
    links: tuple[str, ...] = ()
    standard: str = ""
    expect: Expect = Expect.NONE


Predicate: TypeAlias = "Callable[[Mapping[str, Any]], bool]"


@dataclass(frozen=True, slots=True)
class Rule:
    """A control and the pure, synchronous predicate that says whether a resource complies.

    The resource is a mapping of AWS's own members, of its details by name, and of `Tags`, a
    list of keys and values. To read a detail that could not be read raises TaskError: the
    answer is unknown then, and the rule need not care.

    `details` names those that it reads, `Tags` among them, so that a scan for it need not ask
    for others; None where it may read any.
    """

    control: Control
    complies: Predicate = field(repr=False)
    details: tuple[str, ...] | None = None


def rule(control: Control, details: Iterable[str] | None = None) -> Callable[[Predicate], Rule]:
    """Make a rule of a predicate, and of the names of the details that it reads."""
    read = None if details is None else tuple(details)

    def make(complies: Predicate) -> Rule:
        return Rule(control, complies, read)

    return make
