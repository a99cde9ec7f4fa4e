"""Judge the tags of one resource, and say which changes of tags mend what can be mended.

Nothing is removed or overwritten unless a rule says so; to judge what was mended finds nothing
more to change.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import TYPE_CHECKING

from scanner.policies.tagging.demand import Demand, demands_of, missing
from scanner.policies.tagging.limits import is_hidden, is_reserved
from scanner.policies.tagging.mend import Mend
from scanner.policies.tagging.scope import type_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from scanner.model.finding import Subject
    from scanner.policies.tagging.mend import Mended
    from scanner.policies.tagging.rules import Rules, Unwanted
    from scanner.policies.tagging.scope import Owner

_NONE: Mapping[str, str] = MappingProxyType({})
_UNSAID = "the policy does not say what to set"


class Kind(StrEnum):
    """What can be wrong with a tag."""

    MISSING = "missing"
    VALUE = "wrong value"
    CASE = "wrong case"
    RENAMED = "old name"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one tag of a resource; without an `obstacle` the changes mend it.

    `key` is the key as it ought to be, `found` the one that is there, None where none is.
    `enforced`: AWS itself would refuse to set the tag so, by a policy of Organizations.
    """

    kind: Kind
    key: str
    found: str | None = None
    value: str | None = None
    wanted: str = ""
    enforced: bool = False
    obstacle: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is wrong with a resource's tags, and the changes that mend it."""

    problems: tuple[Problem, ...] = ()
    set: Mapping[str, str] = field(default_factory=lambda: _NONE)
    remove: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Say whether there is anything to change."""
        return bool(self.set or self.remove)


_Wants = tuple[tuple[Demand, ...], tuple["Unwanted", ...]]


class Judge:
    """Judges the resources of one account by what the rules say there."""

    def __init__(self, rules: Rules, owner: Owner) -> None:
        account = owner.account
        self.owner = owner
        self._rules = tuple(each for each in rules.rules if each.scope.has_account(account))
        self._unwanted = tuple(each for each in rules.unwanted if each.scope.has_account(account))
        self._spared = rules.spared
        self._known: dict[tuple[str, ...], _Wants] = {}

    def concerns(self, subject: Subject) -> bool:
        """Say whether any rule is about a resource."""
        return any(self._wants(subject))

    def judge(self, subject: Subject, tags: Mapping[str, str]) -> Judgement:
        """Judge a resource's tags."""
        mend = self._mend(subject)
        found = tuple(_check(mend, tags))
        mended = mend.apply(tags)
        left = tuple(_check(mend, mended.tags))
        new = (each for each in left if each not in found)
        return Judgement(
            tuple(_told(each, left, mended) for each in (*found, *new)),
            {key: value for key, value in mended.tags.items() if tags.get(key) != value},
            tuple(sorted(key for key in tags if key not in mended.tags)),
        )

    def _mend(self, subject: Subject) -> Mend:
        """Return what the rules mean for a resource, less what exceptions spare."""
        demands, unwanted = self._wants(subject)
        unit = self.owner.account.ou
        spared = [each.key for each in self._spared if each.covers(subject, unit)]
        demands = tuple(each for each in demands if not _any(each.key, spared))
        keys = {each.key for each in demands}

        def against(key: str) -> Unwanted | None:
            if is_reserved(key) or key in keys or _any(key, spared):
                return None
            return next((each for each in unwanted if fnmatchcase(key, each.key)), None)

        return Mend(demands, against, self.owner)

    def _wants(self, subject: Subject) -> _Wants:
        names = type_names(subject.resource_type, subject.arn)
        if names not in self._known:
            unwanted = tuple(each for each in self._unwanted if each.scope.has_type(names))
            self._known[names] = demands_of(self._rules, names), unwanted
        return self._known[names]


def _check(mend: Mend, tags: Mapping[str, str]) -> Iterator[Problem]:
    """Yield what is wrong with tags."""
    for demand in mend.demands:
        yield from _check_key(demand, tags)
        value = tags.get(demand.key)
        if value is not None and not is_hidden(value):
            yield from _check_value(demand, value)
    for key in sorted(tags):
        if mend.unwanted(key) is not None:
            yield Problem(Kind.FORBIDDEN, key, key, tags[key])


def _check_key(demand: Demand, tags: Mapping[str, str]) -> Iterator[Problem]:
    for key in demand.other_case(tags):
        yield Problem(Kind.CASE, demand.key, key, tags[key], enforced=demand.enforced)
    for key in demand.older(tags):
        yield Problem(Kind.RENAMED, demand.key, key, tags[key])
    if missing(demand, tags):
        yield Problem(Kind.MISSING, demand.key, wanted=demand.wanted)


def _check_value(demand: Demand, value: str) -> Iterator[Problem]:
    cased = demand.differs_in_case(value)
    if cased or not demand.allows(value):
        kind = Kind.CASE if cased else Kind.VALUE
        yield Problem(kind, demand.key, demand.key, value, demand.wanted, demand.enforced)


def _told(problem: Problem, left: Sequence[Problem], mended: Mended) -> Problem:
    """Say of a problem that is left what kept it from being mended."""
    if problem not in left:
        return problem
    key = problem.found or problem.key
    return replace(problem, obstacle=mended.obstacles.get(key, _UNSAID))


def _any(key: str, globs: Iterable[str]) -> bool:
    return any(fnmatchcase(key, glob) for glob in globs)
