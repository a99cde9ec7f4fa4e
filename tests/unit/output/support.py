"""Units, records and a failing file system for the tests of the output; asserts nothing."""

import errno
import gzip
import json
import os
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from unittest import mock

import anyio

from scanner.model.outcome import Outcome, Status, TypeOutcome
from scanner.model.record import SCHEMA, Record
from scanner.model.target import Account, Unit
from scanner.output import (
    Options,
    create_run,
    disk,
    merge_shards,
    read_manifest,
    resume_run,
    share_plan,
)

RUN_ID = "20261124T080619Z-7f3a9c"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SMALL = Options(
    unit_bytes=1500,
    member_bytes=1000,
    file_bytes=900,
    queue_bytes=6000,
    queue_units=6,
    clock=lambda: NOON,
)


def unit(number=0, service="ec2", region="eu-west-1"):
    return Unit(Account(f"{number:012d}"), region, service, ("AWS::Test::Thing",))


def record(of, number=0, mark=""):
    return Record(
        schema=SCHEMA,
        run_id=RUN_ID,
        captured_at="2026-11-24T08:06:19Z",
        account_id=of.account.id,
        account_name=None,
        partition="aws",
        region=of.region,
        service=of.service,
        operation="ListThings",
        resource_type="AWS::Test::Thing",
        resource_id=f"thing-{number}",
        resource_name=None,
        arn=None,
        parent_arn=None,
        created_at=None,
        tags={},
        configuration={"Mark": mark},
        supplementary={},
        redacted=[],
        unread=[],
    )


def outcome(of, records=0, status=Status.COMPLETE, **values):
    types = {"AWS::Test::Thing": TypeOutcome(status, records)}
    return Outcome(of.account.id, of.region, of.service, status, types, **values)


async def commit(run, of, records=0, status=Status.COMPLETE, mark=""):
    buffer = run.open_unit(of)
    for number in range(records):
        await buffer.add(record(of, number, mark))
    await run.commit(buffer, outcome(of, records, status))


def summary(planned, status="complete"):
    return {"status": status, "planned": planned, "accounts": {}, "scanner_version": "0.1.0"}


def scan(out, work, options=SMALL, *, mark="", finish=True):
    """Run every unit of `work` that is not done; {unit: (records, status)} → the keys done."""
    begun = (out / "runs" / RUN_ID / "plan.json").exists()

    async def main():
        opening = resume_run if begun else partial(create_run, plan={"units": len(work)})
        async with opening(out, RUN_ID, options=options) as run:
            for of, (records, status) in work.items():
                if of.key not in run.done:
                    await commit(run, of, records, status, mark)
            if finish:
                await run.finish(summary(len(work)))
            return run.done

    return anyio.run(main)


def scan_shard(out, work, shard, options=SMALL, *, finish=True, again=True):
    """Run the units of `work` that are one shard's, as `scan` does; merge where all are home."""
    accounts = {"discovered": len(work), "selected": len(work)}
    plan = {"planned": len(work), "accounts": accounts}
    share_plan(out, RUN_ID, plan, shard.count, options)
    mine = {of: what for of, what in work.items() if shard.holds(of.account.id)}

    async def main():
        options_of_shard = replace(options, shard=shard)
        async with resume_run(out, RUN_ID, options_of_shard, again=again) as run:
            for of, (records, status) in mine.items():
                if of.key not in run.done:
                    await commit(run, of, records, status)
            if finish:
                await run.finish(shard_summary(mine))
            return run.done

    done = anyio.run(main)
    if finish:
        merge_shards(out, RUN_ID)
    return done


def shard_summary(mine):
    complete = all(status.settled for _, status in mine.values())
    accounts = {"entered": len({of.account.id for of in mine}), "failed": []}
    again = None if complete else "again"
    status = "complete" if complete else "partial"
    return summary(len(mine), status) | {"accounts": accounts, "resume": again}


def whole(out):
    return read_manifest(out, RUN_ID)


def raw_records(out):
    """Read every records file as any reader would, whatever the ledger says of it."""
    found = []
    for path in sorted(out.glob("inventory/**/*.jsonl*")):
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        found += map(json.loads, text.splitlines())
    return found


def keys(records):
    """Name each record, doubles included."""
    return sorted(
        f"{r['account_id']}/{r['region']}/{r['service']}/{r['resource_id']}" for r in records
    )


def expected_keys(work):
    return sorted(f"{of.key}/thing-{n}" for of, (count, _) in work.items() for n in range(count))


def files_of(out):
    return sorted(path for path in out.rglob("*") if path.is_file())


class FailingSystem:
    """Stands where disk.py sees `os`: the `at`-th change fails half done, then all or none do.

    It keeps what was synced apart from what was only written, so that `lose` can take the
    rest away as a power cut does. Nothing is really synced, for speed.
    """

    _CHANGES = frozenset(
        {"write", "fsync", "replace", "link", "unlink", "ftruncate", "mkdir", "rmdir"}
    )

    def __init__(self, at, *, lasting=True):
        self._at = at
        self._lasting = lasting
        self._synced = {}
        self.changes = 0

    @property
    def failed(self):
        return self.changes >= self._at

    def __getattr__(self, name):
        real = getattr(os, name)
        return partial(self._change, name, real) if name in self._CHANGES else real

    def open(self, path, flags, *mode):
        if flags & os.O_CREAT:
            return self._change("open", os.open, path, flags, *mode)
        return os.open(path, flags, *mode)

    def _change(self, name, real, *args):
        self.changes += 1
        if self.changes == self._at or (self._lasting and self.changes > self._at):
            if name == "write" and self.changes == self._at:
                os.write(args[0], bytes(args[1])[: len(args[1]) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        if name == "fsync":
            path = Path(f"/proc/self/fd/{args[0]}").readlink()
            self._synced[path] = os.fstat(args[0]).st_size
            return None
        if name == "replace":
            self._synced[Path(args[1])] = self._synced.pop(Path(args[0]), 0)
        if name == "link":
            self._synced[Path(args[1])] = self._synced.get(Path(args[0]), 0)
        if name == "unlink":
            self._synced.pop(Path(args[0]), None)
        return real(*args)

    def lose(self, out, fraction, before):
        """Cut every file somewhere past what was synced; `before` are the sizes at the start."""
        for path in files_of(out):
            size = path.stat().st_size
            sure = min(size, self._synced.get(path, before.get(path, 0)))
            os.truncate(path, sure + int((size - sure) * fraction))


@contextmanager
def failing(at, *, lasting=True):
    """Let the `at`-th change of a file fail."""
    system = FailingSystem(at, lasting=lasting)
    with mock.patch.object(disk, "os", system):
        yield system
