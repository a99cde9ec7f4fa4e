"""Let the shards of a run agree on its id and its plan: the first to come decides for all."""

from __future__ import annotations

from contextlib import ExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

from anyio import CancelScope, sleep, to_thread

from scanner.model.record import SCHEMA
from scanner.output import disk
from scanner.output.encode import encode_document, timestamp
from scanner.output.layout import Layout, is_run_id, name_file
from scanner.output.read import find_plan, load, read_plan

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from scanner.output.options import Options


PAUSE = 0.5
"""Seconds between two looks for a plan that another shard is making."""


def claim_run(out: Path, name: str, run_id: str) -> str:
    """Return the id of the run that `name` stands for: `run_id` where the name is new."""
    if is_run_id(name):
        return name
    path = name_file(out, name)
    disk.make_directory(path.parent)
    if disk.write_new(path, encode_document({"run_id": run_id})):
        return run_id
    return str(load(path)["run_id"])


@asynccontextmanager
async def planning(out: Path, run_id: str) -> AsyncIterator[dict[str, Any] | None]:
    """Wait for a run's plan and give it, or None where it is this shard's turn to make it.

    One shard at a time has the turn, so that discovery burdens an organization once; where it
    fails or dies, the next one has it. Two plans are kept apart by `share_plan` alone.
    """
    layout = Layout(out, run_id)
    while True:
        held = ExitStack()
        try:
            attempt = disk.lock_if_free(layout.lock)
            mine = await to_thread.run_sync(held.enter_context, attempt)
            stored = await to_thread.run_sync(find_plan, out, run_id)
            if mine or stored is not None:
                yield stored
                return
        finally:
            with CancelScope(shield=True):
                await to_thread.run_sync(held.close)
        await sleep(PAUSE)


def share_plan(
    out: Path, run_id: str, plan: Mapping[str, Any], count: int, options: Options
) -> dict[str, Any]:
    """Offer a plan for a run of `count` shards; return the one that counts, the first offered.

    What `create_run` says of a plan holds; the number of shards stands in place of the shard.
    """
    layout = Layout(out, run_id, options.job, compression=options.compression)
    stored = find_plan(out, run_id)
    if stored is not None:
        return stored
    header = header_of(layout, timestamp(options.clock()), count)
    added = {name: value for name, value in plan.items() if name not in header}
    disk.make_directory(layout.run)
    disk.write_new(layout.plan, encode_document(header | added))
    return read_plan(out, run_id)


def header_of(layout: Layout, started_at: str, shards: int | None = None) -> dict[str, Any]:
    """Return the fields that a plan begins with; a run without shards is shard 0 of its files."""
    split = {"shard": layout.label} if shards is None else {"shards": shards}
    return {
        "schema": SCHEMA,
        "run_id": layout.run_id,
        "job": layout.job,
        **split,
        "compression": layout.compression,
        "started_at": started_at,
    }
