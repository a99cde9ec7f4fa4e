"""In which order units run, by how long they took before; it plans none and runs none."""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappush, heappushpop
from typing import TYPE_CHECKING, Any, Self

from scanner.model.outcome import Status
from scanner.model.target import GLOBAL, Unit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from scanner.engine.plan import Plan
    from scanner.model.outcome import Outcome

SHARE = 0.15
"""A unit is long where it takes more than this part of the ideal night.

Whatever is shorter may begin last and still end the night no later than by this part.
"""

RECENT = 50
"""Units of a service over which the mean of their durations moves."""

_UNTOLD = (Status.NOT_ATTEMPTED, Status.UNAVAILABLE)


@dataclass(slots=True)
class Durations:
    """How long units take, in seconds: what is known of the long ones, and means by service."""

    known: Mapping[str, float] = field(default_factory=dict)
    _means: dict[str, tuple[int, float]] = field(default_factory=dict)

    def to_plain(self) -> dict[str, Any]:
        """Write it as plain data, for another process."""
        return {"known": self.known, "means": self._means}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Read what `to_plain` wrote."""
        means = {service: (count, mean) for service, (count, mean) in plain["means"].items()}
        return cls(plain["known"], means)

    def of(self, unit: Unit) -> float | None:
        """Return how long a unit is expected to take; None where nothing is known."""
        _, mean = self._means.get(unit.service, (0, None))
        return self.known.get(unit.key, mean)

    def learn(self, outcome: Outcome) -> None:
        """Take a unit into its service's mean, unless it says nothing of how long they take."""
        if outcome.started_at is None or outcome.status in _UNTOLD:
            return
        count, mean = self._means.get(outcome.service, (0, 0.0))
        count = min(count + 1, RECENT)
        mean += (outcome.duration_ms / 1000 - mean) / count
        self._means[outcome.service] = (count, mean)


@dataclass(slots=True)
class Schedule:
    """The units of a plan that are not `done`, in the order in which they begin.

    The long ones come first, the longest at the front. The others keep the plan's order, for
    there neighbours share a client and a file and burden different accounts.
    """

    plan: Plan
    done: Collection[str] = ()
    long: Mapping[str, Unit] = field(default_factory=dict)
    durations: Durations = field(default_factory=Durations)

    def units(self) -> Iterator[Unit]:
        """Yield every unit once, always in the same order."""
        yield from self.long.values()
        for unit in self.plan.units():
            if unit.key not in self.done and unit.key not in self.long:
                yield unit


def make_schedule(
    plan: Plan, done: Collection[str], open_units: int, past: Iterable[Outcome] = ()
) -> Schedule:
    """Order what is left of a plan by the ledger of an earlier run.

    It is read once, and fewer than `open_units / SHARE` units can be long: so many are held.
    """
    places, durations = _Places(plan), Durations()
    longest: list[tuple[float, str, Unit]] = []
    most, total = int(open_units / SHARE), 0.0
    for outcome in past:
        durations.learn(outcome)
        seconds, unit = outcome.duration_ms / 1000, places.find(outcome)
        if not seconds or unit is None or unit.key in done:
            continue
        total += seconds
        push = heappush if len(longest) < most else heappushpop
        push(longest, (seconds, unit.key, unit))
    least = SHARE * total / open_units
    chosen = sorted((each for each in longest if each[0] > least), key=lambda e: (-e[0], e[1]))
    durations.known = {key: seconds for seconds, key, _ in chosen}
    return Schedule(plan, done, {key: unit for _, key, unit in chosen}, durations)


class _Places:
    """Finds the planned unit that an outcome of another run is about."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._visits = {account.id: (account, regions) for account, regions in plan.accounts}

    def find(self, outcome: Outcome) -> Unit | None:
        plan, region = self._plan, outcome.region
        account, regions = self._visits.get(outcome.account_id, (None, None))
        services = plan.worldwide if region == GLOBAL else plan.regional
        types = services.get(outcome.service)
        if account is None or regions is None or types is None:
            return None
        there = region in regions.enabled and region not in plan.absent.get(outcome.service, ())
        return Unit(account, region, outcome.service, types) if there or region == GLOBAL else None
