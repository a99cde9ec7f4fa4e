"""The zip of a function as pip builds it from the registry, and a scan with nothing but it."""

import json
import platform
import subprocess
import sys
import zipfile
from importlib.metadata import version

import anyio
import pytest
from click.testing import CliRunner

from benchmarks.fake_aws import Options, Organization, Volume, serve
from scanner.cli import program
from tests.integration import own_tasks
from tests.unit.app.support import ROLE, environment, ledger

pytestmark = pytest.mark.timeout(180)

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
ARCH = {"x86_64": "x86_64", "aarch64": "arm64"}[platform.machine()]
FUNCTION = """
import json, sys
sys.path.insert(0, sys.argv[1])
import botocore, boto3
from scanner.aws_lambda import handler
class Context:
    aws_request_id = "1"
    get_remaining_time_in_millis = lambda self: 300_000
answers = [handler(event, Context()) for event in json.loads(sys.argv[2])]
print(json.dumps([answers, [botocore.__file__, boto3.__file__], botocore.__version__]))
"""


async def test_a_function_of_the_zip_alone_does_jobs_with_the_sdk_that_was_tested(tmp_path):
    package = ["package", "lambda", "--arch", ARCH, "--python", PYTHON, "--json"]
    package += ["--include", own_tasks.__file__]
    build = [*package, "--out", str(tmp_path)]
    result = await anyio.to_thread.run_sync(CliRunner().invoke, program, build)
    assert result.exit_code == 0, result.output
    code, out = tmp_path / "code", tmp_path / "scan"
    with zipfile.ZipFile(json.loads(result.stdout)["path"]) as archive:
        await anyio.to_thread.run_sync(archive.extractall, code)
    chosen = {"role": ROLE, "out": str(out), "regions": "eu-west-1"}
    events = [
        {**chosen, "types": "AWS::RDS::DBInstance"},
        {**chosen, "task": "own_tasks.py:instances"},
        {"job": "check", "policies": "fsbp", "out": str(out)},
    ]
    organization = Organization.of(2, regions=("eu-west-1",))

    async with serve(organization, Options(volume=Volume(1, 1))) as fake:
        done = await anyio.run_process(
            [sys.executable, "-I", "-S", "-c", FUNCTION, str(code), json.dumps(events)],
            env=environment(fake) | {"LAMBDA_TASK_ROOT": str(code)}, check=False, stderr=subprocess.PIPE,
        )  # fmt: skip

    assert done.returncode == 0, done.stderr.decode()
    (scanned, ran, checked), files, number = json.loads(done.stdout.splitlines()[-1])
    assert (scanned["status"], len(ledger(out))) == ("complete", 2)
    assert (ran["status"], ran["records"]) == ("complete", scanned["records"])
    assert checked["run_id"] == scanned["run_id"]
    assert checked["results"]["fail"] > 0
    assert all(each.startswith(str(code)) for each in files)
    assert number == version("botocore")
