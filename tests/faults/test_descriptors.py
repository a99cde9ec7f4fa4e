"""Out of file descriptors: the scan ends, says what it lacks, and goes on where it stopped."""

import subprocess
import sys

import anyio
import pytest

from benchmarks.fake_aws import Options, Organization, Volume, serve
from scanner.model.outcome import Status
from tests.unit.app.support import ROLE, ROOT, environment, inventory, ledger, manifest, scanner

pytestmark = pytest.mark.timeout(90)

REGIONS = ("us-east-1", "eu-west-1")
ACCOUNTS = 10
TYPES = ("AWS::EC2::VPC", "AWS::RDS::DBInstance", "AWS::SQS::Queue", "AWS::FSx::FileSystem")
UNITS = ACCOUNTS * len(REGIONS) * len(TYPES)
SCAN = (
    "scan", "--role", ROLE, "--out", "scan", "--concurrency", "64",
    "--regions", ",".join(REGIONS), "--types", ",".join(TYPES),
)  # fmt: skip
RESUME = ("scan", "--resume", "latest", "--out", "scan")
LIMITED = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv.pop(1)),) * 2)
runpy.run_module("scanner", run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize("descriptors", [20, 60])
async def test_a_scan_without_descriptors_ends_and_resumes_to_the_whole(tmp_path, descriptors):
    organization = Organization.of(ACCOUNTS, regions=REGIONS)
    async with serve(organization, Options(volume=Volume(2, 2), latency=0.05)) as fake:
        surroundings = {**environment(fake), "PYTHONPATH": str(ROOT)}
        with anyio.fail_after(60):
            ended = await anyio.run_process(
                [sys.executable, "-c", LIMITED, str(descriptors), *SCAN],
                cwd=tmp_path, env=surroundings, check=False, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        left = manifest(tmp_path / "scan")
        said = ended.stderr.decode().splitlines()
        resumed = await scanner(RESUME, tmp_path, environment(fake))

    assert ended.returncode in (0, 3, 6)
    assert (left is None) == (ended.returncode == 6)
    assert ended.returncode != 6 or said[-1].endswith("Too many open files")
    assert left is None or left["status"] == ("partial" if ended.returncode else "complete")
    assert resumed.code == 0
    assert {each.status for each in ledger(tmp_path / "scan")} == {Status.COMPLETE}
    assert len(ledger(tmp_path / "scan")) == UNITS
    assert len(inventory(tmp_path / "scan")) == UNITS * 2 * 2
