"""Take the image of a resource: what an action's reads answer now, as plans show it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson

from scanner.engine.asking import ask_whole
from scanner.engine.context import PLAIN
from scanner.model.errors import CallError
from scanner.model.paths import fill
from scanner.model.record import REDACTED
from scanner.model.resource import Call, ResourceType
from scanner.output.encode import encode_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scanner.aws.gate import Gate
    from scanner.aws.session import Clients
    from scanner.model.record import Record

_ANY = ResourceType("", "", list=Call(""), id="")
"""A type that declares no secrets: those are told by names and shapes."""


@dataclass(frozen=True, slots=True)
class Camera:
    """Takes images as the current visit's identity; `types` say what of them is secret."""

    gate: Gate
    clients: Clients
    types: Mapping[str, ResourceType]

    async def take(self, service: str, region: str, reads: Sequence[Call]) -> dict[str, Any]:
        """Make filled-in reads and return their answers by name, secrets included."""
        image: dict[str, Any] = {}
        for call in reads:
            where = call.region or region
            try:
                value = await ask_whole(self.gate, self.clients, service, where, call, call.params)
            except CallError as exc:
                if exc.code not in call.absent:
                    raise
                value = None
            image[call.name] = value
        taken: dict[str, Any] = plain(image)
        return taken

    def shown(self, type: str, image: Mapping[str, Any]) -> dict[str, Any]:
        """Return an image without its secrets."""
        copy: dict[str, Any] = plain(image)
        for value in copy.values():
            if isinstance(value, dict):
                PLAIN.hide(self._known(type), value, {})
        PLAIN.hide(self._known(type), {}, copy)
        return copy

    def described(self, record: Record) -> tuple[dict[str, Any], dict[str, str] | None]:
        """Return a record's configuration and tags without secrets that the scan has spared."""
        members: dict[str, Any] = plain(record.configuration)
        tags = None if record.tags is None else dict(record.tags)
        PLAIN.hide(self._known(record.resource_type), members, {}, tags)
        return members, tags

    def _known(self, type: str) -> ResourceType:
        return self.types.get(type, _ANY)


def filled(reads: Sequence[Call], find: Callable[[str], Any]) -> tuple[Call, ...]:
    """Fill in the parameters of reads, so that they can be made without the resource."""
    return tuple(
        replace(call, params=fill(call.params, find), region=str(fill(call.region, find) or ""))
        for call in reads
    )


def plain(value: Any) -> Any:
    """Return a value as it comes back from a file."""
    return orjson.loads(encode_line(value))


def shows_secrets(params: Mapping[str, Any]) -> bool:
    """Say whether parameters hold what a plan must not show, or what only stands for it."""
    return REDACTED in encode_line(params).decode() or bool(PLAIN.hide(_ANY, {}, plain(params)))
