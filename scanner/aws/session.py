"""Who calls and through which client: leases on member accounts, clients shared by all.

One client per (service, region) serves every account. Its credentials object answers with
the lease of the calling task's visit and raises where there is none, so a request can be
late or missing but never signed for another account. Whoever drives a paginator or a
generator is who signs: do not hand them from one task to another.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aioboto3
import anyio
from aiobotocore.config import AioConfig
from aiobotocore.credentials import AioCredentials
from aiobotocore.session import AioSession
from botocore.exceptions import DataNotFoundError

from scanner.aws.answers import StrictParserFactory
from scanner.aws.gate import gated
from scanner.aws.models import LeanLoader
from scanner.aws.pages import paging_of
from scanner.aws.visit import VISIT
from scanner.aws.wire import KEEPALIVE, LoopbackResolver

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from botocore.credentials import ReadOnlyCredentials

    from scanner.aws.fast.calls import Fast
    from scanner.aws.gate import Gate
    from scanner.aws.pages import Paging
    from scanner.aws.wire import Wire

UNPOOLED = frozenset({"timestream-query", "timestream-write"})
"""Services whose clients remember the first account's discovered endpoint: one per visit."""


class VisitCredentials(AioCredentials):  # type: ignore[misc]  # aiobotocore is untyped
    """Credentials that are always those of the calling task's visit."""

    def __init__(self) -> None:  # the parent would store keys; here there are none to store
        self.method = "scanner"

    async def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """Return the current visit's credentials; raises LookupError outside a visit."""
        return _current()

    @property
    def access_key(self) -> str:
        """The current visit's access key id."""
        return str(_current().access_key)

    @property
    def secret_key(self) -> str:
        """The current visit's secret key."""
        return str(_current().secret_key)

    @property
    def token(self) -> str | None:
        """The current visit's session token."""
        token = _current().token
        return None if token is None else str(token)

    @property
    def account_id(self) -> str:
        """The current visit's account."""
        return VISIT.get().identity.account_id


def _current() -> ReadOnlyCredentials:
    frozen: ReadOnlyCredentials = VISIT.get().identity.frozen
    return frozen


class _VisitProvider:
    async def load_credentials(self) -> VisitCredentials:
        return VisitCredentials()


def config(wire: Wire, *, connections: int, user_agent: str) -> AioConfig:
    """Configure clients to be shared: one attempt each, nothing cached by account."""
    return AioConfig(
        retries={"mode": "standard", "total_max_attempts": 1},
        connect_timeout=10,
        read_timeout=60,
        max_pool_connections=connections,
        connector_args={
            "keepalive_timeout": KEEPALIVE,
            "ttl_dns_cache": 300,
            "resolver": LoopbackResolver(),
        },
        http_session_cls=wire.session_class,
        user_agent=user_agent,
        account_id_endpoint_mode="disabled",
        s3={"disable_s3_express_session_auth": True},
    )


def gated_session(
    gate: Gate,
    profile: str | None,
    loader: LeanLoader,
    fast: Fast | None = None,
    *,
    for_tasks: bool = False,
) -> AioSession:
    """Make a session all of whose clients pass the gate and call as the current visit.

    `for_tasks` makes them as users know them: they give datetimes, and have all their methods.
    """
    session = AioSession(profile=profile)
    session.register_component("data_loader", loader)
    session.set_config_variable("sts_regional_endpoints", "regional")
    base = gated(gate, fast)

    def put_first(base_classes: list[type], **_: Any) -> None:
        base_classes.insert(0, base)

    session.register("creating-client-class", put_first)
    if not for_tasks:
        session.register("creating-client-class", _made_on_demand)
    session.register("before-sign", gate.clock.date)
    session.register_component(
        "response_parser_factory", StrictParserFactory(text_times=not for_tasks)
    )
    session.register_component("credential_provider", _VisitProvider())
    return session


class _OnDemand:
    """Makes a client's methods when they are asked for: of hundreds, a run calls a few."""

    _PY_TO_OP_NAME: Mapping[str, str]
    _make_api_call: Callable[[str, Any], Awaitable[Any]]

    def __getattr__(self, name: str) -> Any:
        operation = self._PY_TO_OP_NAME.get(name)
        if operation is None:
            return super().__getattr__(name)  # type: ignore[misc]  # the client's own, next in line

        async def call(**params: Any) -> Any:
            return await self._make_api_call(operation, params)

        return call


def _made_on_demand(class_attributes: dict[str, Any], base_classes: list[type], **_: Any) -> None:
    for name in class_attributes["_PY_TO_OP_NAME"]:
        class_attributes.pop(name, None)  # botocore has taken out those that it can't make
    base_classes.insert(0, _OnDemand)


class Clients:
    """The clients of a run, one per service and region, shared by all accounts.

    They pass the gate, refuse torn answers and leave timestamps as text, or have datetimes
    where they are `for_tasks` of users. `loader` is one that other sessions share. Without `fast`
    all calls are botocore's own.
    """

    def __init__(
        self,
        gate: Gate,
        settings: AioConfig,
        profile: str | None = None,
        loader: LeanLoader | None = None,
        fast: Fast | None = None,
        *,
        for_tasks: bool = False,
    ) -> None:
        self._loader = loader or LeanLoader()
        self._fast = fast
        self._botocore = gated_session(gate, profile, self._loader, fast, for_tasks=for_tasks)
        self._session = aioboto3.Session(botocore_session=self._botocore)
        self._config = settings
        self._clients: dict[tuple[str, str], Any] = {}
        self._paging: dict[tuple[str, str], Paging] = {}
        self._making = anyio.Lock()

    @asynccontextmanager
    async def use(self, service: str, region: str) -> AsyncIterator[Any]:
        """Lend the client of a service in a region; who calls through it is the visit's."""
        if service in UNPOOLED:
            async with self._make(service, region) as client:
                yield client
        else:
            yield await self._pooled(service, region)

    def paging(self, client: Any, operation: str) -> Paging:
        """Say how an operation of a client pages, from botocore's models."""
        model = client.meta.service_model
        key = (model.service_name, operation)
        if key not in self._paging:
            try:
                paginators = self._botocore.get_paginator_model(model.service_name)
                paginator = paginators.get_paginator(operation)
            except (DataNotFoundError, ValueError):
                paginator = None
            self._paging[key] = paging_of(model.operation_model(operation), paginator)
        return self._paging[key]

    async def retire(self, service: str, region: str) -> None:
        """Close a client that no unit will need again, with the models after the last region.

        Should it be needed after all, the next `use` makes a new one.
        """
        client = self._clients.pop((service, region), None)
        if client is not None:
            await client.__aexit__(None, None, None)
        if not any(kept == service for kept, _ in self._clients):
            self._loader.forget(service)
            if self._fast:
                self._fast.readers.forget(service)

    async def aclose(self) -> None:
        """Close every client."""
        while self._clients:
            _, client = self._clients.popitem()
            await client.__aexit__(None, None, None)

    async def _pooled(self, service: str, region: str) -> Any:
        key = (service, region)
        if key not in self._clients:
            async with self._making:
                if key not in self._clients:
                    self._clients[key] = await self._made(service, region)
        return self._clients[key]

    async def _made(self, service: str, region: str) -> Any:
        client = await self._make(service, region).__aenter__()
        # It looked at every operation once, and has kept what it saw.
        client.meta.service_model._instance_cache.clear()  # noqa: SLF001 — there is no other way
        return client

    def _make(self, service: str, region: str) -> Any:
        return self._session.client(service, region_name=region, config=self._config)
