"""An organization in the emulator, with the roles of deploy/ in place and something to find."""

import os
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import anyio
import pytest

import scanner as library
from scanner.app.place import opened
from scanner.model.shard import Shard
from scanner.output import find_run, read_manifest, read_records
from scanner.settings import Settings
from tests.emulator.ministack import MANAGEMENT, REGION, Emulator, running
from tests.unit.app.support import by_key, point_here

DEPLOY = Path(__file__).parents[2] / "deploy"
MEMBER = (DEPLOY / "member-role.yaml").read_text()
CENTRAL = f"arn:aws:iam::{MANAGEMENT}:role/ScannerCentralRole"
SECRET = "the-shared-secret"
TRUST = {"Principal": CENTRAL, "ExternalId": SECRET}
BUCKET = "kept"
OUT = f"s3://{BUCKET}/scans"
TYPES = (
    "AWS::EC2::VPC",
    "AWS::IAM::Role",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
)


@dataclass(frozen=True)
class World:
    """An organization in the emulator; `central` are the credentials of the central role."""

    emulator: Emulator
    accounts: tuple[str, ...]
    central: dict

    @property
    def surroundings(self):
        """Return what makes a process the central role."""
        return {
            "AWS_ENDPOINT_URL": self.emulator.url,
            "AWS_ACCESS_KEY_ID": self.central["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": self.central["SecretAccessKey"],
            "AWS_SESSION_TOKEN": self.central["SessionToken"],
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def redeploy(self, template):
        """Give the first member's role what another template says."""
        self.emulator.deploy("scanner", template, TRUST, self.accounts[0])


@contextmanager
def organization(temporary, shards):
    """Lend an organization in an emulator of its own; this process is its central role."""
    with running(temporary) as emulator, pytest.MonkeyPatch.context() as patch:
        world = settle(emulator, shards)
        point_here(patch, world.surroundings)
        yield world


def scan(**options):
    """Scan with this process; return the summary, and what was found."""
    sink = library.MemorySink()
    chosen = {"types": TYPES, "regions": REGION, "external_id": SECRET, "sink": sink} | options
    return anyio.run(partial(library.scan, **chosen)), sink


def kept(name, out=OUT):
    """Return what readers find of a run in the bucket: its manifest and its records."""
    with opened(Settings(out=out)) as placed:
        run_id = find_run(placed.out, name)
        return read_manifest(placed.out, run_id), by_key(read_records(placed.out, run_id))


def accounts_for(emulator, shards):
    """Make accounts until each shard has one, and on average as many as the others."""
    made = ()
    while len(made) % len(shards) or not all(any(map(each.holds, made)) for each in shards):
        made += (emulator.create_account(f"account-{len(made)}"),)
    return made


def settle(emulator, shards):
    """Make accounts for so many shards, deploy the roles by CloudFormation, and some resources."""
    accounts = accounts_for(emulator, Shard.all(shards))
    emulator.client("s3").create_bucket(Bucket=BUCKET)
    emulator.deploy("central", (DEPLOY / "central-role.yaml").read_text(), {"OutputBucket": BUCKET})
    for account in accounts:
        emulator.deploy("scanner", MEMBER, TRUST, account)
        emulator.client("sqs", account).create_queue(QueueName="orders")
        emulator.client("sns", account).create_topic(Name="orders")
        emulator.client("s3", account).create_bucket(Bucket=f"orders-{account}")
    answer = emulator.client("sts").assume_role(RoleArn=CENTRAL, RoleSessionName="test")
    return World(emulator, accounts, answer["Credentials"])
