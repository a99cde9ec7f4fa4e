"""Pages of made-up answers, rendered once and spliced for each account; it knows no faults."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import orjson

from benchmarks.fake_aws.errors import Failure
from benchmarks.fake_aws.paging import Paging, Parameter, strings_within
from benchmarks.fake_aws.render import Answer, render
from benchmarks.fake_aws.shapes import ACCOUNT, REGION, Example, echo_mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.fake_aws.journal import Call
    from benchmarks.fake_aws.request import Request
    from benchmarks.fake_aws.routes import Match, Service

_TOKEN = re.compile(r"page-(\d+)-(\d{12})-(.+)")
_ITEM = re.compile(r".*-(\d+)-\d+")
_ONE_BY_NAME = ("Describe", "Get", "BatchGet")


class Astray(Failure):
    """A page token of one account and region was sent by another."""


class Turn(StrEnum):
    """Where an answer says that the next page is."""

    ON = "on"
    STUCK = "stuck"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Volume:
    """How much an operation answers: pages, and items on each."""

    pages: int = 1
    items: int = 2


@dataclass(frozen=True, eq=False)
class Plan:
    """What is known of an operation before its first request."""

    service: Service
    operation: str
    paging: Paging
    echo: Mapping[str, Parameter]

    @classmethod
    def of(cls, service: Service, operation: str) -> Plan:
        model = service.model.operation_model(operation)
        paging = Paging.of(model, service.paginators.get(operation))
        tokens = {parameter.name for parameter, _ in paging.tokens}
        given = strings_within(model.output_shape)
        members = model.input_shape.members if model.input_shape else {}
        echo = {
            name.lower(): Parameter.of(model, name)
            for name, shape in members.items()
            if shape.type_name == "string" and name not in tokens and name.lower() in given
        }
        return cls(service, operation, paging, echo)


@dataclass(frozen=True)
class Variant:
    """One rendering of an operation: a page, of so many, repeating these parameters.

    `digits` are those of the token that asked for it: with one more it is another token.
    """

    page: int
    volume: Volume
    echo: frozenset[str] = frozenset()
    turn: Turn = Turn.ON
    digits: int = 1


@dataclass(slots=True)
class Answers:
    """Answers every operation that lists or describes, for any account and region."""

    volume: Volume
    volumes: Mapping[str, Volume] = field(default_factory=dict)
    _plan: Any = field(default_factory=lambda: lru_cache(maxsize=4096)(Plan.of))
    _template: Any = field(default_factory=lambda: lru_cache(maxsize=4096)(_render))

    def answer(self, match: Match, request: Request, call: Call, turn: Turn = Turn.ON) -> Answer:
        """Return the page asked for; its token leads on, or in circles as bugs do."""
        plan = self._plan(match.service, match.operation)
        given = {
            name: value
            for name, parameter in plan.echo.items()
            if (value := parameter.read(request, match.labels)) is not None
        }
        page = _page(plan.paging, request, match, call)
        volume = self.volumes.get(f"{call.service}:{call.operation}", self.volume)
        if given and call.operation.startswith(_ONE_BY_NAME):
            volume = Volume(1, 1)
        variant = Variant(int(page), volume, frozenset(given), turn, len(page))
        return _splice(self._template(plan, variant), call, given)


def _page(paging: Paging, request: Request, match: Match, call: Call) -> str:
    """Read the page from the operation's own token parameters; without one it is the first."""
    for parameter, _ in paging.tokens:
        text = parameter.read(request, match.labels)
        if text:
            return _decode(text, call)
    return "1"


def _decode(text: str, call: Call) -> str:
    if text.isdigit():
        return text
    token = _TOKEN.fullmatch(text)
    if token and (token[2], token[3]) != (call.account, call.region):
        raise Astray(
            "InvalidNextToken", 400, f"{text} was sent from {call.account} in {call.region}"
        )
    if token:
        return token[1]
    item = _ITEM.fullmatch(text)
    if item is None:
        raise Failure("InvalidNextToken", 400, f"{text} is no page")
    return str(int(item[1]) + 1)


def _render(plan: Plan, variant: Variant) -> Answer:
    model = plan.service.model.operation_model(plan.operation)
    last = variant.page >= variant.volume.pages and variant.turn is Turn.ON
    following = {Turn.ON: variant.page + 1, Turn.STUCK: 2, Turn.SAME: variant.page}[variant.turn]
    digits = variant.digits + 1 if variant.turn is Turn.SAME else 1
    example = Example(
        service=plan.service.signing_name,
        operation=plan.operation,
        page=variant.page,
        items=variant.volume.items,
        fixed=plan.paging.fixed(following, f"{ACCOUNT}-{REGION}", digits, last=last),
        echo=variant.echo,
    )
    value = example.of(model.output_shape) if model.output_shape else {}
    return render(model, plan.service.protocol, value)


def _splice(answer: Answer, call: Call, given: Mapping[str, str]) -> Answer:
    marks = {ACCOUNT: call.account, REGION: call.region}
    marks |= {echo_mark(name): value for name, value in given.items()}
    json = answer.body.startswith(b"{")
    body, headers = answer.body, answer.headers
    for mark, text in marks.items():
        escaped = orjson.dumps(text)[1:-1] if json else escape(text).encode()
        body = body.replace(mark.encode(), escaped)
        headers = tuple((name, value.replace(mark, text)) for name, value in headers)
    return replace(answer, headers=headers, body=body)
