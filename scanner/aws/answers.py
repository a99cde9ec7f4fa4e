"""Read AWS's answers strictly, timestamps as text; a torn body is never an empty answer.

botocore turns a JSON body that it can't parse into `{"message": …}`, and an HTML page that
happens to be XML into an answer without members: a proxy's error page would read as "there
are no resources". Here both raise `ResponseParserError`, which the retries understand.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from typing import Any

import anyio
import orjson
from aiobotocore.parsers import PROTOCOL_PARSERS, AioResponseParserFactory
from botocore.parsers import PROTOCOL_PARSERS as BLOCKING_PARSERS
from botocore.parsers import ResponseParserError, ResponseParserFactory
from botocore.utils import parse_timestamp

LONG = 512 * 1024
"""Bytes of an answer from which on it is parsed in a thread: here it would stop all else."""

SUCCESS = range(200, 300)
"""HTTP statuses of an answer that is what was asked for."""

_PAGES = (b"<!doctype html", b"<html")
_CANONICAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", re.ASCII)


def rfc3339(value: Any) -> str:
    """Write an AWS timestamp (ISO text, epoch seconds, HTTP date) as RFC 3339 in UTC.

    What is no moment stays as it is: one odd member must not cost a page.
    """
    if isinstance(value, str) and _CANONICAL.fullmatch(value):
        return value
    try:
        moment = parse_timestamp(value)
        return format_time(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError, RuntimeError):  # botocore raises any of them
        return str(value)


def format_time(moment: datetime) -> str:
    """Write an aware moment as RFC 3339 in UTC, with `Z`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def is_page(body: Any) -> bool:
    """Say whether a body is a page for people: a proxy's, not an answer of AWS."""
    # By its beginning: emulators of AWS label their JSON and XML as text/html.
    return isinstance(body, bytes) and body[:64].lstrip().lower().startswith(_PAGES)


class _StrictBody:
    """Refuse what is no answer of AWS; mixed into each of botocore's parsers, of either kind."""

    _succeeded = False

    def _look_at(self, response: dict[str, Any]) -> None:
        self._succeeded = response["status_code"] in SUCCESS
        if self._succeeded and is_page(response["body"]):
            raise ResponseParserError("the answer is an HTML page: is a proxy in the way?")

    def _parse_body_as_json(self, body: bytes) -> Any:
        if not self._succeeded:
            return super()._parse_body_as_json(body)  # type: ignore[misc]  # botocore is untyped
        try:
            return orjson.loads(body) if body else {}
        except orjson.JSONDecodeError as exc:
            raise ResponseParserError(f"the answer is not JSON: {exc}") from exc


class _StrictAnswer(_StrictBody):
    """What aiobotocore's parsers do besides: long answers take turns in a thread."""

    turns: anyio.CapacityLimiter

    async def parse(self, response: dict[str, Any], shape: Any) -> Any:
        self._look_at(response)
        parse = super().parse  # type: ignore[misc]  # botocore is untyped
        if isinstance(response["body"], bytes) and len(response["body"]) >= LONG:
            return await anyio.to_thread.run_sync(
                anyio.run, parse, response, shape, limiter=self.turns
            )
        return await parse(response, shape)


class _StrictBlocking(_StrictBody):
    """What botocore's own parsers are, where it blocks."""

    def parse(self, response: dict[str, Any], shape: Any) -> Any:
        self._look_at(response)
        return super().parse(response, shape)  # type: ignore[misc]  # botocore is untyped


@cache
def _strict(protocol: str) -> type:
    parser = PROTOCOL_PARSERS[protocol]
    return type(f"Strict{parser.__name__}", (_StrictAnswer, parser), {})


@cache
def _strict_blocking(protocol: str) -> type:
    parser = BLOCKING_PARSERS[protocol]
    return type(f"Strict{parser.__name__}", (_StrictBlocking, parser), {})


class StrictParserFactory(AioResponseParserFactory):  # type: ignore[misc]  # botocore is untyped
    """Make parsers that refuse torn answers; with `text_times`, timestamps stay text.

    Long answers are parsed one at a time, so that their memory does not add up.
    """

    def __init__(self, *, text_times: bool) -> None:
        super().__init__()
        self._turns = anyio.CapacityLimiter(1)
        if text_times:
            self.set_parser_defaults(timestamp_parser=rfc3339)

    def create_parser(self, protocol_name: str) -> Any:
        """Make the parser of a protocol; botocore calls this once an answer."""
        parser = _strict(protocol_name)(**self._defaults)
        parser.turns = self._turns
        return parser


class BlockingParserFactory(ResponseParserFactory):  # type: ignore[misc]  # botocore is untyped
    """Make parsers for clients that block, which refuse torn answers too."""

    def create_parser(self, protocol_name: str) -> Any:
        """Make the parser of a protocol."""
        return _strict_blocking(protocol_name)(**self._defaults)
