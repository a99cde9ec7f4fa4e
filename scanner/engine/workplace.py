"""What a user's asynchronous task is given: one account, one region, clients for both."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import structlog

from scanner.model.target import GLOBAL

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from contextlib import AsyncExitStack
    from typing import Unpack

    from scanner.aws.guests import Guests
    from scanner.engine.made import Maker
    from scanner.model.record import Record
    from scanner.model.target import Account
    from scanner.model.task import Fields


@dataclass(frozen=True, slots=True)
class Workplace:
    """A unit as its task sees it; implements `scanner.TaskContext`."""

    maker: Maker
    guests: Guests
    params: Mapping[str, str]
    stack: AsyncExitStack
    _lent: dict[tuple[str, str], Any] = field(default_factory=dict)

    @property
    def account(self) -> Account:
        """The account of this unit."""
        return self.maker.ctx.unit.account

    @property
    def region(self) -> str:
        """The region of this unit, or the home of global services."""
        ctx = self.maker.ctx
        return ctx.home if ctx.unit.region == GLOBAL else ctx.unit.region

    @property
    def log(self) -> Any:
        """A logger that names the task; account and region are bound already."""
        return structlog.get_logger().bind(task=self.maker.task.name)

    @property
    def session(self) -> Any:
        """An aioboto3 session of this region, which calls as this unit's account."""
        return self.guests.session(self.region)

    def client(self, service: str, region: str | None = None) -> Lending:
        """Lend the client of a service, in this region or another."""
        return Lending(self, service, region or self.region)

    def record(self, **fields: Unpack[Fields]) -> Record:
        """Make the record of a resource."""
        return self.maker.record(fields)

    async def borrowed(self, service: str, region: str) -> Any:
        """Return a client, which stays open until the unit ends."""
        key = (service, region)
        if key not in self._lent:
            client = await self.stack.enter_async_context(self.guests.use(service, region))
            self._lent.setdefault(key, client)
        return self._lent[key]


@dataclass(frozen=True, slots=True)
class Lending:
    """A client to be, for `await` and `async with` alike; to leave it closes nothing."""

    place: Workplace
    service: str
    region: str

    def __await__(self) -> Generator[Any, None, Any]:
        return self.place.borrowed(self.service, self.region).__await__()

    async def __aenter__(self) -> Any:
        return await self

    async def __aexit__(self, *exc: object) -> None:
        """Leave the client open: others of the unit may have it too."""
