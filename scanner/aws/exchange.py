"""Take an answer off a connection once, in full, for those who know that it does not stream."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from aiobotocore.awsrequest import AioAWSResponse
from aiobotocore.httpsession import AIOHTTPSession
from botocore.awsrequest import HeadersDict
from botocore.httpsession import ProxyConfiguration
from yarl import URL

if TYPE_CHECKING:
    import aiohttp


class Received(AioAWSResponse):  # type: ignore[misc]  # aiobotocore is untyped
    """An answer that is there in full, as botocore's handlers know answers."""

    def __init__(self, url: str, status: int, names: dict[str, str], body: bytes) -> None:
        self.url = url
        self.status_code = status
        self.names = names
        self.body = self._content = body

    @property
    def raw(self) -> Received:
        """What the answer is read from: itself."""
        return self

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


class Exchanging(AIOHTTPSession):  # type: ignore[misc]  # aiobotocore is untyped
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
