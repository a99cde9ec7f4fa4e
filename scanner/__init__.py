"""One control plane for a whole AWS organization: the public interface, for embedding.

    summary = await scanner.scan(role="ScannerReadRole", out="scan")

    async with scanner.stream(role="ScannerReadRole", services=["s3"]) as events:
        async for event in events:
            ...  # a Record, or the Outcome that ends its unit

Nothing else is stable.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from scanner.model.errors import (
    CatalogError,
    DiscoveryError,
    OutputError,
    ScannerError,
    SettingsError,
)
from scanner.model.outcome import Outcome, Status, TypeOutcome
from scanner.model.record import Record
from scanner.model.resource import Call, ResourceType
from scanner.model.sink import MemorySink, Sink, UnitBuffer
from scanner.model.target import Account, Unit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scanner.app.library import Events
    from scanner.app.summary import Summary

__all__ = [
    "Account",
    "Call",
    "CatalogError",
    "DiscoveryError",
    "MemorySink",
    "Outcome",
    "OutputError",
    "Record",
    "ResourceType",
    "ScannerError",
    "SettingsError",
    "Sink",
    "Status",
    "TypeOutcome",
    "Unit",
    "UnitBuffer",
    "scan",
    "stream",
]


async def scan(*, sink: Sink | None = None, resume: str | None = None, **options: Any) -> Summary:
    """Take inventory as `scanner scan` does; `options` are its options with `_` for `-`.

    Writes files under `out`, on disk or in S3, or gives whole units to `sink`. Neither the
    environment's SCANNER_* nor scanner.toml are read. Raises SettingsError, CatalogError,
    DiscoveryError or OutputError; accounts and types that fail are in the summary instead.
    """
    from scanner.app.library import ready  # noqa: PLC0415 — the SDK loads when it is needed

    async with ready(options, resume, into_files=sink is None) as work:
        return await work.run(sink)


@asynccontextmanager
async def stream(**options: Any) -> AsyncIterator[Events]:
    """Take inventory and iterate over it as it happens; a slow consumer slows the scan.

    Iterate in the task that entered. Leaving the block early ends the scan.
    """
    from scanner.app.library import events, prepare  # noqa: PLC0415 — as above

    async with events(await prepare(options, into_files=False)) as found:
        yield found
