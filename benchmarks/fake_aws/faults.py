"""Faults by program: which call meets which mishap; the server carries them out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING, Any

from benchmarks.fake_aws.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping

    from benchmarks.fake_aws.journal import Call


class Break(StrEnum):
    """What can happen to an answer on its way."""

    RESET = "reset"
    TORN = "torn"
    TORN_CHUNKED = "torn_chunked"
    HANG = "hang"
    HANG_BODY = "hang_body"


@dataclass(frozen=True, slots=True)
class Html:
    """A page of HTML where an answer should be: a proxy speaks, not AWS."""

    status: int = 502
    body: bytes = b"<html><body><h1>Bad Gateway</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Slow:
    """The right answer after this many seconds instead of the usual latency."""

    seconds: float


@dataclass(frozen=True, slots=True)
class StuckToken:
    """Every page names the same next page, so that a naive loop never ends."""


@dataclass(frozen=True, slots=True)
class SamePage:
    """The page after this one is this one again, under another token each time."""


Action = Failure | Break | Html | Slow | StuckToken | SamePage


def throttle(code: str = "throttled", status: int = 0, retry_after: int | None = None) -> Failure:
    """Ask to slow down, in the protocol's own words unless a code is given."""
    headers = () if retry_after is None else (("retry-after", str(retry_after)),)
    return Failure(code, status, "Rate exceeded", headers)


def error(code: str, status: int = 400, message: str = "") -> Failure:
    """Refuse with any code."""
    return Failure(code, status, message)


def server_error(status: int = 500) -> Failure:
    """Fail as AWS does when it is AWS's fault."""
    codes = {500: "InternalFailure", 502: "BadGateway", 503: "ServiceUnavailable"}
    return Failure(codes[status], status, "Try again")


def expired_token() -> Failure:
    """Declare the credentials expired."""
    return Failure("expired", message="The security token included in the request is expired")


def denied() -> Failure:
    """Refuse by IAM policy; with `operation="AssumeRole"`, an account that lets no one in."""
    return Failure("denied", message="User is not authorized to perform this action")


def denied_by_scp() -> Failure:
    """Refuse by an explicit deny of a service control policy."""
    return Failure(
        "denied",
        message="User is not authorized to perform this action"
        " with an explicit deny in a service control policy",
    )


def disabled_region() -> Failure:
    """Refuse as a region does that the account has not enabled."""
    return Failure("disabled", message="The security token included in the request is invalid")


_ACTIONS: Mapping[str, Callable[..., Action]] = {
    "throttle": throttle,
    "error": error,
    "server_error": server_error,
    "expired_token": expired_token,
    "denied": denied,
    "denied_by_scp": denied_by_scp,
    "disabled_region": disabled_region,
    "html": Html,
    "slow": Slow,
    "stuck_token": StuckToken,
    "same_page": SamePage,
}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """When an action strikes: every field given must fit.

    `calls` picks among the fitting calls by number, from 1, counted over all of them or,
    with `apart`, for each account, region, service and operation.
    """

    action: Action
    service: str | None = None
    operation: str | None = None
    account: str | None = None
    region: str | None = None
    calls: Container[int] | None = None
    apart: bool = False
    probability: float = 1.0

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Rule:
        """Read a rule from JSON: `{"action": "throttle", "with": {…}, "calls": [1], …}`."""
        rest = dict(document)
        name, arguments = rest.pop("action"), rest.pop("with", {})
        action = _ACTIONS[name](**arguments) if name in _ACTIONS else Break(name)
        return cls(action=action, **rest)

    def fits(self, call: Call) -> bool:
        wanted = (self.account, self.region, self.service, self.operation)
        return all(want is None or want == is_ for want, is_ in zip(wanted, call, strict=True))


@dataclass
class Faults:
    """A program of rules; the first that strikes decides. The same seed, the same faults."""

    rules: list[Rule] = field(default_factory=list)
    random: Random = field(default_factory=lambda: Random(0))
    _seen: Counter[tuple[int, Call | None]] = field(default_factory=Counter)

    def add(self, *rules: Rule) -> None:
        """Append rules."""
        self.rules.extend(rules)

    def clear(self) -> None:
        """Forget all rules and their counts."""
        self.rules.clear()
        self._seen.clear()

    def action(self, call: Call) -> Action | None:
        """Return what strikes this call, if anything does."""
        for position, rule in enumerate(self.rules):
            if rule.fits(call) and self._strikes(position, rule, call):
                return rule.action
        return None

    def _strikes(self, position: int, rule: Rule, call: Call) -> bool:
        counter = (position, call if rule.apart else None)
        self._seen[counter] += 1
        if rule.calls is not None and self._seen[counter] not in rule.calls:
            return False
        return rule.probability >= 1 or self.random.random() < rule.probability


@dataclass(slots=True)
class Buckets:
    """Token buckets, one for each account, region and service, refilled by the given clock."""

    rate: float
    burst: float
    clock: Callable[[], float]
    _levels: dict[tuple[str, str, str], tuple[float, float]] = field(default_factory=dict)

    def take(self, call: Call) -> bool:
        """Take a token; False where the bucket is empty."""
        now = self.clock()
        level, then = self._levels.get(call[:3], (self.burst, now))
        level = min(self.burst, level + (now - then) * self.rate)
        granted = level >= 1
        self._levels[call[:3]] = (level - granted, now)
        return granted
