"""What is evaluated: a control and the filters that decide it, from a policy or from a rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from scanner.model.control import Expect
from scanner.model.errors import TaskError
from scanner.policies.filter import Filter, each

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.model.control import Control, Rule
    from scanner.policies.filter import Resource

_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Check:
    """A control, and filters that select what violates it; by `expect`, what meets it.

    `standards` gives the control's number in each standard that has it.
    """

    control: Control
    selects: Filter
    standards: Mapping[str, str] = field(default_factory=lambda: _NONE)


def check_of(rule: Rule) -> Check:
    """Make a check of a rule; where the rule fails on a resource, its answer is unknown."""
    wanted = rule.control.expect is not Expect.NONE

    def selected(resource: Resource) -> bool:
        try:
            return bool(rule.complies(resource)) is wanted
        except TaskError:
            raise
        except Exception as exc:  # anybody's code: what it fails on is unknown
            raise TaskError(f"{rule.control.id}: {type(exc).__name__}: {exc}") from exc

    return Check(rule.control, each(selected))
