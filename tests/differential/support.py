"""One client, two ways: what botocore sends and reads, and what the fast way does."""

from __future__ import annotations

import json
import uuid
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aiobotocore.awsrequest import AioAWSResponse
from botocore.credentials import ReadOnlyCredentials

from scanner.aws.fast.calls import Fast, ours
from scanner.aws.fast.signing import Signer
from scanner.aws.gate import Gate
from scanner.aws.limits import Limits
from scanner.aws.session import Clients, config
from scanner.aws.visit import Meter, visiting
from scanner.aws.wire import Wire

REGION = "eu-west-1"
EPOCH = datetime(2026, 11, 24, 23, 59, 58, tzinfo=UTC)


@dataclass
class Account:
    """An identity that needs no renewal."""

    account_id: str
    token: str | None = "t0ken/+="

    def __post_init__(self):
        name = self.account_id
        token = self.token and f"{self.token}{name}" * 9
        self.frozen = ReadOnlyCredentials(f"ASIA{name}", f"secret/+{name}", token, name)

    async def fresh(self):
        """Do nothing."""

    def reject(self, _refused):
        return False


ACCOUNTS = (Account("100000000000"), Account("100000000001"), Account("100000000002", token=None))


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self):
        self.moment = EPOCH

    def __call__(self, *_, **__):
        return self.moment

    def tick(self):
        self.moment += timedelta(seconds=1)


class Body:
    """A body as aiohttp's responses give it."""

    def __init__(self, body):
        self._body = body

    async def read(self):
        return self._body


@dataclass
class Stub:
    """Takes what a client sends, and answers with what it was told to."""

    sent: list = field(default_factory=list)
    answers: list = field(default_factory=list)

    async def __call__(self, request):
        self.sent.append(request)
        status, headers, body = self.answers.pop(0) if self.answers else (200, {}, b"")
        if isinstance(body, Exception):
            raise body
        return AioAWSResponse(request.url, status, dict(headers), Body(body))


@dataclass
class Outcome:
    """What was sent, what came of it, and how often botocore was asked to see to it."""

    wire: list
    answer: str
    by_botocore: int


class Both:
    """A client whose calls are made either way; each call gets one answer."""

    def __init__(self, client, clock):
        self.client = client
        self.clock = clock
        self.stub = client._endpoint.http_session.send = Stub()
        self._stock = client._send._stock
        self._asked = 0
        client._send._stock = self._counted

    async def stock(self, account, operation, params, *answers):
        """Make a call as users' tasks do."""
        return await self._outcome(account, operation, params, answers)

    async def fast(self, account, operation, params, *answers):
        """Make a call as the engine does."""
        with ours():
            return await self._outcome(account, operation, params, answers)

    async def _counted(self, operation, params):
        self._asked += 1
        return await self._stock(operation, params)

    async def _outcome(self, account, operation, params, answers):
        self.stub.sent.clear()
        self.stub.answers[:] = answers
        self._asked = 0
        with visiting(account, Meter()):
            try:
                found = await self.client._send(operation, dict(params))
            except Exception as exc:  # noqa: BLE001 — whichever it is, both must raise it
                found = [type(exc).__name__, str(exc), getattr(exc, "response", None)]
        wire = [spelled(each) for each in self.stub.sent]
        return Outcome(wire, json.dumps(found, default=repr), self._asked)


def spelled(request):
    """Spell a request out as it goes over the wire, headers in their order."""
    headers = [(name, text(value)) for name, value in request.headers.items()]
    body = request.body.encode() if isinstance(request.body, str) else request.body
    return request.method, request.url, headers, body, request.stream_output


def text(value):
    return value.decode() if isinstance(value, bytes) else value


@asynccontextmanager
async def both_ways(monkeypatch, service, region=REGION):
    """Make a client that goes both ways, on a clock that stands still."""
    clock = Clock()
    monkeypatch.setattr("botocore.auth.get_current_datetime", clock)
    fixed = uuid.UUID(int=7)
    monkeypatch.setattr(uuid, "uuid4", lambda: fixed)
    wire = Wire()
    settings = config(wire, connections=1, user_agent="scanner/0")
    made = Clients(Gate(slots=1, limits=Limits()), settings, fast=Fast(Signer(clock)))
    try:
        async with made.use(service, region) as client:
            yield Both(client, clock)
    finally:
        await made.aclose()
        await wire.aclose()
