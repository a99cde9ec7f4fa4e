"""Evaluate a run while it goes on, each unit as it is taken over; it writes nothing that stays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import anyio

from scanner.engine.evaluate import Evaluation
from scanner.findings.spool import Spool
from scanner.output import records_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from scanner.model.outcome import Outcome
    from scanner.model.shard import Shard
    from scanner.policies.check import Check


@dataclass(slots=True)
class Watch:
    """A run's `Witness`: what it finds waits in `findings` until the run is over.

    Units are judged one at a time, in a thread: who hands them over waits, and memory is flat.
    """

    checks: Sequence[Check]
    evaluation: Evaluation = field(init=False)
    findings: Spool = field(init=False)
    _one: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(1))
    _begun: bool = False
    _done: Collection[str] = ()
    _shard: Shard | None = None

    def __post_init__(self) -> None:
        self.evaluation = Evaluation(self.checks)
        self.findings = Spool(check.control for check in self.checks)

    def begin(self, done: Collection[str], shard: Shard | None) -> None:
        """Learn which units will not come: those done before, and those of other shards."""
        self._begun, self._done, self._shard = True, done, shard

    async def see(self, outcome: Outcome, lines: Iterator[bytes]) -> None:
        """Judge a unit."""
        await anyio.to_thread.run_sync(self._judge, outcome, lines, limiter=self._one)

    @property
    def saw_all(self) -> bool:
        """Say whether every unit of the run came by."""
        return self._begun and not self._done and self._shard is None

    def missed(self, outcome: Outcome) -> bool:
        """Say whether a unit did not come by."""
        if not self._begun or outcome.key in self._done:
            return True
        return self._shard is not None and not self._shard.holds(outcome.account_id)

    def close(self) -> None:
        """Forget the findings."""
        self.findings.close()

    def _judge(self, outcome: Outcome, lines: Iterator[bytes]) -> None:
        for finding in self.evaluation.unit(outcome, records_of(lines, self.evaluation.types)):
            self.findings.add(finding)
