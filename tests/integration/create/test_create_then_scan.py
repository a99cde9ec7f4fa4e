"""What boto3 created in moto is what a scan finds: number, account, region, id, ARN and tags."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from anyio.from_thread import start_blocking_portal

import scanner
from scanner.simulation import _environment
from tests.integration.create import storage
from tests.integration.create.place import GLOBAL, HOME, ROLE, Place

pytestmark = pytest.mark.timeout(240)

ROOT = Path(__file__).parents[3]
ACCOUNTS = ("210987654321", "456789012345")
REGIONS = (HOME, "eu-west-1")

MODULES = (storage,)
ONCE = {name: recipe for module in MODULES for name, recipe in module.ONCE.items()}
REGIONAL = {name: recipe for module in MODULES for name, recipe in module.REGIONAL.items()}


@dataclass(frozen=True)
class World:
    places: list[Place]
    services: dict[str, set[str]]
    records: list[scanner.Record]
    outcomes: list[scanner.Outcome]


@pytest.fixture(scope="module")
def url():
    """Run moto in a child that ends with this process."""
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "tests.integration.create.server"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT,
        env=os.environ
        | {
            "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
            "MOTO_IAM_LOAD_MANAGED_POLICIES": "false",
            "PYTHONPATH": str(ROOT),
        },
    ) as child:  # fmt: skip
        child.stdin.write(json.dumps([ACCOUNTS, REGIONS]).encode() + b"\n")
        child.stdin.flush()
        yield json.loads(child.stdout.readline())["url"]
        child.kill()
