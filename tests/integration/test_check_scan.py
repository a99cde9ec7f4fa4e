"""`scanner check --scan` finds what was planted in an organization, and does not know the rest."""

import json
import os
import subprocess
import sys
from collections import Counter
from functools import partial

import pytest
from anyio.from_thread import start_blocking_portal

from scanner.simulation import simulated_organization
from tests.unit.app.support import ROOT, ledger, manifest

pytest.importorskip("moto")
pytestmark = pytest.mark.timeout(90)

REGION = "eu-west-1"
PLANTED = "AWS::SQS::Queue"
POLICIES = """
policies:
- name: no-queues
  resource: aws.sqs
- name: no-endless-queues
  resource: aws.sqs
  filters: [{QueueName: no-such-name}]
"""


@pytest.fixture(scope="module")
def simulation():
    make = partial(simulated_organization, accounts=6, regions=[REGION])
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(portal.call(make)) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def done(simulation, tmp_path_factory):
    directory = tmp_path_factory.mktemp("check")
    (directory / "p.yml").write_text(POLICIES)
    ended = subprocess.run(
        [
            sys.executable, "-m", "scanner", "check", "p.yml", "--scan", "--format", "ocsf",
            "--role", simulation.role_name, "--include-management", "--regions", REGION,
        ],
        cwd=directory, text=True, capture_output=True, check=False, timeout=60,
        env=simulation.surround(os.environ) | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return directory, ended


def findings(done, control):
    lines = [json.loads(line) for line in done[1].stdout.splitlines()]
    return Counter(
        (each["cloud"]["account"]["uid"], each["unmapped"]["result"])
        for each in lines
        if each["compliance"]["control"] == control
    )


def test_every_planted_violation_is_found_and_no_other(done, simulation):
    planted = {
        account: number
        for account, regions in simulation.created.items()
        if (number := regions.get(REGION, {}).get(PLANTED))
    }
    failed = {
        account: number
        for (account, result), number in findings(done, "no-queues").items()
        if result == "fail"
    }

    assert planted
    assert failed == planted
    assert not [key for key in findings(done, "no-endless-queues") if key[1] == "fail"]


def test_an_account_that_can_not_be_read_is_unknown_and_the_exit_code_says_so(done):
    directory, ended = done
    unread = {line.account_id for line in ledger(directory / "scan") if line.status != "complete"}
    unknown = {key[0] for key in findings(done, "no-queues") if key[1] == "unknown"}

    assert unread
    assert unknown == unread
    assert ended.returncode == 3


def test_only_what_the_policies_need_is_scanned(done):
    directory, _ = done
    types = {name for line in ledger(directory / "scan") for name in line.types}

    assert types == {PLANTED}
    assert manifest(directory / "scan")["records"] == sum(
        number for (_, result), number in findings(done, "no-queues").items() if result == "fail"
    )
