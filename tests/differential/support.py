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
    """What was sent, and what came of it."""

    wire: list
    answer: str
    requests: int


class Both:
    """A client whose calls are made either way."""

    def __init__(self, client, clock):
        self.client = client
        self.clock = clock
        self.stub = Stub()
        client._endpoint.http_session.send = self.stub

    async def stock(self, account, operation, params, answer=(200, {}, b"")):
        return await self._outcome(account, operation, params, answer)

    async def fast(self, account, operation, params, answer=(200, {}, b"")):
        with ours():
            return await self._outcome(account, operation, params, answer)

    async def _outcome(self, account, operation, params, answer):
        self.stub.sent.clear()
        self.stub.answers[:] = [answer]
        with visiting(account, Meter()):
            try:
                found = await self.client._send(operation, dict(params))
            except Exception as exc:
                found = [type(exc).__name__, str(exc), getattr(exc, "response", None)]
        self.stub.answers.clear()
        sent = self.stub.sent
        return Outcome([spelled(each) for each in sent], json.dumps(found, default=repr), len(sent))


def spelled(request):
    """Spell a request out as it goes over the wire, headers in their order."""
    headers = [(name, text(value)) for name, value in request.headers.items()]
    body = request.body.encode() if isinstance(request.body, str) else request.body
    return request.method, request.url, headers, body, request.stream_output


def text(value):
    return value.decode() if isinstance(value, bytes) else value


@asynccontextmanager
async def clients(monkeypatch, loader=None):
    """Make clients that go both ways, on a clock that stands still."""
    clock = Clock()
    monkeypatch.setattr("botocore.auth.get_current_datetime", clock)
    fixed = uuid.UUID(int=7)
    monkeypatch.setattr(uuid, "uuid4", lambda: fixed)
    wire = Wire()
    settings = config(wire, connections=1, user_agent="scanner/0")
    gate = Gate(slots=1, limits=Limits())
    made = Clients(gate, settings, loader=loader, fast=Fast(Signer(clock)))
    try:
        yield lambda client: Both(client, clock), made
    finally:
        await made.aclose()
        await wire.aclose()
