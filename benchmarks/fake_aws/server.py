"""Carries requests and replies over loopback HTTP/1.1, with all its mishaps; it decides none."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from benchmarks.fake_aws.cloud import FakeAws, Options
from benchmarks.fake_aws.faults import Break
from benchmarks.fake_aws.organization import Organization
from benchmarks.fake_aws.request import split
from benchmarks.fake_aws.routes import Router

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from benchmarks.fake_aws.cloud import Reply
    from benchmarks.fake_aws.render import Answer

_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_HARD_CLOSE = struct.pack("ii", 1, 0)
_DEFAULT_ACCOUNTS = 3


class Connection(asyncio.Protocol):
    """One client's connection: a request, its reply, the next."""

    def __init__(self, fake: FakeAws, peers: set[Connection]) -> None:
        self._fake = fake
        self._peers = peers
        self._buffer = b""
        self._transport: asyncio.Transport
        self._timer: asyncio.TimerHandle | None = None
        self._busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._peers.add(self)
        self._fake.journal.connections += 1

    def connection_lost(self, _: Exception | None) -> None:
        self._peers.discard(self)
        if self._timer:
            self._timer.cancel()
        if self._busy:
            self._fake.journal.end()
            self._busy = False

    def close(self) -> None:
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        if not self._busy:
            self._next()

    def _next(self) -> None:
        taken = split(self._buffer)
        if taken is None:
            return
        request, self._buffer = taken
        self._busy = True
        self._fake.journal.begin()
        reply = self._fake.reply(request)
        payload = _encode(reply.answer, self._fake.date, head_only=request.method == "HEAD")
        if reply.broken is not Break.HANG:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(reply.delay, self._finish, payload, reply)

    def _finish(self, payload: bytes, reply: Reply) -> None:
        """Send the reply, or as much of it as its fate allows."""
        self._timer = None
        if reply.broken is Break.HANG_BODY:
            self._transport.write(_half(payload, reply.answer))
            return
        self._busy = False
        self._fake.journal.end()
        if reply.broken is None:
            self._transport.write(payload)
            self._next()
        elif reply.broken is Break.RESET:
            self._reset()
        else:
            torn = _half(payload, reply.answer)
            if reply.broken is Break.TORN_CHUNKED:
                torn = _half(_chunked(reply.answer), reply.answer)
            self._transport.write(torn)
            self._transport.close()

    def _reset(self) -> None:
        """Close with RST rather than FIN: what a dying peer or a firewall does."""
        linger = self._transport.get_extra_info("socket")
        linger.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _HARD_CLOSE)
        self._transport.abort()


def _encode(answer: Answer, date: str, *, head_only: bool) -> bytes:
    head = f"date: {date}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in answer.headers)
    body = b"" if head_only else answer.body
    first = f"HTTP/1.1 {answer.status} {_PHRASES[answer.status]}\r\n"
    return f"{first}{head}content-length: {len(body)}\r\n\r\n".encode("latin-1") + body


def _chunked(answer: Answer) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in answer.headers)
    first = f"HTTP/1.1 {answer.status} {_PHRASES[answer.status]}\r\n"
    text = f"{first}{head}transfer-encoding: chunked\r\n\r\n{len(answer.body):x}\r\n"
    return text.encode("latin-1") + answer.body


def _half(payload: bytes, answer: Answer) -> bytes:
    """Keep the head and half of the body."""
    return payload[: len(payload) - (len(answer.body) + 1) // 2]


@asynccontextmanager
async def serve(
    organization: Organization | None = None,
    options: Options | None = None,
    *,
    port: int = 0,
) -> AsyncIterator[FakeAws]:
    """Run a fake on this loop; yields it with its `url`. Leaving drops all connections."""
    fake = FakeAws(
        organization or Organization.of(_DEFAULT_ACCOUNTS), options or Options(), Router()
    )
    peers: set[Connection] = set()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Connection(fake, peers), "127.0.0.1", port, backlog=1024
    )
    fake.url = f"http://localhost:{server.sockets[0].getsockname()[1]}"
    try:
        yield fake
    finally:
        server.close()
        for connection in tuple(peers):
            connection.close()
        await server.wait_closed()
