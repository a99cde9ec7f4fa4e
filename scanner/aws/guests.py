"""Real clients and sessions for users' own tasks: the stock SDK, behind the gate like all else."""

from __future__ import annotations

from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aioboto3
import anyio
from aiobotocore.config import AioConfig

from scanner.aws.models import LeanLoader
from scanner.aws.session import Clients, gated_session
from scanner.aws.threads import ENTERING, Lender, check_options, refuse_to_enter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scanner.aws.gate import Gate

THREADS = 32
"""Synchronous tasks that run at a time."""


class RegionSession(aioboto3.Session):  # type: ignore[misc]  # aioboto3 is untyped
    """An aioboto3 session of one region, whoever uses it; its clients pass the gate."""

    def __init__(self, core: Any, settings: AioConfig, region: str) -> None:
        super().__init__(botocore_session=core, region_name=region)
        self._settings = settings

    def client(self, *args: Any, config: Any = None, **options: Any) -> Any:
        """Make a client, as aioboto3 does."""
        check_options(options)
        return super().client(*args, config=_settled(config, self._settings), **options)


def _settled(theirs: Any, ours: AioConfig) -> AioConfig:
    """Add a user's settings of a client to ours, which win: the gate alone retries."""
    if theirs is None:
        return ours
    merged = AioConfig().merge(theirs).merge(ours)
    merged.s3 = {**(theirs.s3 or {}), **(ours.s3 or {})}
    merged.http_session_cls, merged.connector_args = ours.http_session_cls, ours.connector_args
    return merged


class Guests(Clients):
    """The clients of users' tasks: shared like the scanner's own, with datetimes, never fast.

    `threads` bounds the tasks that run in threads, `lender` makes sessions for them.
    """

    def __init__(self, gate: Gate, settings: AioConfig, profile: str | None = None) -> None:
        super().__init__(gate, settings, profile, for_tasks=True)
        self._botocore.register(ENTERING, refuse_to_enter)
        self._gate = gate
        self._profile = profile
        self._using: Counter[tuple[str, str]] = Counter()
        self._sessions: dict[str, RegionSession] = {}
        self.threads = anyio.CapacityLimiter(THREADS)
        self.lender = Lender(gate, settings, profile)

    @asynccontextmanager
    async def use(self, service: str, region: str) -> AsyncIterator[Any]:
        """Lend the client of a service in a region, which stays open for as long."""
        self._using[service, region] += 1
        try:
            async with super().use(service, region) as client:
                yield client
        finally:
            self._using[service, region] -= 1

    async def retire(self, service: str, region: str) -> None:  # noqa: ARG002 — a task is no service
        """Close what the units of a region used, but for what is in use elsewhere."""
        for used, place in list(self._clients):
            if place == region and not self._using[used, place]:
                await super().retire(used, place)

    def session(self, region: str) -> RegionSession:
        """Return the session of a region; who calls through it is the visit's."""
        if region not in self._sessions:
            core = gated_session(self._gate, self._profile, LeanLoader(), for_tasks=True)
            core.register(ENTERING, refuse_to_enter)
            self._sessions[region] = RegionSession(core, self._config, region)
        return self._sessions[region]
