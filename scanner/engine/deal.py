"""Deal a schedule's units to several workers, and steal for those who run dry; it starts nobody."""

from __future__ import annotations

from array import array
from collections import defaultdict, deque
from dataclasses import dataclass, field
from heapq import heapify, heappop, heapreplace
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.engine.schedule import Schedule
    from scanner.model.target import Unit

Pile = tuple[int, int, "array[int]"]
"""Units of one account: the place of the next, the account's number, all places, the next last."""


@dataclass(slots=True)
class _Hand:
    """What one worker has: units that wait for it, account by account, and units it works on."""

    piles: list[Pile] = field(default_factory=list)
    left: int = 0
    out: dict[str, Unit] = field(default_factory=dict)

    def give(self, number: int, places: array[int]) -> None:
        """Add units to what waits; `order` must follow."""
        self.piles.append((places[-1], number, places))
        self.left += len(places)

    def order(self) -> None:
        """Make the unit that the schedule has first the next one."""
        heapify(self.piles)

    def next(self) -> tuple[int, int]:
        """Take the place and the account of the next unit."""
        place, number, places = self.piles[0]
        places.pop()
        self.left -= 1
        if places:
            heapreplace(self.piles, (places[-1], number, places))
        else:
            heappop(self.piles)
        return place, number


class Deal:
    """Who works on which unit, in the schedule's order: each is worked on once, whoever dies.

    An account's units go to one worker, chosen by a hash of its id (CRC-32, which shares nothing
    with that of shards): its credentials, tags and closed places are known there. Whoever runs
    dry takes whole accounts from the worker with most left, up to half of that; then the second
    half of a single account. A unit stays in one piece, and with it its buckets of requests.

    A unit that was out when its worker died is a suspect: it is dealt again while no other
    suspect is out with the same worker, so that a second death finds the one that kills.
    """

    def __init__(self, schedule: Schedule, workers: int) -> None:
        self._plan = schedule.plan
        self._places: list[tuple[str, str]] = []
        self._hands = [_Hand() for _ in range(workers)]
        self._suspects: deque[Unit] = deque()
        self._suspected: set[str] = set()
        for number, places in self._by_account(schedule).items():
            places.reverse()
            account, _ = self._plan.accounts[number]
            self._hands[crc32(account.id.encode()) % workers].give(number, places)
        for hand in self._hands:
            hand.order()

    @property
    def waiting(self) -> int:
        """Count the units that nobody works on yet."""
        return len(self._suspects) + sum(hand.left for hand in self._hands)

    @property
    def over(self) -> bool:
        """Say whether every unit has ended."""
        return not self.waiting and not any(hand.out for hand in self._hands)

    def out(self, worker: int) -> int:
        """Count the units that a worker works on."""
        return len(self._hands[worker].out)

    def take(self, worker: int, most: int) -> list[Unit]:
        """Deal a worker its next units; none where nothing waits."""
        hand = self._hands[worker]
        units: list[Unit] = []
        while len(units) < most and (unit := self._next(hand)):
            hand.out[unit.key] = unit
            units.append(unit)
        return units

    def ended(self, worker: int, key: str) -> None:
        """Take back a unit that has its outcome; raises KeyError where it isn't the worker's."""
        del self._hands[worker].out[key]
        self._suspected.discard(key)

    def died(self, worker: int) -> list[Unit]:
        """Deal what a worker had to others; return the units with which a worker died twice.

        What waited for it stays, for its successor or for thieves.
        """
        hand = self._hands[worker]
        units, hand.out = list(hand.out.values()), {}
        fatal = [unit for unit in units if unit.key in self._suspected]
        again = [unit for unit in units if unit.key not in self._suspected]
        self._suspects += again
        self._suspected |= {unit.key for unit in again}
        self._suspected -= {unit.key for unit in fatal}
        return fatal

    def rest(self) -> Iterator[Unit]:
        """Yield what waits, so that nobody gets it any more."""
        while self._suspects:
            unit = self._suspects.popleft()
            self._suspected.discard(unit.key)
            yield unit
        for hand in self._hands:
            while hand.left:
                yield self._unit(*hand.next())

    def _by_account(self, schedule: Schedule) -> dict[int, array[int]]:
        """Note the places of each account's units, in the schedule's order."""
        found: defaultdict[int, array[int]] = defaultdict(lambda: array("I"))
        numbers = {account.id: number for number, (account, _) in enumerate(self._plan.accounts)}
        last = len(numbers)
        for unit in schedule.units():
            place, number = (unit.region, unit.service), numbers[unit.account.id]
            if number <= last or self._places[-1] != place:
                self._places.append(place)
            found[number].append(len(self._places) - 1)
            last = number
        return found

    def _next(self, hand: _Hand) -> Unit | None:
        if self._suspects and self._suspected.isdisjoint(hand.out):
            return self._suspects.popleft()
        if not hand.left:
            self._steal(hand)
        return self._unit(*hand.next()) if hand.left else None

    def _unit(self, place: int, number: int) -> Unit:
        return self._plan.unit(number, *self._places[place])

    def _steal(self, thief: _Hand) -> None:
        victim = max(self._hands, key=lambda hand: hand.left)
        piles = sorted(victim.piles, key=lambda pile: len(pile[2]), reverse=True)
        room = victim.left // 2
        victim.piles, victim.left = [], 0
        for _, number, places in piles:
            fits = len(places) <= room
            room -= len(places) if fits else 0
            (thief if fits else victim).give(number, places)
        if not thief.left and piles:
            _split(victim, thief)
        victim.order()
        thief.order()


def _split(victim: _Hand, thief: _Hand) -> None:
    """Give the thief the half of the largest account that comes last."""
    _, number, places = victim.piles.pop(0)
    victim.left -= len(places)
    middle = (len(places) + 1) // 2
    thief.give(number, places[:middle])
    if places[middle:]:
        victim.give(number, places[middle:])
