"""Scans of a small fake organization in which something is broken."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from types import SimpleNamespace

import anyio.lowlevel

import scanner
from benchmarks.fake_aws import Options, Organization, Volume, serve
from scanner.app import link
from scanner.aws.gate import Gate
from scanner.aws.limits import Limits, Time
from scanner.output import find_run, read_ledger, read_records

REGIONS = ("us-east-1", "eu-west-1")
TYPES = ("AWS::EC2::VPC", "AWS::RDS::DBInstance", "AWS::SQS::Queue", "AWS::S3::Bucket")
SERVICES = 4


@dataclass
class Scanned:
    records: list = field(default_factory=list)
    outcomes: dict = field(default_factory=dict)
    summary: object = None

    def keys(self, account=""):
        found = [each.key for each in self.records if each.account_id.startswith(account)]
        assert len(found) == len(set(found)), "a record is there twice"
        return set(found)


@asynccontextmanager
async def organization(monkeypatch, accounts=3, regions=REGIONS, **options):
    """Run a fake and point this process's SDK at it."""
    volume = options.pop("volume", Volume(2, 2))
    organization = Organization.of(accounts, regions=regions)
    async with serve(organization, Options(volume=volume, **options)) as fake:
        for name, value in {
            "AWS_ENDPOINT_URL": fake.url,
            "AWS_ACCESS_KEY_ID": fake.organization.key,
            "AWS_SECRET_ACCESS_KEY": fake.organization.secret,
            "AWS_REGION": "us-east-1",
            "AWS_CONFIG_FILE": os.devnull,
            "NO_PROXY": "localhost,127.0.0.1",
        }.items():
            monkeypatch.setenv(name, value)
        yield fake


async def no_wait(_seconds):
    await anyio.lowlevel.checkpoint()


class Leaping:
    """A clock that leaps over every sleep."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    async def sleep(self, seconds):
        self.now += seconds
        await anyio.lowlevel.checkpoint()


def hurry(monkeypatch, sleep=no_wait):
    """Back off and pace for no time at all: how long is another test's business."""
    leaping = Leaping()
    monkeypatch.setattr(link, "Gate", partial(Gate, time=Time(sleep=sleep)))
    monkeypatch.setattr(link, "Limits", partial(Limits, Time(leaping, leaping.sleep)))


async def scan(**options) -> Scanned:
    """Scan into memory."""
    sink = scanner.MemorySink()
    wanted = {"role": "R", "regions": REGIONS, "types": TYPES, **options}
    summary = await scanner.scan(sink=sink, **wanted)
    return Scanned(sink.records, by_unit(sink.outcomes), summary)


async def scan_files(out, **options) -> Scanned:
    """Scan into files, or with `resume` go on, and read them as any reader would."""
    wanted = {"role": "R"} if "resume" in options else {"role": "R", "regions": REGIONS}
    summary = await scanner.scan(out=str(out), **wanted, **options)
    return read(out, summary)


def read(out, summary=None) -> Scanned:
    """Read the newest run of a directory."""
    run_id = summary.run_id if summary else find_run(out)
    records = [SimpleNamespace(**each, key=key_of(each)) for each in read_records(out, run_id)]
    return Scanned(records, by_unit(read_ledger(out, run_id)), summary)


def key_of(record):
    names = ("account_id", "region", "resource_type", "resource_id")
    return "|".join(record[name] for name in names)


def by_unit(outcomes):
    """Index outcomes by their unit, which must have one only."""
    listed = list(outcomes)
    found = {f"{each.account_id}/{each.region}/{each.service}": each for each in listed}
    assert len(found) == len(listed), "a unit ended twice"
    return found
