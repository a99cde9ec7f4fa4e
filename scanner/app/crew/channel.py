"""Messages between two processes over a socket: plain data and bytes; nothing in them is run."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from struct import Struct
from typing import TYPE_CHECKING, Any, Self

import anyio
import orjson

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator, Mapping

_SIZES = Struct(">II")
"""How long a message's JSON is, and how long the bytes after it."""

FAREWELL = 1.0
"""Seconds that what was sent may take to leave when an end is closed."""


class Channel:
    """One end of a connection; a full one makes `send` wait until the other end reads.

    To an end that is gone nothing is sent: `receive` tells that it is.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    @asynccontextmanager
    async def over(cls, sock: socket.socket) -> AsyncIterator[Self]:
        """Open an end, which owns the socket from now on."""
        reader, writer = await asyncio.open_unix_connection(sock=sock)
        try:
            yield cls(reader, writer)
        finally:
            writer.close()
            with anyio.move_on_after(FAREWELL, shield=True), suppress(OSError):
                await writer.wait_closed()
            writer.transport.abort()

    async def send(self, message: Mapping[str, Any], body: bytes | bytearray = b"") -> None:
        """Send a message whole."""
        if self._writer.is_closing():
            return
        head = orjson.dumps(message)
        self._writer.write(b"".join((_SIZES.pack(len(head), len(body)), head, body)))
        with suppress(ConnectionError):
            await self._writer.drain()

    async def receive(self) -> tuple[dict[str, Any], bytes] | None:
        """Return the next message and its bytes; None where no whole one comes any more."""
        try:
            head, body = _SIZES.unpack(await self._reader.readexactly(_SIZES.size))
            message: dict[str, Any] = orjson.loads(await self._reader.readexactly(head))
            return message, await self._reader.readexactly(body)
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    def end(self) -> None:
        """Send nothing more: the other end comes to the end of what it receives."""
        if not self._writer.is_closing():
            with suppress(OSError):
                self._writer.write_eof()
