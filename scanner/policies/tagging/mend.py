"""Change tags as the rules say, as far as AWS would take it; whatever is not said stays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scanner.model.errors import TaskError
from scanner.policies.tagging.demand import missing
from scanner.policies.tagging.limits import MOST_TAGS, has_room, is_hidden, refusal_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scanner.policies.tagging.demand import Demand
    from scanner.policies.tagging.rules import Unwanted
    from scanner.policies.tagging.scope import Owner

NO_DEFAULT = "the policy has no default"
_BOTH = "both keys are there, with different values"
_HIDDEN = "its value was redacted"


@dataclass(slots=True)
class Mended:
    """Tags as they become, and by key what kept one from being mended."""

    tags: dict[str, str]
    obstacles: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mend:
    """What is to become of one resource's tags; `unwanted` finds the rule against a key."""

    demands: Sequence[Demand]
    unwanted: Callable[[str], Unwanted | None]
    owner: Owner

    def apply(self, tags: Mapping[str, str]) -> Mended:
        """Mend tags until nothing more changes; what is given stays as it is.

        One change may let another follow: of two keys whose values differ in case, one can go
        when the case is mended. It ends, for what follows takes keys away.
        """
        mended, again = Mended(dict(tags)), self._once(tags)
        while again.tags != mended.tags:
            mended, again = again, self._once(again.tags)
        return again

    def _once(self, tags: Mapping[str, str]) -> Mended:
        mended = Mended(dict(tags))
        for key in tags:
            rule = self.unwanted(key)
            if rule is not None and rule.removed:
                del mended.tags[key]
        for demand in self.demands:
            self._rename(demand, mended)
        for demand in self.demands:
            self._set(demand, mended)
        return mended

    def _rename(self, demand: Demand, mended: Mended) -> None:
        cased = demand.other_case(mended.tags) if demand.fixes_key_case else []
        for old in (*cased, *demand.older(mended.tags)):
            value, there = mended.tags[old], mended.tags.get(demand.key)
            if is_hidden(value):
                mended.obstacles[old] = _HIDDEN
            elif there not in (None, value):
                mended.obstacles[old] = _BOTH
            elif refusal := refusal_of(demand.key, value):
                mended.obstacles[old] = refusal
            else:
                del mended.tags[old]
                mended.tags[demand.key] = value

    def _set(self, demand: Demand, mended: Mended) -> None:
        value = mended.tags.get(demand.key)
        if value is None:
            if missing(demand, mended.tags):
                self._set_default(demand, mended)
        elif not is_hidden(value):
            better = demand.in_case(value)
            refusal = refusal_of(demand.key, better) if better != value else None
            if refusal:
                mended.obstacles[demand.key] = refusal
            elif demand.allows(better):
                mended.tags[demand.key] = better
            elif demand.overwrites and not demand.allows(value):
                self._set_default(demand, mended)

    def _set_default(self, demand: Demand, mended: Mended) -> None:
        value, obstacle = self._default(demand)
        if value is None:
            mended.obstacles[demand.key] = obstacle
        elif demand.key not in mended.tags and not has_room(mended.tags):
            mended.obstacles[demand.key] = f"it has {MOST_TAGS} tags, AWS allows no more"
        else:
            mended.tags[demand.key] = value

    def _default(self, demand: Demand) -> tuple[str | None, str]:
        """Return the first default that can be set, or why there is none."""
        obstacle = NO_DEFAULT
        for template in demand.defaults:
            try:
                value = demand.in_case(template.fill(self.owner))
            except TaskError as exc:
                obstacle = str(exc)
                continue
            if not demand.allows(value):
                obstacle = f"the default {value!r} is not allowed: {demand.wanted}"
            elif refusal := refusal_of(demand.key, value):
                obstacle = f"the default {value!r}: {refusal}"
            else:
                return value, ""
        return None, obstacle
