"""The roles of deploy/ let a scan do all it does and nothing else: deployed and enforced.

By MiniStack, which verifies signatures and evaluates trust policies, identity policies and
boundaries as AWS documents it. What it does not do, and so is not tried here: service control
policies, and delivery by StackSets: each account has its own stack.
"""

import json

import pytest
import yaml
from botocore.exceptions import ClientError

from scanner.app.summary import NOTHING, exit_code
from scanner.app.types import catalog_of
from scanner.catalog import actions_of
from scanner.model.outcome import Status
from scanner.settings import Settings
from tests.emulator.ministack import MANAGEMENT
from tests.emulator.organization import BUCKET, MEMBER, SECRET, TYPES, organization, scan

pytestmark = pytest.mark.timeout(180)

CATALOG = catalog_of(Settings(), TYPES)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with organization(tmp_path_factory.mktemp("emulator"), 2) as lent:
        yield lent


@pytest.fixture
def mended(world):
    """Put the first member's role back as it was, for the next test."""
    yield world
    world.redeploy(MEMBER)


def statuses(sink):
    return {name: each.status for outcome in sink.outcomes for name, each in outcome.types.items()}


def without(action):
    """Return the template of the member role with one action taken out."""
    template = yaml.safe_load(MEMBER)
    allowed = [
        each["Properties"]["PolicyDocument"]["Statement"][0]["Action"]
        for each in template["Resources"].values()
        if each["Type"] == "AWS::IAM::ManagedPolicy"
    ]
    (holder,) = [actions for actions in allowed if action in actions]
    holder.remove(action)
    return template


def test_with_the_templates_a_scan_is_complete(world):
    summary, sink = scan()

    assert summary.status == "complete", summary.holes
    assert summary.manifest["accounts"]["entered"] == len(world.accounts)
    assert {(each.account_id, each.resource_type) for each in sink.records} == {
        (account, name) for account in world.accounts for name in TYPES
    }


TAKEN = (
    "ec2:DescribeVpcs", "iam:GetAccountAuthorizationDetails", "s3:GetBucketPolicy",
    "s3:ListAllMyBuckets", "sns:GetTopicAttributes", "sns:ListTopics", "sqs:GetQueueAttributes",
    "sqs:ListQueues",
)  # fmt: skip


@pytest.mark.parametrize("action", TAKEN)
def test_with_one_action_taken_out_exactly_its_type_is_denied(mended, action):
    mended.redeploy(without(action))
    summary, sink = scan(accounts=mended.accounts[:1])
    needy = {name for name in TYPES if action in actions_of(CATALOG.types[name])}

    assert len(needy) == 1
    assert statuses(sink) == {
        name: Status.DENIED if name in needy else Status.COMPLETE for name in TYPES
    }
    (hole,) = summary.holes
    assert action in hole.reason


def test_within_a_permissions_boundary_what_it_leaves_out_is_denied(world):
    """Put on by IAM: MiniStack's CloudFormation does not know that property of a role."""
    account = world.accounts[0]
    iam = world.emulator.client("iam", account)
    document = {"Statement": [{"Effect": "Allow", "Action": ["sqs:*", "tag:*"], "Resource": "*"}]}
    made = iam.create_policy(PolicyName="boundary", PolicyDocument=json.dumps(document))
    bound = {"RoleName": "ScannerReadRole", "PermissionsBoundary": made["Policy"]["Arn"]}
    iam.put_role_permissions_boundary(**bound)
    _, sink = scan(accounts=[account])
    iam.delete_role_permissions_boundary(RoleName="ScannerReadRole")

    assert statuses(sink) == {
        name: Status.COMPLETE if name == "AWS::SQS::Queue" else Status.DENIED for name in TYPES
    }


@pytest.mark.parametrize("external_id", ["another-secret", None])
def test_with_a_wrong_external_id_no_account_can_be_entered(world, external_id):
    summary, sink = scan(external_id=external_id)

    assert (sink.records, summary.manifest["accounts"]["entered"]) == ([], 0)
    assert summary.failed_accounts.keys() == {*world.accounts}
    assert exit_code(summary, Settings()) == NOTHING


def refusal(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"]


def test_the_central_role_can_assume_no_other_role(world):
    """Though that role would let it in: its own policy does not."""
    account = world.accounts[0]
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{MANAGEMENT}:root"},
        "Action": "sts:AssumeRole",
    }
    world.emulator.client("iam", account).create_role(
        RoleName="Admin", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]})
    )
    other = {"RoleArn": f"arn:aws:iam::{account}:role/Admin", "RoleSessionName": "test"}
    own = {"RoleArn": f"arn:aws:iam::{account}:role/ScannerReadRole", "RoleSessionName": "test"}
    sts = world.emulator.client("sts", credentials=world.central)

    assert world.emulator.client("sts").assume_role(**other)["Credentials"]
    assert refusal(sts.assume_role, **other) == "AccessDenied"
    assert sts.assume_role(**own, ExternalId=SECRET)["Credentials"]


def test_the_member_role_lets_no_one_else_in(world):
    account = world.accounts[0]
    role = {"RoleArn": f"arn:aws:iam::{account}:role/ScannerReadRole", "RoleSessionName": "test"}

    for stranger in (world.accounts[1], MANAGEMENT):
        sts = world.emulator.client("sts", stranger)
        assert refusal(sts.assume_role, **role, ExternalId=SECRET) == "AccessDenied"


def test_the_central_role_writes_below_its_prefix_alone(world):
    s3 = world.emulator.client("s3", credentials=world.central)
    s3.put_object(Bucket=BUCKET, Key="scans/a", Body=b"x")

    assert [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET, Prefix="scans/")["Contents"]]
    assert refusal(s3.put_object, Bucket=BUCKET, Key="else/a", Body=b"x") == "AccessDenied"
    assert refusal(s3.list_objects_v2, Bucket=BUCKET, Prefix="else/") == "AccessDenied"
    assert refusal(s3.create_bucket, Bucket="another") == "AccessDenied"


def test_the_member_role_reads_no_object_and_changes_nothing(world):
    account = world.accounts[0]
    sts = world.emulator.client("sts", credentials=world.central)
    role = f"arn:aws:iam::{account}:role/ScannerReadRole"
    inside = sts.assume_role(RoleArn=role, RoleSessionName="test", ExternalId=SECRET)["Credentials"]
    s3 = world.emulator.client("s3", credentials=inside)
    sqs = world.emulator.client("sqs", credentials=inside)

    assert refusal(s3.get_object, Bucket=f"orders-{account}", Key="a") == "AccessDenied"
    assert refusal(sqs.create_queue, QueueName="mine") == "AccessDenied"
