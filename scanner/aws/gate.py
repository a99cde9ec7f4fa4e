"""The one way out: every request to AWS is authorized, paced, bounded, timed and retried here.

The gate sits in each client's own class, below paginators, waiters and users' calls, and
above signing: an attempt after a wait is signed anew, and nothing that waits holds a slot.
botocore's `needs-retry` event would be too low: a torn body fails in the parser, past it.
"""

from __future__ import annotations

import math
from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import anyio

from scanner.aws.clock import Clock
from scanner.aws.faults import Kind, classify
from scanner.aws.grant import Where
from scanner.aws.latency import Latency
from scanner.aws.limits import REAL_TIME
from scanner.aws.rates import bucket_of
from scanner.aws.request import Request
from scanner.aws.retry import LONGEST_WAIT, Backoff
from scanner.aws.visit import VISIT
from scanner.model.errors import (
    CallError,
    ChangeRefused,
    Denied,
    Throttled,
    Unavailable,
    Unsupported,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from scanner.aws.fast.calls import Fast
    from scanner.aws.faults import Verdict
    from scanner.aws.grant import Leave
    from scanner.aws.learned import Scope
    from scanner.aws.limits import Limits, Time
    from scanner.aws.visit import Visit

T = TypeVar("T")

RECENT = 30.0
"""Seconds for which one answer of AWS proves that the network works."""


WITHIN: ContextVar[bool] = ContextVar("scanner_within_a_call", default=False)
"""Set while a call is under way: what botocore asks meanwhile is part of it."""


@dataclass(slots=True)
class Traffic:
    """Totals of a run, for progress, summary and metrics.

    `latency` times every attempt from its signing to its parsed answer, waits left out;
    `throttled` counts the throttles by service.
    """

    requests: int = 0
    throttles: int = 0
    retries: int = 0
    in_flight: int = 0
    latency: Latency = field(default_factory=Latency)
    throttled: Counter[str] = field(default_factory=Counter)


class Gate:
    """Lets requests out, at most `slots` at a time, and calls again what deserves it.

    `serves` says whether AWS publishes an endpoint for a service in a region, None where that
    is not known: a name that does not resolve means "not here" only where it is not a yes, and
    only while other answers prove that the network works.

    `left` tells the seconds that the run has: a wait that would outlast them is not begun.

    `grant` is what may be written through this gate; members' clients have one in an apply, and
    where a user's own task is allowed to write.
    """

    def __init__(
        self,
        *,
        slots: int,
        limits: Limits,
        backoff: Backoff | None = None,
        timeout: float = 90.0,
        serves: Callable[[str, str], bool | None] = lambda _service, _region: None,
        time: Time = REAL_TIME,
    ) -> None:
        self.traffic = Traffic()
        self.grant: Leave | None = None
        self.clock = Clock()
        self.waits = limits.waits
        self.left: Callable[[], float] = lambda: math.inf
        self._slots = anyio.Semaphore(slots, fast_acquire=True)
        self._limits = limits
        self._backoff = backoff or Backoff()
        self._timeout = timeout
        self._serves = serves
        self._sleep = time.sleep
        self._clock = time.now
        self._answered = float("-inf")
        self._absent: set[tuple[str, str]] = set()
        self._closed: set[tuple[str, str]] = set()
        self._refused: dict[tuple[str, str], Any] = {}

    async def send(self, request: Request, visit: Visit, call: Callable[[], Awaitable[T]]) -> T:
        """Make a call as the visit's identity; raises what the last attempt raised."""
        if request.refusal:
            raise ChangeRefused(request.refusal)
        self._check_presence(request)
        if WITHIN.get():  # botocore asks on the way: a redirect, an endpoint to discover
            return await call()
        failures: Counter[Kind] = Counter()
        bucket = bucket_of(request.service, request.operation)
        scope = (visit.identity.account_id, request.region, bucket)
        while True:
            await self._limits.acquire(scope)
            await visit.identity.fresh()
            signer, offset = visit.identity.frozen, self.clock.offset
            try:
                return await self._attempt(request, visit, call)
            except Exception as exc:
                verdict = self.clock.judge(self.judge(exc, request), offset)
                failures[verdict.kind] += 1
                delay = self._backoff.delay(verdict, failures[verdict.kind])
                self._note(verdict, visit, scope)
                if verdict.kind is Kind.EXPIRED and not self._renews(visit, scope, signer, delay):
                    raise
                if delay is None or delay > self.left():
                    raise
                if request.once and verdict.kind is Kind.TRANSIENT:
                    raise
            visit.meter.retries += 1
            self.traffic.retries += 1
            with self.waits:
                await self._sleep(delay)

    def request(self, meta: Any, operation: str, params: Mapping[str, Any]) -> Request:
        """Name a call of the client with this `meta`, and say whether it may write."""
        request = Request(meta.service_model.service_name, meta.region_name, operation)
        if self.grant is None:
            return request
        where = Where(VISIT.get().identity.account_id, request.region)
        if not self.grant.covers(request.service, operation, params, where):
            return request
        return replace(request, granted=True, once=self.grant.once)

    def rates(self) -> list[float]:
        """Return the requests a second that each paced scope gets now."""
        return self._limits.rates()

    def judge(self, exc: BaseException, request: Request) -> Verdict:
        """Classify a failure, with what the gate knows of the network and the service."""
        verdict = classify(exc)
        if verdict.kind is not Kind.UNRESOLVED or self._serves(request.service, request.region):
            return verdict
        if self._clock() - self._answered > RECENT:
            return verdict
        self._absent.add((request.service, request.region))
        return replace(verdict, kind=Kind.UNSUPPORTED, code="NoEndpoint")

    def error(self, exc: BaseException, request: Request) -> CallError:
        """Turn a failure into the taxonomy's error, for those who need no botocore."""
        if isinstance(exc, CallError):
            return exc
        verdict = self.judge(exc, request)
        message = f"{verdict.message} ({verdict.hint})" if verdict.hint else verdict.message
        kind = _ERRORS.get(verdict.kind, CallError)
        scp = verdict.kind is Kind.DENIED_SCP
        return kind(request.operation, verdict.code, message, scp=scp)

    def _check_presence(self, request: Request) -> None:
        if (request.service, request.region) in self._absent:
            raise Unsupported(request.operation, "NoEndpoint", f"not in {request.region}")

    async def _attempt(self, request: Request, visit: Visit, call: Callable[[], Awaitable[T]]) -> T:
        async with self._slots:
            self._check_presence(request)  # others may have learned it in the meantime
            visit.meter.requests += 1
            self.traffic.requests += 1
            self.traffic.in_flight += 1
            token = WITHIN.set(True)
            began = self._clock()
            try:
                with anyio.fail_after(self._timeout):
                    answer = await call()
            finally:
                WITHIN.reset(token)
                self.traffic.in_flight -= 1
                self.traffic.latency.note(self._clock() - began)
        self._answered = self._clock()
        if self._refused:
            self._refused.pop((visit.identity.account_id, request.region), None)
        return answer

    def _note(self, verdict: Verdict, visit: Visit, scope: Scope) -> None:
        if verdict.kind is Kind.THROTTLED:
            visit.meter.throttles += 1
            self.traffic.throttles += 1
            self.traffic.throttled[scope[2].partition(":")[0]] += 1
            self._limits.throttled(scope)
        if verdict.retry_after:
            self._limits.pause(scope, min(verdict.retry_after, LONGEST_WAIT))

    def _renews(self, visit: Visit, scope: Scope, signer: Any, delay: float | None) -> bool:
        """Have refused credentials renewed; False where AWS refuses new ones just the same.

        That is so in a region the account has not enabled: renewing again would help nobody,
        neither this call nor one that began with the new ones.
        """
        place = scope[:2]
        first = self._refused.setdefault(place, signer)
        if delay is None or first is not signer:
            self._closed.add(place)
        return place not in self._closed and visit.identity.reject(signer)


_ERRORS: Mapping[Kind, type[CallError]] = {
    Kind.DENIED: Denied,
    Kind.DENIED_SCP: Denied,
    Kind.UNSUPPORTED: Unsupported,
    Kind.THROTTLED: Throttled,
    Kind.TRANSIENT: Unavailable,
    Kind.UNRESOLVED: Unavailable,
}


def gated(gate: Gate, fast: Fast | None = None) -> type:
    """Make the base class through which a client's calls pass the gate.

    A handler of botocore's `creating-client-class` event puts it first among the bases. With
    `fast`, what a call does beyond the gate is done the fast way where it can be.
    """

    class GatedClient:
        """A client whose every API call is the gate's."""

        meta: Any

        @cached_property
        def _send(self) -> Callable[[str, Any], Awaitable[Any]]:
            stock = super()._make_api_call  # type: ignore[misc]  # the client's own, next in line
            return fast.of(self, stock) if fast else stock

        async def _make_api_call(self, operation_name: str, api_params: Any) -> Any:
            request = gate.request(self.meta, operation_name, api_params)
            send = self._send
            return await gate.send(request, VISIT.get(), lambda: send(operation_name, api_params))

    return GatedClient
