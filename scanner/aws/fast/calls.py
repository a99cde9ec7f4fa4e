"""Make a client's reads the fast way; what is not plain is handed to botocore, answer and all."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import anyio
import orjson
from anyio.to_thread import run_sync
from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import BotoCoreError

from scanner.aws.answers import LONG, SUCCESS
from scanner.aws.fast.answer import Readers
from scanner.aws.fast.refusal import is_plain, refusal
from scanner.aws.fast.signing import Signer
from scanner.aws.fast.template import Board, Undrawable
from scanner.aws.fast.xml_shapes import Odd
from scanner.aws.request import READS, Request
from scanner.aws.slices import Slices
from scanner.aws.visit import VISIT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from botocore.credentials import ReadOnlyCredentials

    from scanner.aws.exchange import Received
    from scanner.aws.fast.answer import Reader
    from scanner.aws.fast.signing import Template

TEMPLATES = 64
"""Templates that a client keeps, those drawn twice; those used longest ago go first."""

OURS: ContextVar[bool] = ContextVar("scanner_ours", default=False)
_RECEIVED: ContextVar[Any] = ContextVar("scanner_received", default=None)

NOT_PLAIN = (Odd, LookupError, TypeError, ValueError, AttributeError, RecursionError, SyntaxError)
"""What a reader may raise; an XML error is a SyntaxError."""


@contextmanager
def ours() -> Iterator[None]:
    """Mark calls as the engine's own; those of users' tasks go botocore's way."""
    token = OURS.set(True)
    try:
        yield
    finally:
        OURS.reset(token)


class Fast:
    """What the fast clients of a run share; long answers are read one at a time, in a thread."""

    def __init__(self, signer: Signer | None = None) -> None:
        self.signer = signer or Signer()
        self.readers = Readers()
        self.turns = anyio.CapacityLimiter(1)
        self.slices = Slices()

    def of(self, client: Any, stock: Callable[[str, Any], Awaitable[Any]]) -> Calls:
        """Return what makes a client's calls; `stock` is how botocore makes them."""
        return Calls(self, client, stock)


class _Key(NamedTuple):
    """What a template is kept by; parameters are None where they are no JSON, as blobs are."""

    operation: str
    token: bool
    params: str | None


@dataclass(frozen=True, slots=True)
class _Operation:
    service: str
    model: Any
    reader: Reader
    after: str


class Calls:
    """The calls of one client."""

    def __init__(
        self, fast: Fast, client: Any, stock: Callable[[str, Any], Awaitable[Any]]
    ) -> None:
        self._fast = fast
        self._client = client
        self._stock = stock
        self._operations: dict[str, _Operation | None] = {}
        self._templates: OrderedDict[_Key, Template | None] = OrderedDict()
        self._boards: dict[bool, Board] = {}
        client.meta.events.register("before-send", _answer_received)

    async def __call__(self, operation: str, params: Any) -> Any:
        """Make a call as the current visit; returns and raises what botocore would."""
        known = self._operation(operation) if OURS.get() else None
        if known is None:
            return await self._stock(operation, params)
        key = _key(operation, VISIT.get().identity.frozen, params)
        template = await self._template(known.model, key, params)
        if template is None:
            return await self._stock(operation, params)
        headers = self._fast.signer.headers(template, VISIT.get().identity.frozen)
        response = await self._client._endpoint.http_session.exchange(  # noqa: SLF001 — the client's way out
            AWSPreparedRequest(
                template.method, template.url, headers, template.body, stream_output=False
            )
        )
        context = dict(template.context)
        if is_plain(known.service, response.status_code):
            raise await refusal(self._client, known.model, response, context, known.after)
        parsed = await self._read(known.reader, response)
        if parsed is None:
            self._templates.pop(key, None)
            return await self._judged_by_botocore(operation, params, response)
        await self._client.meta.events.emit(
            known.after, http_response=response, parsed=parsed, model=known.model, context=context
        )
        return parsed

    async def _read(self, reader: Reader, response: Received) -> dict[str, Any] | None:
        """Return a parsed answer; None where botocore must look at it."""
        if response.status_code not in SUCCESS:
            return None
        read = partial(reader.read, response.status_code, response.names, response.body)
        try:
            if len(response.body) < LONG:
                await self._fast.slices.turn()
                return read()
            return await run_sync(read, limiter=self._fast.turns)
        except NOT_PLAIN:
            return None

    async def _judged_by_botocore(self, operation: str, params: Any, response: Received) -> Any:
        token = _RECEIVED.set(response)
        try:
            return await self._stock(operation, params)
        finally:
            _RECEIVED.reset(token)

    async def _template(self, model: Any, key: _Key, params: Mapping[str, Any]) -> Template | None:
        """Return the template of a call, drawn if need be; None where botocore must make it."""
        known = self._templates.get(key)
        if known is not None:
            self._templates.move_to_end(key)
            return known
        if key.token not in self._boards:
            self._boards[key.token] = Board(self._client, token=key.token)
        try:
            template = await self._boards[key.token].draw(model, params)
        except (Undrawable, BotoCoreError):
            return None
        if key.params is not None:
            # Next pages and details of one resource are asked for once: only their keys are kept.
            self._templates[key] = template if key in self._templates else None
            self._templates.move_to_end(key)
            if len(self._templates) > TEMPLATES:
                self._templates.popitem(last=False)
        return template

    def _operation(self, name: str) -> _Operation | None:
        if name not in self._operations:
            self._operations[name] = self._plain(name)
        return self._operations[name]

    def _plain(self, name: str) -> _Operation | None:
        """Return what is known of an operation that can go the fast way."""
        service = self._client.meta.service_model
        model = service.operation_model(name)
        reads = READS.match(name) and not Request(service.service_name, "", name).refusal
        if not reads or model.idempotent_members or model.has_streaming_input:
            return None
        reader = self._fast.readers.of(model)
        if reader is None or _expires(model):
            return None
        after = f"after-call.{service.service_id.hyphenize()}.{name}"
        return _Operation(service.service_name, model, reader, after)


def _key(operation: str, keys: ReadOnlyCredentials, params: Mapping[str, Any]) -> _Key:
    try:
        # Decoded, for it is kept: the bytes that orjson gives keep a kilobyte each.
        text = orjson.dumps(params, option=orjson.OPT_PASSTHROUGH_DATETIME).decode()
    except TypeError:
        text = None
    return _Key(operation, bool(keys.token), text)


def _expires(model: Any) -> bool:
    """Say whether botocore reads a member out of the Expires header before it parses (S3)."""
    return model.output_shape is not None and "Expires" in model.output_shape.members


def _answer_received(**_: Any) -> Any:
    """Give botocore the answer that came already, once, instead of sending the request again."""
    received = _RECEIVED.get()
    _RECEIVED.set(None)
    return received
