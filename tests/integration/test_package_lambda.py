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
answer = handler(json.loads(sys.argv[2]), Context())
print(json.dumps([answer, [botocore.__file__, boto3.__file__], botocore.__version__]))
"""


async def test_a_function_of_the_zip_alone_scans_with_the_sdk_that_was_tested(tmp_path):
    package = ["package", "lambda", "--arch", ARCH, "--python", PYTHON, "--json"]
    build = [*package, "--out", str(tmp_path)]
    result = await anyio.to_thread.run_sync(CliRunner().invoke, program, build)
    assert result.exit_code == 0, result.output
    code, out = tmp_path / "code", tmp_path / "scan"
    with zipfile.ZipFile(json.loads(result.stdout)["path"]) as archive:
        await anyio.to_thread.run_sync(archive.extractall, code)
    event = {"role": ROLE, "out": str(out), "types": "AWS::RDS::DBInstance", "regions": "eu-west-1"}
    organization = Organization.of(2, regions=("eu-west-1",))

    async with serve(organization, Options(volume=Volume(1, 1))) as fake:
        done = await anyio.run_process(
            [sys.executable, "-I", "-S", "-c", FUNCTION, str(code), json.dumps(event)],
            env=environment(fake), check=False, stderr=subprocess.PIPE,
        )  # fmt: skip

    assert done.returncode == 0, done.stderr.decode()
    answer, files, number = json.loads(done.stdout.splitlines()[-1])
    assert (answer["status"], len(ledger(out))) == ("complete", 2)
    assert all(each.startswith(str(code)) for each in files)
    assert number == version("botocore")
