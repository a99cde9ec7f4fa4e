"""Look at resources and write to them, in their accounts, as a plan says; it decides nothing."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scanner.aws import writes
from scanner.aws.visit import Meter, visiting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from scanner.aws.access import Leases
    from scanner.engine.image import Camera
    from scanner.model.change import Write
    from scanner.model.planned import Change
    from scanner.model.target import Account


@dataclass(frozen=True, slots=True)
class AwsHands:
    """The hands of an apply; `accounts` are those of its plan, and there is no other way in."""

    camera: Camera
    leases: Leases
    accounts: Mapping[str, Account]

    async def look(self, change: Change) -> Mapping[str, Any]:
        """Take the image of a resource, now, as plans show it."""
        async with self._in(change):
            image = await self.camera.take(change.service, change.endpoint, change.reads)
        return self.camera.shown(change.resource_type, image)

    async def write(self, change: Change, write: Write) -> writes.Answer:
        """Send one write, once."""
        camera = self.camera
        async with self._in(change):
            return await writes.send(camera.gate, camera.clients, write, change.endpoint)

    async def wait(self, change: Change, write: Write, params: Mapping[str, Any]) -> None:
        """Wait until what was written has come about."""
        camera = self.camera
        async with self._in(change):
            await writes.wait(camera.gate, camera.clients, write, change.endpoint, params)

    @asynccontextmanager
    async def _in(self, change: Change) -> AsyncIterator[None]:
        identity = self.leases.of(self.accounts[change.account_id])
        with visiting(identity, Meter()):
            await identity.fresh()
            yield
