"""Scans of a small fake organization in which something is broken."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import scanner
from benchmarks.fake_aws import Options, Organization, Volume, serve
from scanner.aws import retry

REGIONS = ("us-east-1", "eu-west-1")
TYPES = ("AWS::EC2::VPC", "AWS::RDS::DBInstance", "AWS::SQS::Queue", "AWS::S3::Bucket")
SERVICES = 4


@dataclass
class Scanned:
    records: list = field(default_factory=list)
    outcomes: dict = field(default_factory=dict)
    summary: object = None

    def keys(self):
        found = [each.key for each in self.records]
        assert len(found) == len(set(found)), "a record is there twice"
        return set(found)


@asynccontextmanager
async def organization(monkeypatch, accounts=3, **options):
    """Run a fake and point this process's SDK at it."""
    volume = options.pop("volume", Volume(2, 2))
    async with serve(Organization.of(accounts), Options(volume=volume, **options)) as fake:
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


def hurry(monkeypatch):
    """Back off for no time at all: what is waited for is another test's business."""
    quick = {
        kind: retry.Course(course.attempts, base=0.0, cap=0.0)
        for kind, course in retry._COURSES.items()
    }
    monkeypatch.setattr(retry, "_COURSES", quick)


async def scan(**options) -> Scanned:
    """Scan into memory."""
    sink = scanner.MemorySink()
    wanted = {"role": "R", "regions": REGIONS, "types": TYPES, **options}
    summary = await scanner.scan(sink=sink, **wanted)
    outcomes = {f"{each.account_id}/{each.region}/{each.service}": each for each in sink.outcomes}
    assert len(outcomes) == len(sink.outcomes), "a unit ended twice"
    return Scanned(sink.records, outcomes, summary)
