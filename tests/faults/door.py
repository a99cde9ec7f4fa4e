"""Ports before the fake at which connections, not requests, meet their fate; asserts nothing."""

from __future__ import annotations

import asyncio
import datetime as dt
import errno
import socket
import ssl
import struct
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from pathlib import Path

_RST = struct.pack("ii", 1, 0)


class Door:
    """A port that leads to another one; the first `resets` to come through are thrown out.

    With a `greeting`, it leads nowhere: whoever comes is told that, and that is all.
    """

    def __init__(
        self,
        behind: int,
        *,
        resets: float = 0,
        greeting: bytes = b"",
        context: ssl.SSLContext | None = None,
    ):
        self.resets = resets
        self._greeting = greeting
        self.knocks = 0
        self._behind = behind
        self._context = context
        self._server: asyncio.Server | None = None
        self._guests: set[asyncio.Task] = set()
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._crowd: list[socket.socket] = []

    async def open(self):
        """Let connections in: until then they are refused."""
        if self._server is None:
            self._disperse()
            self._server = await asyncio.start_server(
                self._receive, sock=self._socket, ssl=self._context
            )

    def crowd(self):
        """Fill the queue before the door, so that nobody gets as far as an answer."""
        self._socket.listen(0)
        for _ in range(2):
            waiting = socket.socket()
            waiting.setblocking(False)  # noqa: FBT003 — the library's signature
            with suppress(BlockingIOError):
                waiting.connect(("127.0.0.1", self.port))
            self._crowd.append(waiting)

    async def close(self):
        self._disperse()
        if self._server is None:
            self._socket.close()
            return
        self._server.close()
        for guest in self._guests:
            guest.cancel()
        await asyncio.gather(*self._guests, return_exceptions=True)
        await self._server.wait_closed()

    def _disperse(self):
        while self._crowd:
            self._crowd.pop().close()

    async def _receive(self, reader, writer):
        self._guests.add(asyncio.current_task())
        self.knocks += 1
        if self.knocks <= self.resets:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)
            writer.transport.abort()
            return
        if self._greeting:
            writer.write(self._greeting)
            writer.close()
            return
        with suppress(OSError):
            back, forth = await asyncio.open_connection("127.0.0.1", self._behind)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_pump(reader, forth))
                tasks.create_task(_pump(back, writer))


async def _pump(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


@asynccontextmanager
async def door(behind: int, **options):
    made = Door(behind, **options)
    try:
        yield made
    finally:
        await made.close()


def unresolvable(monkeypatch, port: int, number: int, times: float):
    """Let the resolver fail for an address, so many times."""
    look_up, failures = socket.getaddrinfo, []

    def failing(host, asked, *args, **options):
        if asked == port and len(failures) < times:
            failures.append(host)
            raise socket.gaierror(number, "the resolver says so")
        return look_up(host, asked, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", failing)
    return failures


def out_of_descriptors(monkeypatch, port: int, times: float):
    """Let connections to a port fail as they do where too many files are open."""
    connect, failures = socket.socket.connect, []

    def failing(self, address):
        if address[1] == port and len(failures) < times:
            failures.append(address)
            raise OSError(errno.EMFILE, "Too many open files")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", failing)
    return failures


def certificate(directory: Path, name: str) -> Path:
    """Write a certificate, its own authority, and its key into one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    path = directory / f"{name}.pem"
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(pem))
    return path


def server_context(path: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
