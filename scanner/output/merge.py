"""Make the one manifest of a run of the manifests that its shards left; reads no record."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from scanner.model.errors import OutputError
from scanner.model.outcome import Status
from scanner.model.record import SCHEMA
from scanner.model.shard import Shard
from scanner.output import disk
from scanner.output.layout import Layout
from scanner.output.manifest import publish
from scanner.output.read import read_manifest, read_plan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def absent_shards(out: Path, run_id: str, count: int) -> tuple[Shard, ...]:
    """Name the shards of a run that left no manifest, or have taken it back."""
    every = Shard.all(count)
    return tuple(each for each in every if read_manifest(out, run_id, each) is None)


def merge_shards(out: Path, run_id: str) -> dict[str, Any] | None:
    """Write the run's manifest, where every shard is home, and return it; else return None.

    Of shards that come home at the same moment one writes; doing it again changes nothing.
    Raises `OutputError` where the shards do not add up to the plan.
    """
    plan = read_plan(out, run_id)
    layout = Layout(out, run_id, plan["job"], compression=plan["compression"])
    with disk.locked(layout.lock, wait=True):
        before = disk.tag_of(layout.manifest)
        found = [read_manifest(out, run_id, each) for each in Shard.all(plan["shards"])]
        parts = [each for each in found if each is not None]
        if len(parts) < len(found):
            return None
        _check(layout, plan, parts)
        document = _merged(plan, parts)
        publish(layout, document, before)
        return document


def _check(layout: Layout, plan: Mapping[str, Any], parts: list[dict[str, Any]]) -> None:
    """Raise `OutputError` unless the parts are all of the plan and their files are there."""
    planned = sum(each["planned"] for each in parts)
    if planned != plan["planned"]:
        raise OutputError(
            f"run {layout.run_id}: {plan['planned']} units were planned, "
            f"its shards planned {planned}; no manifest is written"
        )
    there = {layout.relative(path): path for path in layout.every_file()}
    for each in (file for part in parts for file in part["files"]):
        path = there.get(each["path"], layout.out / each["path"])
        with disk.reporting("read", path):
            size = path.stat().st_size
        if size != each["bytes"]:
            raise OutputError(f"{path} has {size} bytes, its shard wrote {each['bytes']}")


def _merged(plan: Mapping[str, Any], parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Add the parts up, in the manifest's order of fields; the same parts give the same."""
    complete = all(each["status"] == "complete" for each in parts)
    again = [each["resume"] for each in parts if each["resume"]]
    return {
        "schema": SCHEMA,
        "run_id": plan["run_id"],
        "job": plan["job"],
        "status": "complete" if complete else "partial",
        "started_at": plan["started_at"],
        "finished_at": max(each["finished_at"] for each in parts),
        "scanner_version": ", ".join(sorted({each["scanner_version"] for each in parts})),
        "planned": plan["planned"],
        "by_status": _sum_by_status(parts),
        "accounts": {
            **plan["accounts"],
            "entered": sum(each["accounts"]["entered"] for each in parts),
            "failed": sorted(
                (account for each in parts for account in each["accounts"]["failed"]),
                key=lambda account: str(account["account_id"]),
            ),
        },
        **{name: sum(each[name] for each in parts) for name in _SUMMED},
        "files": sorted(
            (file for each in parts for file in each["files"]), key=lambda file: str(file["path"])
        ),
        "resume": "; ".join(again) or None,
        "shards": {
            "planned": len(parts),
            "missing": [each["shard"] for each in parts if each.get("missing")],
        },
    }


_SUMMED = ("records", "requests", "throttles")


def _sum_by_status(parts: list[dict[str, Any]]) -> dict[str, int]:
    total = Counter[str]()
    for each in parts:
        total.update(each["by_status"])
    return {status.value: total[status] for status in Status}
