"""The way into moto without a network: botocore clients whose requests end in its WSGI app."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from werkzeug.test import Client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed.wsgi import WSGIApplication
    from botocore.awsrequest import AWSPreparedRequest
    from botocore.client import BaseClient

_CONFIG = Config(parameter_validation=False, retries={"total_max_attempts": 1})
_URL = "http://127.0.0.1"


class Door:
    """Call any operation in any account and region; one client a service and region."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = Client(app)
        self._session = botocore.session.Session()
        self._clients: dict[tuple[str, str], BaseClient] = {}
        self._account_id = ""

    def call(
        self, account_id: str, region: str, operation: str, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Call `service.method`; raises botocore's ClientError where moto refuses."""
        service, _, method = operation.partition(".")
        self._account_id = account_id
        answer: dict[str, Any] = getattr(self._client(service, region), method)(**params)
        return answer

    def _client(self, service: str, region: str) -> BaseClient:
        if (service, region) not in self._clients:
            client = self._session.create_client(
                service,
                region_name=region,
                endpoint_url=_URL,
                aws_access_key_id="seed",
                aws_secret_access_key="seed",  # noqa: S106 — moto checks no signature
                config=_CONFIG,
            )
            client.meta.events.register("before-send", self._send)
            self._clients[service, region] = client
        return self._clients[service, region]

    def _send(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        headers = {
            name: value.decode() if isinstance(value, bytes) else value
            for name, value in request.headers.items()
        }
        answer = self._app.open(
            request.url.removeprefix(_URL),
            method=request.method,
            headers=headers | {"x-moto-account-id": self._account_id},
            data=request.body or b"",
        )
        return AWSResponse(
            request.url, answer.status_code, dict(answer.headers), _Body(answer.data)
        )


class _Body(BytesIO):
    """A body the way botocore wants to read it."""

    def stream(self) -> Iterator[bytes]:
        """Yield the whole body."""
        yield self.read()
