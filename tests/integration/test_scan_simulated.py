"""A scan of the simulated organization finds what was made there and tells what it did not see."""

import gzip
import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from functools import partial

import pytest
from anyio.from_thread import start_blocking_portal

from scanner.catalog import Catalog
from scanner.simulation import simulated_organization
from scanner.simulation.seed.storage import FAKE_SECRET
from tests.unit.app.support import ROOT, inventory, key, ledger, manifest

pytest.importorskip("moto")
pytestmark = pytest.mark.timeout(90)

EXTERNAL_ID = "only-for-this-test"
REGIONS = ("us-east-1", "eu-west-1")
DEFAULT_SUBNETS = {"us-east-1": 6, "eu-west-1": 3}
"""One a zone, in moto's default VPC."""
AWS_ALIASES = 14
"""Moto's `alias/aws/…` keys of a region."""
WITHOUT_ACCOUNT = {"AWS::S3::Bucket", "AWS::Route53::HostedZone", "AWS::Route53::RecordSet"}
"""Types whose ARNs name no account."""


@pytest.fixture(scope="module")
def simulation():
    make = partial(
        simulated_organization, accounts=7, regions=REGIONS, external_id=EXTERNAL_ID
    )  # fmt: skip
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(portal.call(make)) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def created(simulation):
    """Tell what was made: how many of a type, by account and region."""
    return {
        (account, region, kind): number
        for account, regions in simulation.created.items()
        for region, kinds in regions.items()
        for kind, number in kinds.items()
    }


@pytest.fixture(scope="module")
def types(created):
    return sorted({kind for _, _, kind in created} & Catalog.load().types.keys())


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return tmp_path_factory.mktemp("simulated")


@pytest.fixture(scope="module")
def ended(simulation, types, directory):
    """Run the real command, in a careless user's umask."""
    return subprocess.run(
        [
            sys.executable, "-m", "scanner", "scan", "--role", simulation.role_name,
            "--include-management", "--types", ",".join(types), "--log-level", "debug",
            "--regions", ",".join((*REGIONS, simulation.disabled_region)),
        ],
        cwd=directory, text=True, capture_output=True, check=False, timeout=60, umask=0,
        env=simulation.surround(os.environ)
        | {"SCANNER_EXTERNAL_ID": EXTERNAL_ID, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


@pytest.fixture(scope="module")
def out(directory, ended):
    assert ended.returncode == 3
    return directory / "scan"


@pytest.fixture(scope="module")
def records(out):
    return list(inventory(out).values())


def added_by_moto(account, region, created):
    """Return what nobody made but moto has: the default network, DNS's own records, AWS's keys."""
    if region == "global":
        return {"AWS::Route53::RecordSet": 2 * created.get((account, region, _ZONE), 0)}
    return {
        "AWS::EC2::VPC": 1,
        "AWS::EC2::SecurityGroup": 1 + created.get((account, region, "AWS::EC2::VPC"), 0),
        "AWS::EC2::Subnet": DEFAULT_SUBNETS[region],
        "AWS::KMS::Alias": AWS_ALIASES,
    }


_ZONE = "AWS::Route53::HostedZone"


def test_what_was_made_is_what_is_found_in_number_per_account_region_and_type(
    simulation, created, types, records
):
    expected = Counter({place: n for place, n in created.items() if place[2] in types})
    for account in simulation.created:
        for region in ("global", *REGIONS):
            for kind, number in added_by_moto(account, region, created).items():
                if kind in types:
                    expected[account, region, kind] += number
    found = Counter((r["account_id"], r["region"], r["resource_type"]) for r in records)

    assert found == +expected


def test_the_simulation_makes_enough_to_mean_something(types, records):
    assert len(types) > 20
    assert {record["resource_type"] for record in records} == set(types)


def test_every_record_belongs_to_the_account_its_arn_names(records):
    foreign = [
        (record["resource_type"], record["arn"])
        for record in records
        if record["arn"]
        if record["arn"].split(":")[4]
        != ("" if record["resource_type"] in WITHOUT_ACCOUNT else record["account_id"])
    ]

    assert foreign == []
    assert sum(record["arn"] is not None for record in records) > len(records) / 2


def test_keys_are_unique_and_fields_complete(records):
    assert len({key({**r, "captured_at": "", "run_id": ""}) for r in records}) == len(records)
    assert len({tuple(record) for record in records}) == 1


def test_the_account_that_refuses_is_named_everywhere(simulation, out, ended):
    (refusing,) = simulation.refusing
    units = [each for each in ledger(out) if each.account_id == refusing]
    (failed,) = manifest(out)["accounts"]["failed"]

    assert (failed["account_id"], "AccessDenied" in failed["reason"]) == (refusing, True)
    assert f"{refusing}  sts:AssumeRole" in ended.stdout
    assert {each.status for each in units} <= {"not_attempted", "unavailable"}
    assert {each.status for each in units if each.region in REGIONS} == {"not_attempted"}


def test_suspended_accounts_are_in_no_unit(simulation, out):
    (suspended,) = simulation.suspended
    facts = manifest(out)["accounts"]

    assert suspended not in {each.account_id for each in ledger(out)}
    assert (facts["discovered"], facts["selected"], facts["entered"]) == (7, 6, 5)


def test_the_region_that_is_not_enabled_is_unavailable_and_no_failure(simulation, out):
    statuses = {e.status for e in ledger(out) if e.region == simulation.disabled_region}

    assert statuses == {"unavailable"}


def test_everything_else_is_complete(simulation, out):
    elsewhere = {
        each.status
        for each in ledger(out)
        if each.account_id not in simulation.refusing and each.region != simulation.disabled_region
    }

    assert elsewhere == {"complete"}


def lines_of(path):
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def test_secrets_are_in_no_file_and_no_output(out, ended, records):
    written = b"".join(lines_of(path) for path in out.rglob("*") if path.is_file())
    everything = written.decode() + ended.stdout + ended.stderr
    redacted = [record for record in records if record["redacted"]]

    assert FAKE_SECRET not in everything
    assert EXTERNAL_ID not in everything
    assert {record["resource_type"] for record in redacted} >= {"AWS::Lambda::Function"}
    assert "REDACTED" in everything


def test_files_are_their_owners_alone(out):
    modes = {(path.is_dir(), oct(path.stat().st_mode & 0o777)) for path in out.rglob("*")}

    assert modes == {(True, "0o700"), (False, "0o600")}


def test_the_manifest_measures_every_file(out):
    listed = {each["path"]: each for each in manifest(out)["files"]}
    on_disk = {path.relative_to(out).as_posix(): path for path in out.rglob("*.jsonl*")}

    assert listed.keys() == on_disk.keys()
    for name, path in on_disk.items():
        assert listed[name]["bytes"] == path.stat().st_size
        assert listed[name]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert listed[name]["records"] == len(lines_of(path).splitlines())


def test_planned_units_are_ledger_lines_and_the_sums_agree(out, records):
    summed, outcomes = manifest(out), ledger(out)
    in_files = [each for each in summed["files"] if each["path"].startswith("inventory/")]

    assert summed["planned"] == len(outcomes) == len({each.key for each in outcomes})
    assert sum(summed["by_status"].values()) == len(outcomes)
    assert summed["records"] == len(records) == sum(each["records"] for each in in_files)
    assert summed["records"] == sum(each.records for each in outcomes)
    assert summed["requests"] == sum(each.requests for each in outcomes)


def test_plan_and_latest_point_at_the_run(out):
    run_id = manifest(out)["run_id"]
    plan = json.loads((out / "runs" / run_id / "plan.json").read_text())
    latest = json.loads((out / "latest.json").read_text())

    assert plan["secrets"]["external_id"] is True
    assert latest["complete"] is None
    assert latest["partial"]["run_id"] == run_id


def test_json_on_stdout_is_all_that_is_there(simulation, directory):
    done = subprocess.run(
        [
            sys.executable, "-m", "scanner", "scan", "--role", simulation.role_name, "--json",
            "--types", "AWS::SQS::Queue", "--out", "second",
        ],
        cwd=directory, text=True, capture_output=True, check=False, timeout=60,
        env=simulation.surround(os.environ)
        | {"SCANNER_EXTERNAL_ID": EXTERNAL_ID, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    printed = json.loads(done.stdout)

    assert done.returncode == 3
    assert printed.items() >= manifest(directory / "second").items()
    assert [hole["service"] for hole in printed["holes"]] == ["sqs"]
