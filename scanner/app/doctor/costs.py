"""Say what the scan will cost, from the plan, the rates, a sample and the run before."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import anyio

from scanner.app.doctor.diagnosis import Diagnosis, Severity, some
from scanner.app.means import UNITS_PER_SLOT
from scanner.aws.rates import Rate, bucket_of, rate_of_bucket
from scanner.engine.history import History
from scanner.engine.predict import RECORD_BYTES, Circumstances
from scanner.model.errors import OutputError
from scanner.output import (
    SPOOL_BYTES,
    finished_runs,
    free_bytes,
    read_ledger,
    read_manifest,
    working_directory,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from scanner.app.doctor.permissions import Trials
    from scanner.app.link import Link
    from scanner.engine.predict import Forecast
    from scanner.settings import Settings

LATENCY = 0.1
"""Seconds an answer of AWS takes where none was timed."""

ROOM = 2
"""Times the predicted output that should be free: a night can find more than the one before."""


@dataclass(slots=True)
class Discovery:
    """What the way to the first unit costs: the doctor goes it as the scan will.

    `calls` begins with the one that signs in. `entries` are the roles to assume.
    """

    calls: int = 1
    seconds: float = 0.0
    entries: int = 0

    @contextmanager
    def counting(self, link: Link) -> Iterator[None]:
        """Count what is called within, and the time."""
        calls, began = link.gate.traffic.requests, time.monotonic()
        yield
        self.calls += link.gate.traffic.requests - calls
        self.seconds += time.monotonic() - began


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the newest finished run in the output tells; nothing where there is none.

    `damage` says why it could not be read, if that is so.
    """

    run_id: str = ""
    history: History = field(default_factory=History)
    record_bytes: float = RECORD_BYTES
    damage: str = ""


def pace(service: str, operations: Iterable[str], share: float = 1.0) -> Rate | None:
    """Return the rate at which operations may be called together; None where one is unknown.

    `share` is the part of AWS's rates that the scan is allowed.
    """
    rates = [rate_of_bucket(name) for name in {bucket_of(service, each) for each in operations}]
    known = [rate for rate in rates if rate is not None]
    if not known or len(known) < len(rates):
        return None
    per_second, burst = (sum(part) for part in zip(*map(astuple, known), strict=True))
    return Rate(share * per_second, share * burst)


def earlier_run(out: Path) -> Earlier:
    """Learn from the newest finished run in the output; blocks."""
    try:
        run_id = max(finished_runs(out), default="")
        manifest = read_manifest(out, run_id) if run_id else None
        if manifest is None:
            return Earlier()
        history = History.of(read_ledger(out, run_id))
    except OutputError as exc:
        return Earlier(damage=str(exc))
    written = sum(each["bytes"] for each in manifest["files"])
    records = manifest["records"]
    return Earlier(run_id, history, written / records if records else RECORD_BYTES)


@dataclass(frozen=True, slots=True)
class Given:
    """What a forecast stands on, in figures and in words."""

    circumstances: Circumstances
    earlier: Earlier
    trials: Trials

    def grounds(self, forecast: Forecast) -> str:
        """Say what the costs of units are judged by."""
        if forecast.known:
            return f"run {self.earlier.run_id}, which tells of {forecast.known:.0%} of the units"
        if self.trials.items:
            more = f", more than a page of {some(sorted(self.trials.more))}"
            where = f"what {some(self.trials.accounts)} holds in one region"
            return where + more if self.trials.more else where
        return "one resource of each type in each account and region"


async def circumstances(
    settings: Settings, link: Link, trials: Trials, discovery: Discovery
) -> Given:
    """Collect what a forecast stands on."""
    earlier = await anyio.to_thread.run_sync(earlier_run, settings.out)
    given = Circumstances(
        concurrency=settings.concurrency,
        open_units=settings.concurrency * UNITS_PER_SLOT,
        latency=trials.latency or LATENCY,
        home=link.central.home,
        entries=discovery.entries,
        calls=discovery.calls,
        seconds=discovery.seconds,
        items=trials.items,
        history=earlier.history,
        record_bytes=earlier.record_bytes,
        pace=partial(pace, share=settings.max_rate_share),
    )
    return Given(given, earlier, trials)


def diagnoses(settings: Settings, given: Given, forecast: Forecast) -> list[Diagnosis]:
    """Say what the scan will cost and whether there is room for it; blocks."""
    least = "at least" if given.trials.more and not forecast.known else "about"
    text = (
        f"{least} {forecast.calls:,} calls for {forecast.units:,} units; "
        f"{span(forecast.seconds)}, bound by {forecast.bound}; {size(forecast.memory_bytes)} of "
        f"memory; {size(forecast.output_bytes)} of output; judged by {given.grounds(forecast)}"
    )
    found = [Diagnosis(Severity.OK, "forecast", text)]
    if given.earlier.damage:
        told = f"the run before tells nothing: {given.earlier.damage}"
        found.append(Diagnosis(Severity.WARNING, "forecast", told, "look at the disk under --out"))
    with suppress(OutputError):  # told already: there is no writing there at all
        where, wanted = working_directory(settings.out), forecast.output_bytes
        if where != settings.out:
            wanted = min(wanted, SPOOL_BYTES)
        found.append(room(wanted, free_bytes(where), where))
    return found


def room(wanted: int, free: int, out: Path) -> Diagnosis:
    """Compare the free space with the output to come."""
    text = f"{size(free)} are free in {out}, for about {size(wanted)}"
    if free >= wanted * ROOM:
        return Diagnosis(Severity.OK, "output", text)
    severity = Severity.WARNING if free >= wanted else Severity.PROBLEM
    remedy = f"make room for {size(wanted * ROOM)}, or choose another --out"
    return Diagnosis(severity, "output", text, remedy)


def span(seconds: float) -> str:
    """Write a duration as a person would."""
    if seconds < 120:  # noqa: PLR2004 — two minutes
        return f"{seconds:,.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:,.1f} h"  # noqa: PLR2004 — two hours


def size(count: float) -> str:
    """Write a number of bytes as a person would."""
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if count < 1024:  # noqa: PLR2004 — of bytes
            return f"{count:,.0f} {unit}"
        count /= 1024
    return f"{count:,.1f} TiB"
