"""One connector, DNS cache and TLS context for all clients of a process; it knows no AWS."""

from __future__ import annotations

from typing import Any

import aiohttp
from aiobotocore.httpsession import AIOHTTPSession

KEEPALIVE = 60
"""Seconds an idle connection stays open."""


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
    class SharedSession(AIOHTTPSession):  # type: ignore[misc]
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
