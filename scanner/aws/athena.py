"""Have Athena run given statements, as the central identity; nothing else may be run here."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import anyio

from scanner.aws.calls import calling
from scanner.model.errors import CallError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from scanner.aws.calls import Calls
    from scanner.aws.grant import Where

SLOTS = 5
"""Statements at a time: a quarter of what Athena's quota of DDL queries allows."""

LOOK_AGAIN = 0.5
"""Seconds between two looks at a statement that is running."""

_GOING_ON = ("QUEUED", "RUNNING")


@dataclass(frozen=True, slots=True)
class Statements:
    """Leave to start these statements, word for word, in one workgroup."""

    texts: frozenset[str]
    workgroup: str
    once: bool = False

    def covers(
        self,
        service: str,
        operation: str,
        params: Mapping[str, Any],
        where: Where | None = None,  # noqa: ARG002 — the protocol's shape
    ) -> bool:
        """Say whether a call starts one of them."""
        return (
            (service, operation) == ("athena", "StartQueryExecution")
            and params.get("QueryString") in self.texts
            and params.get("WorkGroup") == self.workgroup
        )


@dataclass(frozen=True, slots=True)
class Workgroup:
    """Where statements run, and where what they print is kept (else the workgroup says)."""

    name: str = "primary"
    results: str | None = None


@dataclass(frozen=True, slots=True)
class Athena:
    """Runs the statements that there is leave for."""

    calls: Calls
    workgroup: Workgroup
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep

    async def run(self, statement: str) -> None:
        """Run a statement to its end; raises CallError where it fails."""
        kept = self.workgroup.results
        configuration = {"ResultConfiguration": {"OutputLocation": kept}} if kept else {}
        asked = {"QueryString": statement, "WorkGroup": self.workgroup.name, **configuration}
        started = await self.calls.make("StartQueryExecution", asked, "athena")
        query = {"QueryExecutionId": started["QueryExecutionId"]}
        while True:
            answer = await self.calls.make("GetQueryExecution", query, "athena")
            status = answer["QueryExecution"]["Status"]
            if status["State"] not in _GOING_ON:
                break
            await self.sleep(LOOK_AGAIN)
        if status["State"] != "SUCCEEDED":
            reason = status.get("StateChangeReason") or "no reason given"
            raise CallError("athena:StartQueryExecution", status["State"], reason)


@asynccontextmanager
async def athena(
    workgroup: Workgroup, statements: frozenset[str], profile: str | None, user_agent: str
) -> AsyncIterator[Athena]:
    """Sign in as the central identity, with leave to run these statements alone.

    Raises DiscoveryError without usable credentials.
    """
    async with calling(profile, user_agent, Statements(statements, workgroup.name)) as calls:
        yield Athena(calls, workgroup)
