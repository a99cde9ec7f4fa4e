"""One client, two ways: what botocore sends and reads, and what the fast way does."""

from __future__ import annotations

import json
import uuid
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

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


@dataclass
class Answer:
    """An answer as aiohttp gives it."""

    url: object
    status: int
    fields: tuple
    body: bytes | Exception

    @property
    def raw_headers(self):
        return [(name.encode(), value.encode()) for name, value in self.fields]

    async def read(self):
        if isinstance(self.body, Exception):
            raise self.body
        return self.body


@dataclass
class Stub:
    """Stands for aiohttp's session: takes what is sent, and answers with what it was told to."""

    sent: list = field(default_factory=list)
    answers: list = field(default_factory=list)

    async def request(self, method, *, url, headers, data, chunked=None, **proxied):
        assert not any(proxied.values())
        headers = [(name, text(value)) for name, value in headers.items()]
        body = data.encode() if isinstance(data, str) else data
        self.sent.append((method, str(url), headers, body, chunked))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, fields, content = answer
        return Answer(url, status, tuple(fields), content)


@dataclass
class Outcome:
    """What was sent, what came of it, and how often botocore was asked to see to it."""

    wire: list
    answer: str
    by_botocore: int


class Both:
    """A client whose calls are made either way; each call gets one answer."""

    def __init__(self, client, clock, stub, aws):
        self.aws = aws
        self.client = client
        self.clock = clock
        self.stub = stub
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
        return Outcome([*self.stub.sent], json.dumps(found, default=repr), self._asked)


def text(value):
    return value.decode() if isinstance(value, bytes) else value


@asynccontextmanager
async def both_ways(monkeypatch, service, region=REGION):
    """Make a client that goes both ways, on a clock that stands still."""
    clock = Clock()
    monkeypatch.setattr("botocore.auth.get_current_datetime", clock)
    fixed = uuid.UUID(int=7)
    monkeypatch.setattr(uuid, "uuid4", lambda: fixed)
    wire, stub = Wire(), Stub()
    wire.session = lambda _key, _make: stub
    settings = config(wire, connections=1, user_agent="scanner/0")
    gate = Gate(slots=1, limits=Limits())
    gate.clock._local = lambda: clock().timestamp()
    signer = Signer(lambda: datetime.fromtimestamp(gate.clock.now(), UTC))
    made = Clients(gate, settings, fast=Fast(signer))
    try:
        async with made.use(service, region) as client:
            yield Both(client, clock, stub, gate.clock)
    finally:
        await made.aclose()
        await wire.aclose()
