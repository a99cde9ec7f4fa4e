"""One connector, DNS cache and TLS context for all clients of a process; it knows no AWS."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import aiohttp
from aiobotocore.config import AioConfig
from aiobotocore.httpsession import AIOHTTPSession
from aiohttp import ThreadedResolver

from scanner.aws.exchange import Exchanging

if TYPE_CHECKING:
    import ssl

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


class CheckedSession(AIOHTTPSession):  # type: ignore[misc]  # aiobotocore is untyped
    """HTTP connections to servers whose certificates are theirs.

    aiobotocore 2.25.1 takes botocore's TLS context, which leaves checking the host name to
    urllib3, and has no urllib3: any trusted certificate would do for any host.
    """

    def _get_ssl_context(self) -> ssl.SSLContext:
        context: ssl.SSLContext = super()._get_ssl_context()
        context.check_hostname = True
        return context


class CheckedConfig(AioConfig):  # type: ignore[misc]  # aiobotocore is untyped
    """What clients get that others configure, those of the SDK's credential providers."""

    def __init__(self) -> None:
        super().__init__(http_session_cls=CheckedSession)

    def merge(self, other_config: Any) -> Any:
        """Add another's settings, and keep the connections: aiobotocore's own lets go of them."""
        merged = super().merge(other_config)
        merged.http_session_cls = self.http_session_cls
        return merged


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


def _session_class(wire: Wire) -> type[AIOHTTPSession]:
    class SharedSession(Exchanging, CheckedSession):
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
