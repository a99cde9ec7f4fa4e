"""Tell which shard of which run this process is, and whether a run's plan fits it; runs nothing."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from scanner.model.errors import SettingsError
from scanner.model.shard import Shard
from scanner.settings import AUTO, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BATCH_INDEX, BATCH_SIZE = "AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE"
BATCH_JOB = "AWS_BATCH_JOB_ID"
"""AWS Batch's variables (user guide, "job environment variables"); the id of an array job's
child is `<id of the array job>:<index>`."""

JOB_INDEX, SHARDS = "JOB_COMPLETION_INDEX", "SCANNER_SHARDS"
"""Kubernetes sets the index of an indexed Job; how many there are it does not tell."""

_COUNTED_BY = ((BATCH_INDEX, BATCH_SIZE), (JOB_INDEX, SHARDS))

TASKS = "tasks"
"""The directory below the output in which tasks have outputs of their own."""
TASK_PLACE = re.compile(rf"(?:^|/){TASKS}/[^/]+$")

_SAME = (
    "accounts", "ou", "account_tag", "exclude_accounts", "include_management", "regions", "types",
    "services", "without", "compress", "param",
)  # fmt: skip


def shard_of(settings: Settings, environment: Mapping[str, str] | None = None) -> Shard | None:
    """Return the shard that this process is, None where the run has none.

    Raises SettingsError where the scheduler's variables do not tell.
    """
    if settings.shard is None:
        return None
    if settings.shard != AUTO:
        return Shard.parse(settings.shard)
    source = os.environ if environment is None else environment
    for index, count in _COUNTED_BY:
        if index in source:
            return _numbered(index, source[index], count, source.get(count))
    raise SettingsError(f"--shard auto: neither {BATCH_INDEX} nor {JOB_INDEX} is set: give I/N")


def _numbered(index: str, place: str, count: str, size: str | None) -> Shard:
    """Make a shard of a scheduler's index, which counts from 0."""
    if size is None:
        raise SettingsError(f"--shard auto: {index} is set, but {count}, how many, is not")
    try:
        return Shard(int(place) + 1, int(size))
    except ValueError:
        raise SettingsError(
            f"--shard auto: {index}={place} and {count}={size} make no shard"
        ) from None


def run_name(settings: Settings, environment: Mapping[str, str] | None = None) -> str:
    """Return what this process knows the run by that it shares with the other shards."""
    if settings.run_id is not None:
        return settings.run_id
    source = os.environ if environment is None else environment
    job = source.get(BATCH_JOB, "").rpartition(":")[0]
    if settings.shard == AUTO and BATCH_INDEX in source and job:
        return job
    raise SettingsError("--shard: the shards of a run need the same --run-id, each of them")


def way_on(out: Path, run_id: str, shard: Shard | None, task: str | None = None) -> str:
    """Return the command that goes on with a run, or with a shard of it.

    A task's own output is below the one that its user names.
    """
    which = "" if shard is None else f" --shard {shard}"
    command, place = "scan", str(out)
    if task is not None:
        command, place = f"run {task}", TASK_PLACE.sub("", place) or "."
    return f"scanner {command} --resume {run_id}{which} --out {place}"


def check_shard(stored: Mapping[str, Any], shard: Shard | None) -> None:
    """Raise SettingsError where a planned run is not split in the way it is asked for."""
    run_id, count = stored["run_id"], stored.get("shards")
    if shard is None and count is not None:
        raise SettingsError(f"run {run_id} has {count} shards: give the one to go on with, --shard")
    if shard is not None and count is None:
        raise SettingsError(f"run {run_id} has no shards: leave out --shard")
    if shard is not None and count != shard.count:
        raise SettingsError(f"run {run_id} has {count} shards: --shard {shard} is none of them")


def check_job(stored: Mapping[str, Any], job: str) -> None:
    """Raise SettingsError where a run is for something else."""
    if stored["job"] != job:
        raise SettingsError(f"run {stored['run_id']} is for {stored['job']}, not for {job}")


def check_same(stored: Mapping[str, Any], settings: Settings) -> None:
    """Raise SettingsError where another shard planned the run from other settings."""
    mine, theirs = settings.public(), stored["settings"]
    for name in _SAME:
        if mine[name] != theirs.get(name, mine[name]):
            option = f"--{name.replace('_', '-')}"
            raise SettingsError(
                f"run {stored['run_id']} was planned with another {option}: "
                "all shards of a run need the same"
            )
