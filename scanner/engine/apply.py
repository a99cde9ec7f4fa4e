"""Make the changes of a plan: the one place that writes to what others own.

Each change is noted before and after, so that a killed apply can be gone on with: what was
begun and not ended is looked at again, and what was not begun has not happened.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog

from scanner.engine.one import One
from scanner.engine.spread import spread
from scanner.engine.together import Together, batches
from scanner.model.planned import Ending, Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from scanner.engine.one import Hands, Trail
    from scanner.model.planned import Change

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Rules:
    """How a plan is applied.

    The changes of the first `canary` accounts must all end well before any other begins.
    `max_errors` is the percentage of the plan's changes that may fail before no other begins.
    """

    canary: int = 1
    max_errors: float = 10.0
    at_once: int = 16
    dry_run: bool = False


@dataclass(slots=True)
class Applied:
    """How far an apply is; read it at any time. `stopping` says why nothing more begins."""

    planned: int = 0
    results: dict[str, Result] = field(default_factory=dict)
    stopping: str = ""
    interrupted: bool = False

    @property
    def endings(self) -> Counter[Ending]:
        """Count the results by how they ended."""
        return Counter(each.ending for each in self.results.values())

    def interrupt(self, why: str) -> None:
        """Begin no other change; the open ones end."""
        self.interrupted, self.stopping = True, self.stopping or why


@dataclass(frozen=True, slots=True)
class Apply:
    """The changes of a plan, being made; `needed` tells by an image whether one is still due."""

    changes: Sequence[Change]
    hands: Hands
    trail: Trail
    needed: Callable[[Change, Mapping[str, Any]], bool]
    rules: Rules = field(default_factory=Rules)
    applied: Applied = field(default_factory=Applied)

    async def run(self) -> Applied:
        """Make every change that has no result yet; ends early where `stopping` says why.

        Cancelled, it leaves a trail from which another can go on.
        """
        self.applied.planned = len(self.changes)
        self.applied.results.update(self.trail.results)
        accounts = list(dict.fromkeys(each.account_id for each in self.changes))
        canary = frozenset() if self.rules.dry_run else frozenset(accounts[: self.rules.canary])
        await self._some(each for each in self.changes if each.account_id in canary)
        self._judge_canary(canary)
        await self._some(each for each in self.changes if each.account_id not in canary)
        return self.applied

    async def _some(self, changes: Iterable[Change]) -> None:
        by_resource: dict[tuple[str, ...], list[Change]] = {}
        for each in changes:
            by_resource.setdefault(each.resource, []).append(each)
        if by_resource:
            await spread(self.rules.at_once, self._batch, list(batches([*by_resource.values()])))

    async def _batch(self, batch: Sequence[Sequence[Change]]) -> None:
        """Make the changes of several resources side by side, that they may share calls."""
        if len(batch) == 1:
            await self._resource(batch[0], self.hands)
        else:
            works = [partial(self._resource, changes) for changes in batch]
            await Together(self.hands).run(works)

    async def _resource(self, changes: Sequence[Change], hands: Hands) -> None:
        for change in changes:
            if self.applied.stopping:
                return
            if change.id not in self.applied.results:
                one = One(change, hands, self.trail, self.needed)
                result = await (one.rehearse() if self.rules.dry_run else one.make())
                self._count(change, result)

    def _count(self, change: Change, result: Result) -> None:
        self.applied.results[change.id] = result
        log.info(
            "change ended",
            account=change.account_id,
            region=change.region,
            resource=change.resource_id,
            action=change.action,
            ending=str(result.ending),
            reason=result.reason,
        )
        failed = self.applied.endings[Ending.FAILED]
        allowed = self.rules.max_errors * len(self.changes) / 100
        if failed > allowed and not self.applied.stopping:
            self.applied.stopping = (
                f"{failed} of {len(self.changes)} changes failed, more than --max-errors "
                f"{self.rules.max_errors:g} percent"
            )

    def _judge_canary(self, canary: frozenset[str]) -> None:
        results = self.applied.results
        bad = [
            each
            for each in self.changes
            if each.account_id in canary and each.id in results and not results[each.id].ending.good
        ]
        if bad and not self.applied.stopping:
            first = bad[0]
            self.applied.stopping = (
                f"the canary did not end well: {first.action} {first.resource_id} in "
                f"{first.account_id} {results[first.id].ending}: {results[first.id].reason}"
            )
