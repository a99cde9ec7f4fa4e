"""Turn a Call into items: fill parameters, send, page, pick; it keeps no records and no state."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import jmespath
import orjson
from botocore import xform_name
from jmespath.visitor import TreeInterpreter

from scanner.aws.fast.calls import ours
from scanner.aws.request import Request
from scanner.model.errors import CallError, ScannerError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping

    from scanner.aws.gate import Gate
    from scanner.model.resource import Call

LARGEST_PAGE = 1000
"""Items asked for at once where the model allows as many; larger answers block the loop."""

SAME_PAGES = 3
"""Repetitions of one page in a row by which a list is known to go in circles."""

_TOKENS = (
    ("NextToken", "NextToken"),
    ("nextToken", "nextToken"),
    ("Marker", "NextMarker"),
    ("Marker", "Marker"),
    ("marker", "marker"),
    ("NextPageToken", "NextPageToken"),
    ("nextPageToken", "nextPageToken"),
    ("pageToken", "nextPageToken"),
    ("PaginationToken", "PaginationToken"),
    ("Token", "NextToken"),
    ("NextMarker", "NextMarker"),
    ("position", "position"),
    ("TrafficPolicyIdMarker", "TrafficPolicyIdMarker"),
)
"""Token members, input and output, of operations that page but have no paginator."""


@dataclass(frozen=True, slots=True)
class Paging:
    """How an operation pages: token members, JMESPath to their successors, size member."""

    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    more: str = ""
    limit: str = ""
    limit_max: int | None = None

    def after(self, answer: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the parameters that ask for the next page; None after the last."""
        if not self.inputs or (self.more and not expression(self.more)(answer)):
            return None
        tokens = (expression(output)(answer) for output in self.outputs)
        found = {key: token for key, token in zip(self.inputs, tokens, strict=True) if token}
        return found or None

    def sized(self, call: Call) -> dict[str, int]:
        """Return the page-size parameter to send with a call, if any."""
        size = call.page_size
        if size is None and self.limit_max is not None:
            size = min(self.limit_max, LARGEST_PAGE)
        if not size or not self.limit or self.limit in call.params:
            return {}
        return {self.limit: size}


@cache
def expression(text: str) -> Callable[[Any], Any]:
    """Compile a JMESPath expression, once, to a function of what is searched.

    jmespath's own `search` makes an interpreter each time, a cycle that only the collector frees.
    """
    return partial(TreeInterpreter().visit, jmespath.compile(text).parsed)


def paging_of(operation: Any, paginator: Mapping[str, Any] | None) -> Paging:
    """Learn paging from botocore's operation model and its paginator's configuration."""
    members = operation.input_shape.members if operation.input_shape else {}
    if paginator is None:
        return _by_token_names(operation, members)
    limit = str(paginator.get("limit_key") or "")
    return Paging(
        inputs=_tuple(paginator["input_token"]),
        outputs=_tuple(paginator["output_token"]),
        more=str(paginator.get("more_results") or ""),
        limit=limit,
        limit_max=_maximum(members.get(limit)),
    )


def _by_token_names(operation: Any, members: Mapping[str, Any]) -> Paging:
    results = operation.output_shape.members if operation.output_shape else {}
    for given, returned in _TOKENS:
        if given in members and returned in results:
            limits = [name for name in ("MaxResults", "maxResults", "Limit") if name in members]
            limit = limits[0] if limits else ""
            return Paging((given,), (returned,), "", limit, _maximum(members.get(limit)))
    return Paging()


def _tuple(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _maximum(shape: Any) -> int | None:
    maximum = getattr(shape, "metadata", {}).get("max")
    return int(maximum) if maximum is not None and shape.type_name in ("integer", "long") else None


@dataclass(frozen=True, slots=True)
class Page:
    """What one answer gave, and the parameters that ask for the next page."""

    picked: Any
    following: dict[str, Any] | None


async def ask(gate: Gate, client: Any, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Send one call; raises CallError and, where the account can't be entered, AccountError."""
    method = getattr(client, xform_name(operation))
    try:
        with ours():
            answer: dict[str, Any] = await method(**params)
    except ScannerError:
        raise
    except Exception as exc:
        request = Request(
            client.meta.service_model.service_name, client.meta.region_name, operation
        )
        raise gate.error(exc, request) from exc
    answer.pop("ResponseMetadata", None)
    return answer


async def ask_page(
    gate: Gate, client: Any, call: Call, params: Mapping[str, Any], paging: Paging
) -> Page:
    """Send the call for one page; raises as `ask` does."""
    answer = await ask(gate, client, call.operation, params)
    return Page(pick(call, answer), paging.after(answer))


async def later_pages(
    gate: Gate, client: Any, call: Call, params: Mapping[str, Any], paging: Paging, page: Page
) -> AsyncGenerator[Page]:
    """Yield the pages after `page`. Raises as `ask` does, and where AWS goes in circles.

    A list is never begun anew, also where its page token has expired: what was yielded is on its
    way already. It has failed then, and a resumed run lists all of it again.
    """
    past: set[str] = set()
    looks = [_look(page.picked)]
    while page.following is not None:
        token = repr(page.following)
        if token in past:
            raise CallError(call.operation, "RepeatedToken", "AWS keeps giving one page token")
        past.add(token)
        page = await ask_page(gate, client, call, {**params, **page.following}, paging)
        looks = [*looks[-SAME_PAGES:], _look(page.picked)]
        if len(looks) > SAME_PAGES and looks[0] and len(set(looks)) == 1:
            raise CallError(call.operation, "RepeatedPage", "AWS keeps giving one page")
        yield page


def _look(picked: Any) -> int:
    """Tell a page by its length and its ends, 0 for none: a thousand items are not compared."""
    if not isinstance(picked, list) or not picked:
        return 0
    ends = (len(picked), picked[0], picked[-1])
    try:
        return hash(orjson.dumps(ends, default=repr))
    except orjson.JSONEncodeError:  # integers beyond 64 bits, lone surrogates
        return hash(repr(ends))


def pick(call: Call, answer: dict[str, Any]) -> Any:
    """Take what the call is for out of an answer."""
    return expression(call.out)(answer) if call.out else answer
