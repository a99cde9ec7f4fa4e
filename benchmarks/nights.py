"""Writes two made nights to disk, as a scan would: realistic records, a planned difference."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio

from scanner.model.outcome import Outcome, Status, TypeOutcome
from scanner.model.record import Record
from scanner.model.target import Account, Unit
from scanner.output import create_run

if TYPE_CHECKING:
    from collections.abc import Iterator

REGIONS = ("eu-west-1", "us-east-1", "eu-central-1", "us-west-2")
TYPES = {
    "ec2": ("AWS::EC2::Instance", "AWS::EC2::Volume", "AWS::EC2::NetworkInterface"),
    "lambda": ("AWS::Lambda::Function",),
    "s3": ("AWS::S3::Bucket",),
    "iam": ("AWS::IAM::Role",),
}
ACCOUNTS = 100
RUNS = ("20261123T010000Z-00000a", "20261124T010000Z-00000b")
EVERY = 50
"""One record of so many differs: a third each is added, removed, changed."""


def units(records: int) -> Iterator[tuple[Unit, int]]:
    """Yield units and how many records of each type they hold."""
    kinds = sum(map(len, TYPES.values()))
    each = max(1, records // (ACCOUNTS * len(REGIONS) * kinds))
    for service, types in TYPES.items():
        for region in REGIONS:
            for number in range(ACCOUNTS):
                yield Unit(Account(f"{number:012}"), region, service, types), each


def _record(unit: Unit, type: str, number: int, night: int) -> Record:
    account, region = unit.account.id, unit.region
    name = f"r-{number:08x}{account[-3:]}"
    state = "stopped" if night and number % EVERY == 1 else "running"
    return Record(
        schema=1,
        run_id=RUNS[night],
        captured_at=f"2026-11-2{3 + night}T01:00:00Z",
        account_id=account,
        account_name=f"team-{account[-3:]}",
        partition="aws",
        region=region,
        service=unit.service,
        operation="DescribeThings",
        resource_type=type,
        resource_id=name,
        resource_name=f"name-{number}",
        arn=f"arn:aws:{unit.service}:{region}:{account}:thing/{name}",
        parent_arn=None,
        created_at="2026-01-31T12:00:00Z",
        tags={"Name": f"name-{number}", "team": f"team-{number % 40}", "env": "prod"},
        configuration=_configuration(name, state, number),
        supplementary={},
        redacted=[],
        unread=[],
    )


def _configuration(id: str, state: str, number: int) -> dict[str, Any]:
    groups = [{"GroupId": f"sg-{number % 97 + k:08x}", "GroupName": "web"} for k in range(3)]
    disks = [
        {
            "DeviceName": f"/dev/sd{letter}",
            "Ebs": {"VolumeId": f"vol-{id}{letter}", "Status": state},
        }
        for letter in "abc"
    ]
    return {
        "InstanceId": id,
        "State": {"Name": state, "Code": 16},
        "PrivateIpAddress": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
        "LaunchTime": "2026-01-31T12:00:00Z",
        "SecurityGroups": groups,
        "BlockDeviceMappings": disks,
        "Placement": {"AvailabilityZone": "eu-west-1a", "Tenancy": "default"},
        "Monitoring": {"State": "disabled"},
        "ImageId": f"ami-{number % 13:017x}",
        "InstanceType": "m5.large",
    }


def _numbers(count: int, night: int) -> Iterator[int]:
    """Leave out one of so many on the first night, another one on the second."""
    return (number for number in range(count) if number % EVERY != 2 + night)


async def write(out: Path, records: int, night: int) -> None:
    """Write a night's run."""
    planned = list(units(records))
    async with create_run(out, RUNS[night], {}) as run:
        for unit, count in planned:
            buffer = run.open_unit(unit)
            types = {}
            for name in unit.types:
                numbers = list(_numbers(count, night))
                for number in numbers:
                    await buffer.add(_record(unit, name, number, night))
                types[name] = TypeOutcome(Status.COMPLETE, len(numbers))
            place = (unit.account.id, unit.region, unit.service)
            await run.commit(buffer, Outcome(*place, Status.COMPLETE, types))
        accounts = {"discovered": ACCOUNTS, "selected": ACCOUNTS, "entered": ACCOUNTS, "failed": []}
        await run.finish({
            "status": "complete", "planned": len(planned), "accounts": accounts,
            "scanner_version": "0", "resume": None,
        })  # fmt: skip


if __name__ == "__main__":
    for night in range(len(RUNS)):
        anyio.run(write, Path(sys.argv[1]), int(sys.argv[2]), night)
