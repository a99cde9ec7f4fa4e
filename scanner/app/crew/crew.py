"""Have several processes work on a run: deal, take in, replace the dead; calls no AWS itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import anyio
import structlog

from scanner.app.crew.figures import Share
from scanner.app.crew.hire import hired
from scanner.app.means import UNITS_PER_SLOT
from scanner.engine.deadline import NOT_BEGUN
from scanner.engine.run import NOT_ENABLED, never
from scanner.engine.spread import first_error
from scanner.model.errors import OutputError
from scanner.model.outcome import Status
from scanner.output import outcome_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanner.app.crew.hire import Hired
    from scanner.app.crew.order import Order
    from scanner.aws.gate import Traffic
    from scanner.engine.deal import Deal
    from scanner.engine.run import Progress
    from scanner.model.target import Unit
    from scanner.output import LocalRun

log = structlog.get_logger()

REPLACEMENTS = 3
"""Times that a process which died is replaced, at each place."""

AHEAD = 0.25
"""Units that wait in a worker beside those it works on, as a part of these."""


@dataclass(slots=True)
class _Post:
    """A worker's place: what it may do at a time, and the process that holds it, if any."""

    number: int
    slots: int
    share: Share
    hired: Hired | None = None
    ready: bool = False
    rates: Sequence[float] = ()
    late: int = 0
    failure: str = ""

    @property
    def spare(self) -> int:
        return max(2, round(self.slots * UNITS_PER_SLOT * AHEAD))

    @property
    def window(self) -> int:
        """The most units that are out with it."""
        return self.slots * UNITS_PER_SLOT + self.spare

    def leave(self) -> None:
        """Forget the process that held it, but for its rates and why it ended."""
        self.hired, self.ready, self.late = None, False, 0
        self.share.close()


@dataclass(slots=True)
class Crew:
    """The processes that work on a run, and the one hand that writes what they find.

    What a process hands in counts once it is taken over; what it had when it died is dealt
    again. So no unit is lost or doubled, whoever is killed and whenever.
    """

    order: Order
    deal: Deal
    output: LocalRun
    progress: Progress
    traffic: Traffic
    workers: int
    _posts: list[_Post] = field(default_factory=list)
    _told: bool = False

    def rates(self) -> list[float]:
        """Return the request rates of the scopes that throttles have slowed down."""
        return [rate for post in self._posts for rate in post.rates]

    @property
    def _ending(self) -> bool:
        return self.deal.over or bool(self.progress.stopping)

    async def work(self) -> None:
        """Bring every unit to its outcome; raises OutputError where that can't be written."""
        slots, more = divmod(self.order.settings.concurrency, self.workers)
        self._posts = [
            _Post(number, slots + (number < more), Share(self.traffic))
            for number in range(self.workers)
        ]
        try:
            async with anyio.create_task_group() as tasks:
                for post in self._posts:
                    tasks.start_soon(self._keep, post)
        except ExceptionGroup as group:
            raise first_error(group) from group
        failures = [post.failure for post in self._posts if post.failure]
        await self._give_up(": ".join(["no worker process is left", *failures[:1]]))

    async def _keep(self, post: _Post) -> None:
        """See that somebody works at a place until all is done."""
        for _ in range(1 + REPLACEMENTS):
            post.failure = ""
            await self._employ(post)
            if self.deal.over:
                return
            await self._bury(post)
            if self._ending:
                return
        log.error("a worker process died too often: it is not replaced", worker=post.number)

    async def _employ(self, post: _Post) -> None:
        """Have a process work until it ends, for whatever reason."""
        try:
            async with hired() as post.hired:
                order = self.order.of(post.number, post.slots)
                await post.hired.channel.send(order.to_plain())
                while (found := await post.hired.channel.receive()) is not None:
                    await self._heed(post, *found)
                ending = await post.hired.why_ended()
                post.failure = post.failure or ending
        except OSError as exc:
            post.failure = f"could not be started: {exc.strerror}"
        finally:
            post.leave()

    async def _heed(self, post: _Post, message: dict[str, Any], body: bytes) -> None:
        if "outcome" in message:
            await self._take(post, message, body)
        elif "traffic" in message:
            post.share.tell(message["traffic"])
            post.ready, post.rates = True, message["rates"]
        elif message["output"]:
            raise OutputError(message["failed"])
        else:
            post.failure = message["failed"]
        await self._halt_in_time()
        await self._deal_to(post)

    async def _take(self, post: _Post, message: dict[str, Any], body: bytes) -> None:
        """Take a unit over: from here on it is this process's to bring to the files."""
        outcome = outcome_of(message["outcome"])
        spool = self.order.spools / message["spool"] if message["spool"] else None
        await self.output.take(outcome, body, spool)
        self.deal.ended(post.number, outcome.key)
        self.progress.count(outcome, message["bytes"])
        self.progress.late += message["late"] - post.late
        post.late = message["late"]
        if message["entered"]:
            self.progress.entered.add(outcome.account_id)
        if message["failed"]:
            self.progress.failed.setdefault(outcome.account_id, message["failed"])

    async def _deal_to(self, post: _Post) -> None:
        """Fill a worker's window, some units at a time; send all home when there are none.

        Of the last units nobody gets more at once than leaves as many for each of the others.
        """
        room = post.window - self.deal.out(post.number)
        if post.hired and post.ready and room * 2 >= post.spare:
            units = self.deal.take(post.number, min(room, -(-self.deal.waiting // self.workers)))
            named = [(unit.account.id, unit.region, unit.service) for unit in units]
            if named:
                await post.hired.channel.send({"units": named})
        if self.deal.over:
            for each in self._posts:
                if each.hired:
                    each.hired.channel.end()

    async def _bury(self, post: _Post) -> None:
        """Tell that a process died, and deal what it had to others."""
        units = self.deal.out(post.number)
        why = f"a worker process died: {post.failure}"
        log.warning(why, worker=post.number, units=units)
        for unit in self.deal.died(post.number):
            await self._settle(unit, Status.ERROR, f"{why}, as one did before in this unit")
        await self._halt_in_time()
        for each in self._posts:
            await self._deal_to(each)

    async def _halt_in_time(self) -> None:
        """Deal nothing more where the deadline is there, or the user wants an end."""
        why = self.progress.stopping
        if why and not self._told:
            self._told = True
            for post in self._posts:
                if post.hired:
                    await post.hired.channel.send({"stop": why, "left": self._left()})
        if why or self.order.deadline.left <= 0:
            await self._give_up(why or NOT_BEGUN)

    def _left(self) -> float | None:
        """Return the seconds that workers have from now on; None where it is as before."""
        deadline = self.order.deadline
        return None if deadline.never else deadline.left

    async def _give_up(self, why: str) -> None:
        for unit in self.deal.rest():
            if unit.enabled or self.progress.stopping:
                self.progress.late += why == NOT_BEGUN
                await self._settle(unit, Status.NOT_ATTEMPTED, why)
            else:
                await self._settle(unit, Status.UNAVAILABLE, NOT_ENABLED)

    async def _settle(self, unit: Unit, status: Status, why: str) -> None:
        outcome = never(unit, status, why)
        await self.output.take(outcome, b"", None)
        self.progress.count(outcome, 0)
