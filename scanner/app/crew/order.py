"""What a worker process is told before all: the run, and its part in it; secrets are in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Self

from scanner import log
from scanner.engine.deadline import Deadline
from scanner.engine.plan import Plan
from scanner.engine.schedule import Durations
from scanner.output import Options
from scanner.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Order:
    """Everything a process needs to work on units of a run, and nothing about which.

    It goes over the channel alone: never into a file, an environment or a command line. `token`
    is new for each process.
    """

    settings: Settings
    run_id: str
    plan: Plan
    deadline: Deadline
    durations: Durations
    spools: Path
    options: Options
    worker: int = 0
    token: str = ""

    def of(self, worker: int, slots: int) -> Order:
        """Return the order of one worker, which may have so many requests in flight."""
        settings = self.settings.model_copy(update={"concurrency": slots})
        return replace(self, settings=settings, worker=worker, token=token_hex(4))

    def to_plain(self) -> dict[str, Any]:
        """Write it for the channel."""
        accounts = (account for account, _ in self.plan.accounts)
        return {
            "settings": self.settings.revealed(),
            "run_id": self.run_id,
            "plan": self.plan.to_dict(),
            "external_ids": {each.id: each.external_id for each in accounts if each.external_id},
            "deadline": self.deadline.to_plain(),
            "durations": self.durations.to_plain(),
            "spools": str(self.spools),
            "compression": self.options.compression,
            "unit_bytes": self.options.unit_bytes,
            "worker": self.worker,
            "token": self.token,
            "log": log.in_force(),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Read what `to_plain` wrote."""
        return cls(
            settings=Settings(**plain["settings"]),
            run_id=plain["run_id"],
            plan=Plan.from_dict(plain["plan"], plain["external_ids"]),
            deadline=Deadline.from_plain(plain["deadline"]),
            durations=Durations.from_plain(plain["durations"]),
            spools=Path(plain["spools"]),
            options=Options(compression=plain["compression"], unit_bytes=plain["unit_bytes"]),
            worker=plain["worker"],
            token=plain["token"],
        )
