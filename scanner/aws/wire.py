"""One connector, DNS cache and TLS context for all clients of a process; it knows no AWS."""

from __future__ import annotations

import socket
from functools import cached_property
from typing import TYPE_CHECKING, Any

import aiohttp
from aiobotocore.awsrequest import AioAWSResponse
from aiobotocore.httpsession import AIOHTTPSession
from aiohttp import ThreadedResolver
from botocore.awsrequest import HeadersDict
from botocore.httpsession import ProxyConfiguration
from yarl import URL

if TYPE_CHECKING:
    from aiohttp.abc import ResolveResult

KEEPALIVE = 60
"""Seconds an idle connection stays open."""


class LoopbackResolver(ThreadedResolver):
    """Resolves names below `localhost` to loopback (RFC 6761), all others as the system does.

    botocore puts account ids and service prefixes before the host of the endpoint, also where
    that is an emulator on this machine, and not every system's resolver follows the RFC.
    """

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Resolve a host name."""
        local = host.endswith(".localhost")
        return await super().resolve("127.0.0.1" if local else host, port, family)


class Wire:
    """The HTTP connections of a run, shared by every client and closed with it.

    aiobotocore gives each client its own connector and TLS context: 21 ms of CPU and a CA
    bundle in memory, times services, times regions.
    """

    def __init__(self) -> None:
        self._sessions: dict[tuple[Any, ...], aiohttp.ClientSession] = {}
        self.session_class = _session_class(self)

    def session(self, key: tuple[Any, ...], make: Any) -> aiohttp.ClientSession:
        """Return the HTTP session of a proxy and TLS configuration, made at first use."""
        if key not in self._sessions:
            self._sessions[key] = make()
        return self._sessions[key]

    async def aclose(self) -> None:
        """Close every connection."""
        while self._sessions:
            _, session = self._sessions.popitem()
            await session.close()


class Received(AioAWSResponse):  # type: ignore[misc]  # aiobotocore is untyped
    """An answer that is there in full, as botocore's handlers know answers."""

    def __init__(self, url: str, status: int, names: dict[str, str], body: bytes) -> None:
        self.url = url
        self.status_code = status
        self.names = names
        self.body = self._content = body
        self.raw = self

    @cached_property
    def headers(self) -> HeadersDict:
        """The headers, by names in any case; `names` has them in lower case."""
        return HeadersDict(self.names)


class _Failed(AIOHTTPSession):  # type: ignore[misc]  # aiobotocore is untyped
    """Connections that fail in one way, for aiobotocore to say what that is called."""

    def __init__(self, error: Exception) -> None:
        self._proxy_config = ProxyConfiguration()
        self._error = error

    async def _get_session(self, proxy_url: str | None) -> aiohttp.ClientSession:  # noqa: ARG002 — its parent's shape
        raise self._error


class _Exchanges(AIOHTTPSession):  # type: ignore[misc]  # aiobotocore is untyped
    """Connections over which an answer is taken in full, and looked at once."""

    async def exchange(self, request: Any) -> Received:
        """Send a request and read the answer, as `send` does and raising what it raises."""
        if self._proxy_config.proxy_url_for(request.url):
            sent = await self.send(request)
            names = {name.lower(): value for name, value in sent.headers.items()}
            return Received(request.url, sent.status_code, names, await sent.content)
        try:
            session = await self._get_session(None)
            response = await session.request(
                request.method,
                url=URL(request.url, encoded=True),
                headers={**request.headers, "Accept-Encoding": "identity"},
                data=request.body,
            )
            body = await response.read()
        except Exception as exc:
            await _Failed(exc).send(request)
            raise
        names = {name.decode().lower(): value.decode() for name, value in response.raw_headers}
        return Received(request.url, response.status, names, body)


def _session_class(wire: Wire) -> type[AIOHTTPSession]:
    class SharedSession(_Exchanges):
        """What a client believes to be its own connections."""

        async def _get_session(self, proxy_url: str | None) -> aiohttp.ClientSession:
            key = (proxy_url, self._verify, self._cert_file, self._key_file)

            def make() -> aiohttp.ClientSession:
                return aiohttp.ClientSession(
                    connector=self._create_connector(proxy_url),
                    timeout=self._timeout,
                    cookie_jar=aiohttp.DummyCookieJar(),
                    skip_auto_headers={"Content-Type"},
                    auto_decompress=False,
                )

            return wire.session(key, make)

    return SharedSession
