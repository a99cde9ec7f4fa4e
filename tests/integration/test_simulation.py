"""The simulated organization answers like AWS where a scan looks, and leaves nothing running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest
import pytest_asyncio
from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession
from botocore.exceptions import ClientError

from scanner.aws.faults import Kind, classify
from scanner.model.errors import SettingsError
from scanner.simulation import SimulationError, process, simulated_organization
from scanner.simulation.organization import plan_organization

pytest.importorskip("moto")
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]

EXTERNAL_ID = "only-for-the-demo"
CONFIG = AioConfig(retries={"total_max_attempts": 1})
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def bare_environment():
    """No AWS setting of the machine reaches a client; each test's simulation adds its own."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        yield patch


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def simulation(bare_environment):
    async with simulated_organization(external_id=EXTERNAL_ID) as running:
        for name, value in running.environment.items():
            bare_environment.setenv(name, value)
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def aws(simulation):
    """Make clients: of the central account, or of the account whose credentials are given."""
    session = AioSession()

    @asynccontextmanager
    async def client(service, region="us-east-1", keys=None):
        given = (
            {
                "aws_access_key_id": keys["AccessKeyId"],
                "aws_secret_access_key": keys["SecretAccessKey"],
                "aws_session_token": keys["SessionToken"],
            }
            if keys
            else {}
        )
        async with session.create_client(service, region, config=CONFIG, **given) as made:
            yield made

    return client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def enter(simulation, aws):
    async def assume(account_id, external_id=EXTERNAL_ID, role=simulation.role_name):
        given = {"ExternalId": external_id} if external_id else {}
        async with aws("sts") as sts:
            answer = await sts.assume_role(
                RoleArn=f"arn:aws:iam::{account_id}:role/{role}", RoleSessionName="test", **given
            )
        return answer["Credentials"]

    return assume


@pytest.fixture(scope="module")
def members(simulation):
    return [
        account_id
        for account_id, standing in simulation.standing.items()
        if standing == "active" and account_id != simulation.management_account
    ]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def member_keys(enter, members):
    return await enter(members[0])


async def test_accounts_come_in_pages_and_one_is_suspended(simulation, aws):
    async with aws("organizations") as organizations:
        paginator = organizations.get_paginator("list_accounts")
        answers = paginator.paginate(PaginationConfig={"PageSize": 10})
        pages = [page["Accounts"] async for page in answers]

    accounts = [account for page in pages for account in page]
    assert [len(page) for page in pages] == [10, 10, 5]
    assert {account["Id"] for account in accounts} == set(simulation.standing)
    closed = {account["Id"] for account in accounts if account["Status"] == "SUSPENDED"}
    assert closed == simulation.suspended
    assert len(closed) == 1


async def test_accounts_sit_in_nested_units_with_tags(simulation, aws):
    async with aws("organizations") as organizations:
        root = (await organizations.list_roots())["Roots"][0]["Id"]
        units = await organizations.list_organizational_units_for_parent(ParentId=root)
        by_name = {unit["Name"]: unit["Id"] for unit in units["OrganizationalUnits"]}
        nested = await organizations.list_organizational_units_for_parent(
            ParentId=by_name["Workloads"]
        )
        prod = next(unit for unit in nested["OrganizationalUnits"] if unit["Name"] == "Prod")
        inside = (await organizations.list_accounts_for_parent(ParentId=prod["Id"]))["Accounts"]
        payments = next(account for account in inside if account["Name"] == "payments-prod")
        tags = (await organizations.list_tags_for_resource(ResourceId=payments["Id"]))["Tags"]

    assert set(by_name) == {"Security", "Infrastructure", "Workloads", "Sandbox"}
    assert {"Key": "environment", "Value": "prod"} in tags


async def test_a_role_session_lands_in_its_own_account(aws, enter, members):
    async with aws("sts", keys=await enter(members[0])) as sts:
        identity = await sts.get_caller_identity()

    assert identity["Account"] == members[0]


@pytest.mark.parametrize("case", ["refusing", "suspended", "unknown account", "unknown role"])
async def test_the_role_is_refused(simulation, enter, members, case):
    account_id, role = {
        "refusing": (min(simulation.refusing), simulation.role_name),
        "suspended": (min(simulation.suspended), simulation.role_name),
        "unknown account": ("999999999999", simulation.role_name),
        "unknown role": (members[0], "NobodyMadeThis"),
    }[case]

    with pytest.raises(ClientError, match="not authorized to perform: sts:AssumeRole") as refused:
        await enter(account_id, role=role)

    assert classify(refused.value).kind is Kind.DENIED


@pytest.mark.parametrize("external_id", [None, "another"])
async def test_a_missing_or_wrong_external_id_is_refused(enter, members, external_id):
    with pytest.raises(ClientError, match="AccessDenied"):
        await enter(members[0], external_id=external_id)


async def test_a_stranger_is_refused(aws):
    stranger = {
        "AccessKeyId": "AKIANOBODYKNOWSTHIS0",
        "SecretAccessKey": "x",
        "SessionToken": "x",
    }
    async with aws("sts", keys=stranger) as sts:
        with pytest.raises(ClientError, match="InvalidClientTokenId"):
            await sts.get_caller_identity()


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("ec2", "describe_instances", "AuthFailure"),
        ("dynamodb", "list_tables", "UnrecognizedClientException"),
        ("lambda", "list_functions", "UnrecognizedClientException"),
        ("sns", "list_topics", "InvalidClientTokenId"),
        ("sts", "get_caller_identity", "InvalidClientTokenId"),
        ("s3", "list_buckets", "InvalidClientTokenId"),
    ],
)
async def test_a_region_that_is_not_enabled_refuses(
    simulation, aws, member_keys, service, operation, code
):
    async with aws(service, simulation.disabled_region, member_keys) as client:
        with pytest.raises(ClientError) as refused:
            await getattr(client, operation)()

    assert refused.value.response["Error"]["Code"] == code
    assert classify(refused.value).kind is Kind.EXPIRED


async def test_list_regions_tells_in_pages_which_region_is_not_enabled(
    simulation, aws, enter, members
):
    found = {}
    async with aws("account", keys=await enter(members[0])) as account:
        paginator = account.get_paginator("list_regions")
        async for page in paginator.paginate(PaginationConfig={"PageSize": 3}):
            assert len(page["Regions"]) in (3, 1)
            found |= {each["RegionName"]: each["RegionOptStatus"] for each in page["Regions"]}

    assert found.pop(simulation.disabled_region) == "DISABLED"
    assert found == dict.fromkeys(("us-east-1", "eu-west-1", "eu-central-1"), "ENABLED_BY_DEFAULT")


async def test_describe_regions_agrees(simulation, aws, enter, members):
    async with aws("ec2", keys=await enter(members[0])) as ec2:
        enabled = (await ec2.describe_regions())["Regions"]
        everything = (await ec2.describe_regions(AllRegions=True))["Regions"]
        filtered = await ec2.describe_regions(
            AllRegions=True, Filters=[{"Name": "opt-in-status", "Values": ["not-opted-in"]}]
        )
        named = (await ec2.describe_regions(RegionNames=["eu-west-1"]))["Regions"]

    disabled = {simulation.disabled_region}
    assert {each["RegionName"] for each in everything} - disabled == {
        each["RegionName"] for each in enabled
    }
    assert {each["RegionName"] for each in filtered["Regions"]} == disabled
    assert [each["RegionName"] for each in named] == ["eu-west-1"]


async def test_buckets_tell_their_region_in_pages(simulation, aws, enter, members):
    created = Counter()
    listed = Counter()
    for account_id in members[:4]:
        for region, kinds in simulation.created[account_id].items():
            created[account_id, region] += kinds.get("AWS::S3::Bucket", 0)
        async with aws("s3", keys=await enter(account_id)) as s3:
            paginator = s3.get_paginator("list_buckets")
            async for page in paginator.paginate(PaginationConfig={"PageSize": 1}):
                assert len(page["Buckets"]) <= 1
                listed.update((account_id, each["BucketRegion"]) for each in page["Buckets"])

    assert +created == listed
    assert listed


LISTINGS = {
    "AWS::SQS::Queue": ("sqs", "list_queues", "QueueUrls"),
    "AWS::Lambda::Function": ("lambda", "list_functions", "Functions"),
    "AWS::DynamoDB::Table": ("dynamodb", "list_tables", "TableNames"),
    "AWS::KMS::Key": ("kms", "list_keys", "Keys"),
    "AWS::EC2::Volume": ("ec2", "describe_volumes", "Volumes"),
    "AWS::Logs::LogGroup": ("logs", "describe_log_groups", "logGroups"),
}


@pytest.mark.parametrize("kind", LISTINGS)
async def test_what_was_created_is_found_where_it_was_created(
    simulation, aws, enter, members, kind
):
    service, operation, member = LISTINGS[kind]
    listed = {}
    for account_id in members[:6]:
        keys = await enter(account_id)
        for region in ("us-east-1", "eu-west-1", "eu-central-1"):
            async with aws(service, region, keys) as client:
                answer = await getattr(client, operation)()
            listed[account_id, region] = len(answer.get(member, []))

    assert listed == {
        (account_id, region): simulation.created[account_id][region].get(kind, 0)
        for account_id, region in listed
    }
    assert sum(listed.values()) > 0


async def test_global_resources_are_found_once_an_account(simulation, aws, enter, members):
    async with aws("iam", keys=await enter(members[0])) as iam:
        roles = (await iam.list_roles())["Roles"]
        users = (await iam.list_users())["Users"]

    created = simulation.created[members[0]]["global"]
    assert (len(roles), len(users)) == (created["AWS::IAM::Role"], created.get("AWS::IAM::User", 0))


async def test_the_default_organization_has_hundreds_of_resources_of_forty_kinds(simulation):
    kinds = Counter()
    for regions in simulation.created.values():
        for counts in regions.values():
            kinds.update(counts)

    assert 500 < kinds.total() < 2000
    assert len(kinds) >= 40
    assert not simulation.created.keys() & (simulation.refusing | simulation.suspended)


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("ec2", "describe_verified_access_groups"),
        ("resource-explorer-2", "list_indexes"),
        ("accessanalyzer", "list_analyzers"),
        ("codeartifact", "list_domains"),
        ("cloudformation", "list_type_registrations"),
        ("cloudfront", "list_streaming_distributions"),
        ("glue", "list_blueprints"),
    ],
)
async def test_what_moto_lacks_is_unsupported_at_once(aws, service, operation):
    async with aws(service) as client:
        with pytest.raises(ClientError) as unknown:
            await getattr(client, operation)()

    assert classify(unknown.value).kind is Kind.UNSUPPORTED


async def test_endpoint_discovery_stays_on_loopback(aws):
    async with aws("timestream-write") as timestream:
        assert (await timestream.list_databases())["Databases"] == []


async def test_objects_go_in_and_come_out_whole(aws):
    body = os.urandom(3 * 1024 * 1024)
    key = "a b/ü+c"
    async with aws("s3") as s3:
        await s3.create_bucket(Bucket="round-trip")
        await s3.put_object(Bucket="round-trip", Key=key, Body=body)
        head = await s3.head_object(Bucket="round-trip", Key=key)
        answer = await s3.get_object(Bucket="round-trip", Key=key)
        async with answer["Body"] as stream:
            read = await stream.read()

    assert head["ContentLength"] == len(body)
    assert read == body


async def test_the_environment_replaces_every_aws_setting(simulation):
    mine = {"PATH": "/bin", "AWS_PROFILE": "prod", "AWS_SESSION_TOKEN": "x"}

    surrounded = simulation.surround(mine)

    assert surrounded["PATH"] == "/bin"
    assert surrounded["AWS_ENDPOINT_URL"] == simulation.url
    assert not surrounded.keys() & {"AWS_PROFILE", "AWS_SESSION_TOKEN"}


def _children() -> list[int]:
    """Find the children of this process that serve a simulation."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            status = (entry / "stat").read_text().rpartition(")")[2].split()
            command = (entry / "cmdline").read_bytes()
        except (OSError, ValueError):
            continue
        if int(status[1]) == os.getpid() and b"scanner.simulation.server" in command:
            found.append(int(entry.name))
    return found


async def _until_silent(url: str) -> None:
    host, _, port = url.removeprefix("http://").partition(":")
    with anyio.fail_after(10):
        while True:
            try:
                stream = await anyio.connect_tcp(host, int(port))
            except OSError:
                return
            await stream.aclose()
            await anyio.sleep(0.02)


async def test_every_run_is_the_same_and_leaves_nothing_running(bare_environment):
    before = set(_children())
    seen = []
    for _ in range(2):
        async with simulated_organization(accounts=5, regions=["eu-west-1"]) as running:
            assert len(set(_children()) - before) == 1
            seen.append((running.standing, running.created))
        await _until_silent(running.url)

    assert set(_children()) == before
    assert seen[0] == seen[1]


async def test_cancellation_leaves_nothing_running(bare_environment):
    before = set(_children())
    url = ""
    with anyio.CancelScope() as scope:
        async with simulated_organization(accounts=4, regions=["eu-west-1"]) as running:
            url = running.url
            scope.cancel()
            await anyio.sleep_forever()

    assert set(_children()) == before
    await _until_silent(url)


async def test_cancellation_while_it_starts_leaves_nothing_running():
    before = set(_children())

    with anyio.move_on_after(0.3) as scope:
        async with simulated_organization():
            pytest.fail("it can't be ready so soon")

    assert scope.cancelled_caught
    assert set(_children()) == before


PARENT = """
import anyio
from scanner.simulation import simulated_organization

async def main():
    async with simulated_organization(accounts=4, regions=["eu-west-1"]) as running:
        print(running.url, flush=True)
        await anyio.sleep_forever()

anyio.run(main)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
async def test_the_end_of_the_parent_is_the_end_of_the_child(how):
    parent = await anyio.open_process(
        [sys.executable, "-c", PARENT], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    async with parent:
        url = (await parent.stdout.receive()).decode().strip()
        parent.send_signal(how)
        await parent.wait()

    await _until_silent(url)


async def test_a_child_that_does_not_start_says_why(monkeypatch):
    monkeypatch.setattr(process, "_SERVER", "scanner.simulation.missing")

    with pytest.raises(SimulationError, match=r"No module named scanner\.simulation\.missing"):
        async with simulated_organization():
            pytest.fail("there is no such module")


async def test_without_moto_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setattr(process, "find_spec", lambda _name: None)

    with pytest.raises(SettingsError, match=r"pip install -e '.\[demo\]'"):
        async with simulated_organization():
            pytest.fail("moto is not there")


@pytest.mark.parametrize(
    ("accounts", "regions"),
    [(3, ["eu-west-1"]), (501, ["eu-west-1"]), (25, []), (25, ["ap-east-1", "me-south-1"])],
)
async def test_impossible_organizations_are_refused_before_anything_starts(accounts, regions):
    with pytest.raises(SettingsError, match=r"--accounts|--regions"):
        async with simulated_organization(accounts=accounts, regions=regions):
            pytest.fail("it must not start")


@pytest.mark.parametrize("accounts", [4, 25, 200])
async def test_a_plan_has_distinct_accounts_and_parents_before_children(accounts):
    plan = plan_organization(accounts, ["eu-west-1", "ap-east-1"])

    assert len({account.name for account in plan.accounts}) == accounts
    assert plan.disabled_region == "me-south-1"
    seen = {""}
    for path in plan.ous:
        assert path.rpartition("/")[0] in seen
        seen.add(path)
    assert {account.ou for account in plan.accounts} <= seen
