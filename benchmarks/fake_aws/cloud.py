"""The fake itself: a request in, a reply out; it touches no socket."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from random import Random
from typing import TYPE_CHECKING

import orjson

from benchmarks.fake_aws.answers import Answers, Astray, Turn, Volume
from benchmarks.fake_aws.credentials import Issuer, Mismatch
from benchmarks.fake_aws.directory import Directory, entered_account
from benchmarks.fake_aws.errors import Failure
from benchmarks.fake_aws.errors import render as render_failure
from benchmarks.fake_aws.faults import (
    Break,
    Buckets,
    Faults,
    Html,
    SamePage,
    Slow,
    StuckToken,
    disabled_region,
    throttle,
)
from benchmarks.fake_aws.journal import Call, Journal
from benchmarks.fake_aws.render import Answer, render

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmarks.fake_aws.credentials import Identity
    from benchmarks.fake_aws.faults import Action
    from benchmarks.fake_aws.organization import Organization
    from benchmarks.fake_aws.request import Request
    from benchmarks.fake_aws.routes import Match, Router

_CONTROL = "/__fake__/"
_TURNS: Mapping[type, Turn] = {StuckToken: Turn.STUCK, SamePage: Turn.SAME}
_REQUEST_ID = "00000000-fake-0000-0000-000000000001"


@dataclass(frozen=True, slots=True)
class Throttle:
    """A token bucket for each account, region and service; of one account where it is named."""

    rate: float
    burst: float
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """How the fake behaves.

    `latency` in seconds. `volumes` overrides `volume` by `"service:Operation"`. `ttl`
    overrides the lifetime of role sessions. `verify` checks every signature and its date. `clock`
    tells seconds since the epoch, for expiry, dates and the buckets.
    """

    latency: float = 0.0
    volume: Volume = field(default_factory=Volume)
    volumes: Mapping[str, Volume] = field(default_factory=dict)
    throttle: Throttle | None = None
    ttl: float | None = None
    verify: bool = False
    page_size: int = 20
    seed: int = 0
    clock: Callable[[], float] = time.time


@dataclass(frozen=True, slots=True)
class Reply:
    """Bytes to send after a delay, and what then happens to the connection."""

    answer: Answer
    delay: float
    broken: Break | None = None


class FakeAws:
    """An AWS for one organization. `faults` may be changed at any time; `journal` read."""

    def __init__(self, organization: Organization, options: Options, router: Router) -> None:
        self.organization = organization
        self.options = options
        self.journal = Journal()
        self.faults = Faults(random=Random(options.seed))
        self.url = ""
        self._router = router
        self._issuer = Issuer(organization, options.clock, verify=options.verify)
        self._directory = Directory(organization, self._issuer, options.ttl, options.page_size)
        self._answers = Answers(options.volume, options.volumes)
        bucket = options.throttle
        self._buckets = bucket and Buckets(bucket.rate, bucket.burst, options.clock)

    def reply(self, request: Request) -> Reply:
        """Answer one request, whatever it is: a refusal is an answer too."""
        if request.path.startswith(_CONTROL):
            return Reply(self._control(request), 0.0)
        protocol, service = "json", ""
        try:
            scope = request.scope
            match = self._router.resolve(request, scope.service)
            protocol, service = match.service.protocol, match.service.name
            identity = self._issuer.identify(request, scope)
            return self._admitted(request, match, identity, scope.region)
        except Failure as failure:
            if isinstance(failure, Mismatch | Astray):
                self.journal.violations.append(failure.message)
            if failure.code == "skewed":
                self.journal.faults[failure.code] += 1
            return Reply(_failed(failure, protocol, service), self.options.latency)

    def _admitted(self, request: Request, match: Match, identity: Identity, region: str) -> Reply:
        """Answer a request whose signer is known: faults first, then the operation."""
        entered = match.operation == "AssumeRole" and entered_account(request)
        account = entered or identity.account
        call = Call(account, region, match.service.name, match.operation)
        self.journal.calls[call] += 1
        action = self._mishap(call)
        delay = action.seconds if isinstance(action, Slow) else self.options.latency
        if isinstance(action, Failure):
            return Reply(_failed(action, match.service.protocol, call.service), delay)
        if isinstance(action, Html):
            page = Answer(action.status, (("content-type", "text/html"),), action.body)
            return Reply(page, delay)
        turn = _TURNS.get(type(action), Turn.ON)
        answer = self._answer(request, match, identity, call, turn)
        return Reply(answer, delay, action if isinstance(action, Break) else None)

    def _mishap(self, call: Call) -> Action | None:
        action = self.faults.action(call)
        if action is None and self._directory.disabled(call.account, call.region):
            action = disabled_region()
        if action is None and not self._bears(call):
            action = throttle()
        if action is not None:
            name = action.code if isinstance(action, Failure) else type(action).__name__.lower()
            self.journal.faults[action.value if isinstance(action, Break) else name] += 1
            if isinstance(action, Failure) and action.message == "Rate exceeded":
                self.journal.throttled[call] += 1
        return action

    def _bears(self, call: Call) -> bool:
        limit = self.options.throttle
        if limit is None or self._buckets is None or limit.account not in (None, call.account):
            return True
        return self._buckets.take(call)

    def _answer(
        self, request: Request, match: Match, identity: Identity, call: Call, turn: Turn
    ) -> Answer:
        value = self._directory.answer(call.service, call.operation, request, identity)
        if value is not None:
            return render(match.model, match.service.protocol, value)
        return self._answers.answer(match, request, call, turn)

    @property
    def date(self) -> str:
        """Tell the time as answers do."""
        return formatdate(self.options.clock(), usegmt=True)

    def _control(self, request: Request) -> Answer:
        """Show the journal, or clear it and the fault counts, for those in other processes."""
        name = request.path.removeprefix(_CONTROL)
        if name == "reset":
            self.journal.clear()
        elif name != "journal":
            return Answer(HTTPStatus.NOT_FOUND, (), b"")
        json = (("content-type", "application/json"),)
        return Answer(HTTPStatus.OK, json, orjson.dumps(self.journal.document()))


def _failed(failure: Failure, protocol: str, service: str) -> Answer:
    return Answer(*render_failure(failure, protocol, service, _REQUEST_ID))
