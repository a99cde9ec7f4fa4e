"""Calls as the central identity, for what a command reads and writes besides the accounts."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp
from botocore.exceptions import BotoCoreError

from scanner.aws.central import Central
from scanner.aws.gate import Gate
from scanner.aws.limits import Limits
from scanner.aws.request import Request
from scanner.aws.session import Clients, config
from scanner.aws.visit import Meter, visiting
from scanner.aws.wire import Wire
from scanner.model.errors import CallError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from scanner.aws.grant import Leave

SLOTS = 16
"""Requests in flight; each holds a part at most."""
READINGS = 4
"""How often a body that breaks off is asked for."""

_BROKEN = (aiohttp.ClientError, BotoCoreError, OSError)


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls as the central identity; raises CallError."""

    central: Central
    gate: Gate
    clients: Clients

    async def make(
        self, operation: str, params: Mapping[str, Any], service: str = "s3", region: str = ""
    ) -> Mapping[str, Any]:
        """Make one call, in the central identity's own region unless another is named."""
        region = region or self.central.region
        with visiting(self.central, Meter()):
            async with self.clients.use(service, region) as client:
                try:
                    answer: Mapping[str, Any] = await client._make_api_call(operation, params)  # noqa: SLF001 — what all methods are, by the operation's own name
                except Exception as exc:
                    raise self._error(exc, Request(service, region, operation)) from exc
        return answer

    async def read(self, params: Mapping[str, Any]) -> tuple[bytes, Mapping[str, Any]]:
        """Get an object, its body in full: what breaks off is asked for anew."""
        for reading in range(1, READINGS + 1):
            answer = await self.make("GetObject", params)
            try:
                async with answer["Body"] as stream:
                    return bytes(await stream.read()), answer
            except _BROKEN as exc:
                if reading == READINGS:
                    region = self.central.region
                    raise self._error(exc, Request("s3", region, "GetObject")) from exc
        raise AssertionError

    def _error(self, exc: Exception, request: Request) -> CallError:
        verdict = self.gate.judge(exc, request)
        return CallError(f"{request.service}:{request.operation}", verdict.code, verdict.message)


@asynccontextmanager
async def calling(
    profile: str | None, user_agent: str, leave: Leave | None = None
) -> AsyncIterator[Calls]:
    """Sign in; these clients alone may write, and only what they have leave to."""
    wire = Wire()
    central = Central(profile)
    gate = Gate(slots=SLOTS, limits=Limits())
    gate.grant = leave
    client_config = config(wire, connections=SLOTS, user_agent=user_agent)
    clients = Clients(gate, client_config, profile, central.loader)
    try:
        await central.sign_in(clients)
        yield Calls(central, gate, clients)
    finally:
        await clients.aclose()
        await wire.aclose()
