"""AWS's time, learned where this machine's clock is wrong; it sets no clock."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scanner.aws.faults import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scanner.aws.faults import Verdict

TOLERANCE = 240.0
"""Seconds of difference that explain a refused signature: AWS bears 300, its SDKs take 240."""

_AMBIGUOUS = (Kind.EXPIRED, Kind.CREDENTIALS)
"""Refusals that name no clock and may be its fault: EC2 answers AuthFailure, RequestExpired."""


class Clock:
    """Seconds since the epoch as AWS counts them: one for all clients and leases of a run."""

    def __init__(self, local: Callable[[], float] = time.time) -> None:
        self.offset = 0.0
        self._local = local

    def now(self) -> float:
        """Return this moment by AWS's clock, as far as it is known to differ from ours."""
        return self._local() + self.offset

    def judge(self, verdict: Verdict, offset: float) -> Verdict:
        """Take AWS's time from a refusal that it explains, and call that refusal skewed.

        `offset` is what the refused request was signed with.
        """
        if verdict.date is None:
            return verdict
        local = self._local()
        off = abs(verdict.date - local - offset) > TOLERANCE
        if verdict.kind is Kind.SKEWED or (off and verdict.kind in _AMBIGUOUS):
            self.offset = verdict.date - local
            return replace(verdict, kind=Kind.SKEWED)
        return verdict

    def date(self, request: Any, **_: Any) -> None:
        """Have a request signed at AWS's time: a handler of botocore's `before-sign`."""
        if self.offset:
            moment = datetime.fromtimestamp(self.now(), UTC)
            request.context = _Dated(request.context, moment.strftime("%Y%m%dT%H%M%SZ"))


class _Dated(dict[str, Any]):
    """A request's context in which the moment of signing is given.

    botocore.auth notes this machine's time there, and then signs with what it finds there.
    """

    def __init__(self, context: Mapping[str, Any], moment: str) -> None:
        super().__init__(context)
        self._moment = moment

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, self._moment if key == "timestamp" else value)
