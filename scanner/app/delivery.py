"""Deliver a check's findings to Security Hub, and as a file of its format; it evaluates nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from scanner.app.check import MEMORY
from scanner.app.link import VERSION
from scanner.aws.hub import BATCH, open_hub
from scanner.findings.asff import Address, as_asff
from scanner.findings.imports import importing
from scanner.model.errors import CallError
from scanner.output import private_text, read_findings, state_file
from scanner.output.encode import timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path
    from typing import TextIO

    from scanner.aws.hub import SecurityHub
    from scanner.findings.imports import Imports


@dataclass(slots=True)
class Delivered:
    """What came of an import: how many were taken, how many of them as archived, what was not."""

    sent: int = 0
    archived: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    closed: dict[str, str] = field(default_factory=dict)
    """Regions whose Security Hub takes nothing, and why."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """The findings of a check of an output, to be delivered; `run` blocks.

    `region` is the one whose Security Hub takes all of them; without it each goes to its own.
    """

    out: Path
    findings: Path
    profile: str | None
    region: str | None
    now: datetime

    def run(self, asff: Path | None, *, send: bool) -> Delivered:
        """Write the file, if any, and import what changed, if wanted.

        What Security Hub refuses is told in the result.
        """
        delivered = Delivered()
        with open_hub(self.profile, f"scanner/{VERSION}") as hub, ExitStack() as held:
            lines = self._lines(hub)
            if asff is not None:
                lines = _written(lines, held.enter_context(private_text(asff)))
            if send:
                self._import(hub, lines, delivered)
            for _ in lines:
                pass  # written is what passes by
        return delivered

    def _lines(self, hub: SecurityHub) -> Iterator[dict[str, Any]]:
        address = Address(
            hub.account_id,
            hub.partition,
            self.region or hub.region,
            timestamp(self.now),
            hub.types(),
            everything_there=self.region is not None,
        )
        return (as_asff(each, address) for each in read_findings(self.findings))

    def _import(
        self, hub: SecurityHub, lines: Iterator[dict[str, Any]], delivered: Delivered
    ) -> None:
        with state_file(self.out, MEMORY) as path, importing(path, timestamp(self.now)) as known:
            due = (each for each in lines if known.is_due(each))
            post = _Post(hub, known, delivered)
            post.send(due)
            post.send(known.left())


@dataclass(frozen=True, slots=True)
class _Post:
    """Sends findings in batches, each region's by themselves."""

    hub: SecurityHub
    known: Imports
    delivered: Delivered

    def send(self, findings: Iterable[dict[str, Any]]) -> None:
        """Send them all; what is taken is noted at once."""
        waiting: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for each in findings:
            region = each["ProductArn"].split(":")[3]
            waiting[region].append(each)
            if len(waiting[region]) == BATCH:
                self._batch(region, waiting.pop(region))
        for region, batch in waiting.items():
            self._batch(region, batch)

    def _batch(self, region: str, batch: list[dict[str, Any]]) -> None:
        delivered = self.delivered
        refused = self._refused(region, batch)
        for each in batch:
            if each["Id"] in refused:
                delivered.failed[f"{region}: {refused[each['Id']]}"] += 1
                continue
            self.known.note(each)
            delivered.sent += 1
            delivered.archived += each["RecordState"] == "ARCHIVED"

    def _refused(self, region: str, batch: list[dict[str, Any]]) -> dict[str, str]:
        """Send a batch and return what was refused; a region that takes nothing is left alone."""
        closed = self.delivered.closed
        if region not in closed:
            try:
                return self.hub.send(region, batch)
            except CallError as exc:
                closed[region] = str(exc)
        return {each["Id"]: closed[region] for each in batch}


def _written(lines: Iterable[dict[str, Any]], file: TextIO) -> Iterator[dict[str, Any]]:
    """Pass findings on and write each as a line."""
    for each in lines:
        file.write(f"{orjson.dumps(each).decode()}\n")
        yield each
