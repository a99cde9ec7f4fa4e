"""Runs scans, in this process and as real children, against the fast fake; asserts identity."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

import scanner.app.library
from scanner.output import find_run, read_ledger, read_manifest, read_records

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from anyio.abc import Process

    from benchmarks.fake_aws import FakeAws

ROOT = Path(__file__).parents[3]
ROLE = "ScannerReadRole"
KEPT = ("PATH", "LANG", "COVERAGE_")
"""What a child sees of this process's environment."""
TYPES = (
    "AWS::EC2::VPC",
    "AWS::EC2::Subnet",
    "AWS::RDS::DBInstance",
    "AWS::AutoScaling::AutoScalingGroup",
    "AWS::CloudFormation::Stack",
    "AWS::FSx::FileSystem",
    "AWS::Batch::JobQueue",
)
SERVICES = 6


def environment(fake: FakeAws) -> dict[str, str]:
    """Point the SDK at the fake, and away from the machine's user."""
    organization = fake.organization
    return {
        "AWS_ENDPOINT_URL": fake.url,
        "AWS_ACCESS_KEY_ID": organization.key,
        "AWS_SECRET_ACCESS_KEY": organization.secret,
        "AWS_REGION": organization.regions[0],
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1",
    }


def point_here(monkeypatch, surroundings: dict[str, str]) -> None:
    """Replace this process's AWS settings."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "SCANNER_"))]:
        monkeypatch.delenv(name)
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)


@dataclass
class Child:
    """A running `scanner`; `code`, `out` and `err` are there once it has been awaited."""

    process: Process
    code: int | None = None
    out: str = ""
    err: str = ""

    async def ended(self) -> Child:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._drain, "out", self.process.stdout)
            tasks.start_soon(self._drain, "err", self.process.stderr)
            self.code = await self.process.wait()
        return self

    async def _drain(self, name: str, stream) -> None:
        data = b"".join([piece async for piece in stream])
        setattr(self, name, data.decode())


@asynccontextmanager
async def started(
    arguments: Iterable[str], cwd: Path, surroundings: dict[str, str]
) -> AsyncIterator[Child]:
    """Run `scanner` as a child that never outlives the context."""
    passed = ("PATH", "LANG", "COVERAGE_PROCESS_CONFIG")
    kept = {name: os.environ[name] for name in passed if name in os.environ}
    process = await anyio.open_process(
        [sys.executable, "-m", "scanner", *arguments],
        stdin=subprocess.DEVNULL,
        cwd=cwd,
        env={**kept, "PYTHONPATH": str(ROOT), **surroundings},
    )
    try:
        yield Child(process)
    finally:
        with anyio.CancelScope(shield=True):
            if process.returncode is None:
                process.kill()
            await process.aclose()


async def scanner(arguments: Iterable[str], cwd: Path, surroundings: dict[str, str]) -> Child:
    """Run `scanner` to its end."""
    async with started(arguments, cwd, surroundings) as child:
        with anyio.fail_after(60):
            return await child.ended()


async def until(condition, seconds: float = 30) -> None:
    """Wait for what another process brings about."""
    with anyio.fail_after(seconds):
        while not condition():  # noqa: ASYNC110 — another process has no events
            await anyio.sleep(0.002)


def content(record) -> dict:
    """Return what must be the same in every run."""
    plain = dict(record if isinstance(record, dict) else asdict(record))
    del plain["captured_at"], plain["run_id"]
    return plain


def key(record) -> str:
    plain = content(record)
    names = ("account_id", "region", "resource_type", "resource_id")
    return "|".join(plain[name] for name in names)


def by_key(records) -> dict[str, dict]:
    """Index records by their key, which must be unique."""
    listed = list(records)
    found = {key(each): content(each) for each in listed}
    assert len(found) == len(listed), "a record is there twice"
    return found


def inventory(out: Path) -> dict[str, dict]:
    """Read the newest run's records."""
    return by_key(read_records(out, find_run(out)))


def ledger(out: Path) -> list:
    return list(read_ledger(out, find_run(out)))


def manifest(out: Path):
    return read_manifest(out, find_run(out))


def outcome_facts(outcomes) -> dict:
    """Return what two runs must agree on, by unit."""
    listed = list(outcomes)
    facts = {each.key: (each.status, each.types) for each in listed}
    assert len(facts) == len(listed), "a unit is there twice"
    return facts
