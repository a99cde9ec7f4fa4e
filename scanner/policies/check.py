"""What is evaluated: a control and the filters that decide it, from a policy or from a rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from scanner.model.control import Expect
from scanner.model.errors import TaskError
from scanner.policies.filter import Filter, each
from scanner.policies.reads import NOTHING, together

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scanner.model.change import Chosen
    from scanner.model.control import Control, Rule
    from scanner.policies.filter import Resource
    from scanner.policies.reads import Reads

_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Check:
    """A control, and filters that select what violates it; by `expect`, what meets it.

    `standards` gives the control's number in each standard that has it. Resources that `when`
    does not select are not judged: they neither pass nor fail. `actions` are what a plan does
    about what fails; a check performs none.
    """

    control: Control
    selects: Filter
    standards: Mapping[str, str] = field(default_factory=lambda: _NONE)

    when: Filter | None = None
    actions: tuple[Chosen, ...] = ()

    @property
    def reads(self) -> Reads:
        """The members that deciding it needs, None where it may need any."""
        return together([self.selects.reads, self.when.reads if self.when else NOTHING])

    def applies(self, resource: Resource) -> bool:
        """Say whether a resource is to be judged; fails as `select` does."""
        return self.when is None or bool(_safely(self.when, [resource]))

    def picks(self, resource: Resource) -> bool:
        """Say whether one resource is selected; fails as `select` does."""
        if self.selects.match is None:
            return bool(self.select([resource]))
        try:
            return self.selects.match(resource)
        except TaskError:
            raise
        except Exception as exc:  # as in `_safely`
            raise _unknown(exc) from exc

    def select(self, resources: Sequence[Resource]) -> list[Resource]:
        """Select among resources; whatever goes wrong raises TaskError: the answer is unknown."""
        return _safely(self.selects, resources)


def check_of(rule: Rule) -> Check:
    """Make a check of a rule."""
    wanted = rule.control.expect is not Expect.NONE
    reads = None if rule.details is None else frozenset(rule.details)
    return Check(
        rule.control, each(lambda resource: bool(rule.complies(resource)) is wanted, reads)
    )


def _safely(chosen: Filter, resources: Sequence[Resource]) -> list[Resource]:
    try:
        return chosen.select(resources)
    except TaskError:
        raise
    except Exception as exc:  # anybody's rule and resource: what fails is unknown
        raise _unknown(exc) from exc


def _unknown(exc: Exception) -> TaskError:
    return TaskError(f"{type(exc).__name__}: {exc}")
