"""Runs MiniStack, an emulator of AWS, as a child on loopback, with its authorization switched on.

It has a virtual environment of its own, `.venv-emulator`, because it needs another botocore than
we do; `.ci/run` makes it. What it does of AWS's doings here: signatures are verified, identity
policies, permissions boundaries and trust policies evaluated, templates deployed, and state
machines interpreted, Distributed Maps too. What it does not do is said where it matters.
"""

import json
import os
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import boto3
import pytest

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-emulator" / "bin" / "python"
MANAGEMENT = "111122223333"
REGION = "us-east-1"
START_SECONDS = 120


@dataclass(frozen=True)
class Emulator:
    """A running emulator; every account has a root whose access key is the account's id."""

    url: str

    def client(self, service, account=MANAGEMENT, region=REGION, credentials=None):
        """Make a client, as an account's root unless given credentials that STS answered."""
        keys = credentials or {"AccessKeyId": account, "SecretAccessKey": "test"}
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys.get("SessionToken"),
        )

    def create_account(self, name):
        """Make an account of the organization; return its id, which is a random one."""
        organizations = self.client("organizations")
        made = organizations.create_account(Email=f"{name}@example.com", AccountName=name)
        return made["CreateAccountStatus"]["AccountId"]

    def deploy(self, name, template, parameters=None, account=MANAGEMENT):
        """Deploy or update a stack; return its outputs."""
        cloudformation = self.client("cloudformation", account)
        order = {
            "StackName": name,
            "TemplateBody": template if isinstance(template, str) else json.dumps(template),
            "Parameters": [
                {"ParameterKey": key, "ParameterValue": value}
                for key, value in (parameters or {}).items()
            ],
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
        }
        if name in {each["StackName"] for each in cloudformation.describe_stacks()["Stacks"]}:
            cloudformation.update_stack(**order)
            wanted = "UPDATE_COMPLETE"
        else:
            cloudformation.create_stack(**order)
            wanted = "CREATE_COMPLETE"
        stack = ended(
            lambda: cloudformation.describe_stacks(StackName=name)["Stacks"][0],
            lambda stack: not stack["StackStatus"].endswith("IN_PROGRESS"),
        )
        assert stack["StackStatus"] == wanted, stack
        return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", ())}


def ended(ask, is_end, seconds=START_SECONDS):
    """Ask again and again until it is the end, and return what was answered then."""
    deadline = time.monotonic() + seconds
    while not is_end(answer := ask()):
        assert time.monotonic() < deadline, answer
        time.sleep(0.05)
    return answer


@contextmanager
def running(temporary):
    """Run an emulator that ends with the context."""
    if not PYTHON.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{PYTHON} is missing: .ci/run makes it")
        pytest.skip(f"needs MiniStack: see .ci/run, which makes {PYTHON.parents[1].name}")
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    surroundings = {
        "PATH": os.environ["PATH"],
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_ACCOUNT_ID": MANAGEMENT,
        "AUTH": "true",
        "SFN_WAIT_SCALE": "0.001",  # what waits for seconds waits for thousandths
        "LOG_LEVEL": "WARNING",
        "TMPDIR": str(temporary),
    }
    log = temporary / "ministack.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [PYTHON, "-m", "ministack"], env=surroundings, stdout=output, stderr=output
        )
        try:
            url = f"http://127.0.0.1:{port}"
            ended(lambda: process.poll() is not None or answers(url), bool)
            assert process.poll() is None, log.read_text()
            yield Emulator(url)
        finally:
            process.terminate()
            process.wait()


def answers(url):
    try:
        with urlopen(f"{url}/_ministack/health") as answer:  # loopback, and our own child
            return answer.status == 200
    except (URLError, ConnectionError):
        return False
