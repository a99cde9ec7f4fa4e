"""Security Hub of the central account: imports findings, whatever they say; it makes none."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anyio.from_thread import start_blocking_portal

from scanner.aws.calls import calling
from scanner.aws.grant import HubGrant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from anyio.from_thread import BlockingPortal

    from scanner.aws.calls import Calls

BATCH = 100
"""Findings that one call takes (API reference, BatchImportFindings)."""


@dataclass(frozen=True, slots=True)
class SecurityHub:
    """The central account's Security Hub; for threads, never for the thread of an event loop."""

    portal: BlockingPortal
    calls: Calls

    @property
    def account_id(self) -> str:
        """The account that findings are imported into."""
        return self.calls.central.account_id

    @property
    def partition(self) -> str:
        """The partition of that account."""
        return self.calls.central.partition

    @property
    def region(self) -> str:
        """The region for what is in none."""
        return self.calls.central.region

    def types(self) -> dict[str, str]:
        """Name the types of resources that Security Hub knows, by their names in small letters."""
        model = self.calls.central.loader.load_service_model("securityhub", "service-2")
        return {name.lower(): name for name in model["shapes"]["ResourceDetails"]["members"]}

    def send(self, region: str, findings: Sequence[Mapping[str, Any]]) -> dict[str, str]:
        """Import findings into a region, a batch at most; return what was refused, by id.

        Raises CallError where all of them are.
        """
        answer = self.portal.call(
            self.calls.make, "BatchImportFindings", {"Findings": findings}, "securityhub", region
        )
        return {
            each["Id"]: f"{each['ErrorCode']}: {each['ErrorMessage']}"
            for each in answer.get("FailedFindings", ())
        }


@contextmanager
def open_hub(profile: str | None, user_agent: str) -> Iterator[SecurityHub]:
    """Sign in, with leave to import the account's own findings and to write nothing else."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(calling(profile, user_agent)) as calls,
    ):
        calls.gate.grant = HubGrant(calls.central.account_id)
        yield SecurityHub(portal, calls)
