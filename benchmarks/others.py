"""Whom we are also compared with: c7n-org and botocove, each in an environment of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.contenders import script_records
from benchmarks.measure import Contender
from benchmarks.workload import LISTINGS

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.measure import Load

BOTOCOVE, C7N_ORG = "botocove==1.7.4", "c7n-org==0.6.52"
ROLE = "arn:aws:iam::{account}:role/Scanner"
C7N_CODES = (0, 1, 2)
"""c7n-org's 2 says that a policy matched something, as all of ours do."""

CUSTODIAN = {
    "AWS::EC2::VPC": "vpc",
    "AWS::EC2::Subnet": "subnet",
    "AWS::EC2::Volume": "ebs",
    "AWS::RDS::DBInstance": "rds",
    "AWS::AutoScaling::AutoScalingGroup": "asg",
    "AWS::CloudFormation::Stack": "cfn",
    "AWS::Redshift::ClusterSubnetGroup": "redshift-subnet-group",
    "AWS::FSx::FileSystem": "fsx",
    "AWS::Batch::JobQueue": "batch-queue",
    "AWS::ApiGateway::RestApi": "rest-api",
}


def others(folder: Path) -> tuple[Contender, ...]:
    """Return those that can be installed below `folder`, where they are kept for the next time."""
    made = {
        "botocove": (BOTOCOVE, _botocove, script_records, (0,)),
        "c7n-org": (C7N_ORG, _c7n_org, _c7n_records, C7N_CODES),
    }
    found = []
    for name, (package, command, records, codes) in made.items():
        programs = _environment(folder / name, package)
        if programs is not None:
            found.append(Contender(name, partial(command, programs), records, codes))
    return tuple(found)


def _environment(folder: Path, package: str) -> Path | None:
    """Return the programs of an environment with a package; None where it can't be had."""
    programs = folder / "bin"
    installed = folder / f"{package} is installed"
    if not installed.exists():
        venv.create(folder, with_pip=True, clear=True)
        done = subprocess.run([programs / "pip", "install", "-q", package], check=False)
        if done.returncode:
            print(f"{package} can't be installed: left out", file=sys.stderr)
            return None
        installed.touch()
    return programs


def _botocove(programs: Path, load: Load, here: Path) -> list[str]:
    options = {
        "--accounts": str(here / "accounts.txt"),
        "--regions": load.region_names,
        "--out": str(here / "out.jsonl"),
    }
    flags = [each for pair in options.items() for each in pair]
    return [str(programs / "python"), "-m", "benchmarks.botocove_script", *flags]


def _c7n_org(programs: Path, load: Load, here: Path) -> list[str]:
    accounts = [
        {
            "account_id": account,
            "name": account,
            "role": ROLE.format(account=account),
            "regions": load.region_names.split(","),
        }
        for account in (here / "accounts.txt").read_text().split()
    ]
    policies = [
        {"name": CUSTODIAN[each.type], "resource": f"aws.{CUSTODIAN[each.type]}"}
        for each in LISTINGS
    ]
    for name, content in (("accounts", accounts), ("policies", policies)):
        (here / f"{name}.yml").write_text(json.dumps({name: content}))  # JSON is YAML
    return [
        str(programs / "c7n-org"), "run", "-c", str(here / "accounts.yml"),
        "-u", str(here / "policies.yml"), "-s", str(here / "out"), "--cache-period", "0",
    ]  # fmt: skip


def _c7n_records(here: Path) -> int:
    files = here.glob("out/*/*/*/resources.json")
    return sum(len(json.loads(each.read_text())) for each in files)
