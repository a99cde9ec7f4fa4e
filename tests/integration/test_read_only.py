"""Commands that only look send nothing that changes anything, by the fake's own journal."""

import pytest

from benchmarks.fake_aws import Options, Organization, Volume, serve
from scanner.aws.request import Request
from tests.unit.app.support import ROLE, environment, scanner

pytestmark = pytest.mark.timeout(120)

REGIONS = ("us-east-1",)
COMMANDS = {
    "scan": ("scan", "--types", "AWS::EC2::*,AWS::SQS::Queue,AWS::S3::Bucket,AWS::IAM::Role"),
    "check": ("check", "p.yml", "--scan"),
    "doctor": ("doctor", "--types", "AWS::SQS::Queue"),
    "accounts": ("accounts",),
    "plan": ("remediate", "plan", "p.yml", "-o", "plan.jsonl", "--scan"),
}
POLICY = """
policies:
- name: queues
  resource: aws.sqs
  actions: [set-encryption]
"""


@pytest.mark.parametrize("name", COMMANDS)
async def test_nothing_that_changes_anything_is_sent(tmp_path, name):
    (tmp_path / "p.yml").write_text(POLICY)
    organization = Organization.of(2, regions=REGIONS)
    async with serve(organization, Options(volume=Volume(1, 1))) as fake:
        ended = await scanner((*COMMANDS[name], "--role", ROLE), tmp_path, environment(fake))
        calls = set(fake.journal.calls)

    assert calls, ended.err
    assert ended.code in (0, 1, 3), ended.err
    refused = [call for call in calls if Request(call.service, "", call.operation).refusal]
    assert refused == []
