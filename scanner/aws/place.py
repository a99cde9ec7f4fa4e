"""The bucket of the output, and calls to it as the central identity; it knows no run."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp
from botocore.exceptions import BotoCoreError

from scanner.aws.central import Central
from scanner.aws.gate import Gate
from scanner.aws.grant import Grant
from scanner.aws.limits import Limits
from scanner.aws.request import Request
from scanner.aws.session import Clients, config
from scanner.aws.visit import Meter, visiting
from scanner.aws.wire import Wire
from scanner.model.errors import CallError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

SLOTS = 16
"""Requests in flight; each holds a part at most."""
READINGS = 4
"""How often a body that breaks off is asked for."""
PASSING = ("runs/", "state/", "latest.json", ".probe-")
"""What is rewritten, or soon removed: no place for the cheaper storage classes' minimum stay."""

_BROKEN = (aiohttp.ClientError, BotoCoreError, OSError)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the output is and how its objects are kept; `owner` is the account of the bucket."""

    bucket: str
    prefix: str = ""
    kms_key: str | None = None
    owner: str | None = None
    storage_class: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def below(self) -> str:
        """What every key begins with."""
        return f"{self.prefix}/" if self.prefix else ""

    @property
    def common(self) -> dict[str, str]:
        """The parameters of every call."""
        owner = {"ExpectedBucketOwner": self.owner} if self.owner else {}
        return {"Bucket": self.bucket, **owner}

    def kept(self, key: str) -> dict[str, Any]:
        """Return the parameters that say how an object is kept."""
        found: dict[str, Any] = {}
        if self.kms_key:
            found |= {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": self.kms_key}
            found["BucketKeyEnabled"] = True
        if self.storage_class and not key.startswith(PASSING):
            found["StorageClass"] = self.storage_class
        if self.tags:
            found["Tagging"] = urlencode(self.tags)
        return found


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls to S3 as the central identity; raises CallError."""

    central: Central
    gate: Gate
    clients: Clients

    async def make(self, operation: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Make one call."""
        with visiting(self.central, Meter()):
            async with self.clients.use("s3", self.central.region) as client:
                try:
                    answer: Mapping[str, Any] = await client._make_api_call(operation, params)  # noqa: SLF001 — what all methods are, by the operation's own name
                except Exception as exc:
                    raise self._error(exc, operation) from exc
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
                    raise self._error(exc, "GetObject") from exc
        raise AssertionError

    def _error(self, exc: Exception, operation: str) -> CallError:
        verdict = self.gate.judge(exc, Request("s3", self.central.region, operation))
        return CallError(f"s3:{operation}", verdict.code, verdict.message)


@asynccontextmanager
async def signed_in(place: Place, profile: str | None, user_agent: str) -> AsyncIterator[Calls]:
    """Open the way to the output's bucket; this client alone may write, and only there."""
    wire = Wire()
    central = Central(profile)
    gate = Gate(slots=SLOTS, limits=Limits())
    gate.grant = Grant(place.bucket, place.below)
    client_config = config(wire, connections=SLOTS, user_agent=user_agent)
    clients = Clients(gate, client_config, profile, central.loader)
    try:
        await central.sign_in(clients)
        yield Calls(central, gate, clients)
    finally:
        await clients.aclose()
        await wire.aclose()
