"""The fake AWS, seen by real clients: its answers, identities, organization and journal."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from random import Random
from urllib.request import urlopen

import anyio
import boto3
import pytest
from anyio import to_thread
from botocore import exceptions as boto
from botocore.config import Config
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.fake_aws import Member, Options, Organization, Throttle, Volume, serve
from benchmarks.fake_aws.clients import ACCOUNT, ONE_TRY, REGION, connect, enter
from benchmarks.fake_aws.request import Request, split
from benchmarks.fake_aws.routes import Router

OTHER = "100000000002"


async def refusal(call):
    with pytest.raises(boto.ClientError) as caught:
        await call
    answer = caught.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize(
    ("service", "operation", "items"),
    [
        ("ec2", "describe_vpcs", "Vpcs"),
        ("rds", "describe_db_instances", "DBInstances"),
        ("secretsmanager", "list_secrets", "SecretList"),
        ("dynamodb", "list_tables", "TableNames"),
        ("lambda", "list_functions", "Functions"),
        ("apigateway", "get_rest_apis", "items"),
        ("route53", "list_hosted_zones", "HostedZones"),
        ("s3", "list_buckets", "Buckets"),
        ("cloudfront", "list_connection_groups", "ConnectionGroups"),
    ],
)
async def test_every_protocol_pages_and_every_record_names_its_place(service, operation, items):
    options = Options(volume=Volume(pages=3, items=2), verify=True)
    async with serve(options=options) as fake:
        keys = await enter(fake)
        async with connect(fake, service, keys) as client:
            paginator = client.get_paginator(operation)
            found = [item async for page in paginator.paginate() for item in page[items]]
    texts = {json.dumps(item, default=str) for item in found}
    assert len(found) == len(texts) == 6
    assert all(ACCOUNT in text for text in texts)
    assert all("us-east-1" in text or REGION in text for text in texts)
    assert fake.journal.violations == []


async def test_an_answer_repeats_the_name_it_was_asked_for():
    async with serve(options=Options(volume=Volume(2, 5))) as fake:
        async with connect(fake, "dynamodb") as client:
            table = (await client.describe_table(TableName='a "b" <c>'))["Table"]
        async with connect(fake, "rds") as client:
            answer = await client.describe_db_instances(DBInstanceIdentifier="x<&>")
    assert table["TableName"] == 'a "b" <c>'
    assert [each["DBInstanceIdentifier"] for each in answer["DBInstances"]] == ["x<&>"]
    assert "Marker" not in answer


async def test_a_bucket_lives_in_the_region_it_was_asked_about():
    async with serve() as fake, connect(fake, "s3") as client:
        answer = await client.get_bucket_location(Bucket="some-bucket")
        versioning = await client.get_bucket_versioning(Bucket="some-bucket")
    assert answer["LocationConstraint"] == REGION
    assert versioning["Status"] == "Enabled"


def test_a_bucket_may_stand_in_the_path_or_in_the_host_name():
    names = {
        Router()
        .resolve(Request(f"GET {target} HTTP/1.1\r\nHost: {host}".encode(), b""), "s3")
        .operation
        for target, host in (("/?versioning", "b.localhost:1"), ("/b?versioning", "127.0.0.1:1"))
    }
    assert names == {"GetBucketVersioning"}


async def test_a_key_with_the_token_of_another_account_is_refused_and_noted():
    async with serve() as fake:
        mine, theirs = await enter(fake), await enter(fake, OTHER)
        mixed = {**mine, "SessionToken": theirs["SessionToken"]}
        async with connect(fake, "ec2", mixed) as client:
            assert await refusal(client.describe_vpcs()) == ("InvalidClientTokenId", 403)
    assert len(fake.journal.violations) == 1
    assert fake.journal.count(operation="DescribeVpcs") == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"AccessKeyId": "AKIASOMEONE", "SessionToken": None}, "InvalidClientTokenId"),
        ({"SessionToken": "made/up/token"}, "InvalidClientTokenId"),
        ({"SecretAccessKey": "wrong"}, "SignatureDoesNotMatch"),
    ],
)
async def test_credentials_nobody_issued_are_refused(change, code):
    async with serve(options=Options(verify=True)) as fake:
        keys = {**await enter(fake), **change}
        async with connect(fake, "ec2", keys) as client:
            assert await refusal(client.describe_vpcs()) == (code, 403)


async def test_a_session_ends_when_its_time_is_up():
    now = [1_800_000_000.0]
    async with serve(options=Options(ttl=900, clock=lambda: now[0])) as fake:
        keys = await enter(fake)
        async with connect(fake, "secretsmanager", keys) as client:
            await client.list_secrets()
            now[0] += 900
            assert await refusal(client.list_secrets()) == ("ExpiredTokenException", 400)


async def test_a_page_token_of_another_region_is_refused_and_noted():
    async with serve(options=Options(volume=Volume(pages=2))) as fake:
        async with connect(fake, "ec2") as client:
            token = (await client.describe_vpcs())["NextToken"]
        async with connect(fake, "ec2", region="us-east-1") as client:
            code, _ = await refusal(client.describe_vpcs(NextToken=token))
    assert code == "InvalidNextToken"
    assert len(fake.journal.violations) == 1


async def test_the_journal_counts_calls_throttles_and_what_was_in_flight():
    options = Options(throttle=Throttle(rate=0, burst=2), latency=0.02)
    async with serve(options=options) as fake, connect(fake, "ec2", await enter(fake)) as client:
        async with anyio.create_task_group() as group:
            group.start_soon(client.describe_vpcs)
            group.start_soon(client.describe_vpcs)
        assert await refusal(client.describe_vpcs()) == ("RequestLimitExceeded", 503)
        shown = await to_thread.run_sync(_get, f"{fake.url}/__fake__/journal")
        assert fake.journal.count(account=ACCOUNT, operation="AssumeRole") == 1
        await to_thread.run_sync(_get, f"{fake.url}/__fake__/reset")
    call = f"{ACCOUNT}|{REGION}|ec2|DescribeVpcs"
    assert (shown["calls"][call], shown["throttled"]) == (3, {call: 1})
    assert shown["most_in_flight"] == 2
    assert fake.journal.requests == 0


def _get(url):
    with urlopen(url) as answer:
        return json.load(answer)


async def test_the_organization_shows_its_accounts_units_and_regions():
    made = Organization.of(45, units=2)
    closed = Member("200000000000", "closed", status="SUSPENDED")
    partial = Member("200000000001", "partial", disabled_regions=frozenset({"us-east-1"}))
    organization = Organization((*made.members, closed, partial), made.units)
    async with serve(organization) as fake:
        async with connect(fake, "organizations", region="us-east-1") as client:
            pages = client.get_paginator("list_accounts").paginate()
            accounts = [each async for page in pages for each in page["Accounts"]]
            units = await client.list_organizational_units_for_parent(ParentId="r-fake")
            first = units["OrganizationalUnits"][0]["Id"]
            inside = await client.list_accounts_for_parent(ParentId=first)
        async with connect(fake, "account") as client:
            regions = (await client.list_regions(AccountId=partial.id))["Regions"]
        async with connect(fake, "sts") as client:
            refused = await refusal(
                client.assume_role(
                    RoleArn=f"arn:aws:iam::{closed.id}:role/x", RoleSessionName="test"
                )
            )
        async with connect(fake, "sts", await enter(fake, partial.id)) as client:
            caller = await client.get_caller_identity()
        keys = await enter(fake, partial.id)
        async with connect(fake, "ec2", keys) as client:
            open_regions = (await client.describe_regions())["Regions"]
        async with connect(fake, "ec2", keys, region="us-east-1") as client:
            off = await refusal(client.describe_vpcs())
    assert len(accounts) == 48
    assert {each["Id"]: each["Status"] for each in accounts}[closed.id] == "SUSPENDED"
    assert len(inside["Accounts"]) == 20
    assert {e["RegionName"]: e["RegionOptStatus"] for e in regions}["us-east-1"] == "DISABLED"
    assert len(open_regions) == len(regions) - 1
    assert caller["Arn"] == f"arn:aws:sts::{partial.id}:assumed-role/Scanner/test"
    assert refused == ("AccessDenied", 403)
    assert off == ("AuthFailure", 401)


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=4), st.integers(1, 50))
def test_requests_are_whole_however_the_bytes_arrive(bodies, step):
    stream = b"".join(
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
        for body in bodies
    )
    buffer, found = b"", []
    for start in range(0, len(stream), step):
        buffer += stream[start : start + step]
        while taken := split(buffer):
            request, buffer = taken
            found.append(request.body)
    assert found == bodies


def _listings(session, url, random):
    """Pick listings that need no parameters, at random over botocore's services."""
    real = {"account", "organizations", "sts"}
    for name in random.sample(sorted({*session.get_available_services()} - real), 170):
        with closing(session.client(name, endpoint_url=url, config=Config(**ONE_TRY))) as client:
            model = client.meta.service_model
            fit = [
                method
                for method, operation in sorted(client.meta.method_to_api_mapping.items())
                if client.can_paginate(method) and _free(model.operation_model(operation))
            ]
            for method in random.sample(fit, min(3, len(fit))):
                yield client, method


def _free(operation):
    signed = operation.service_model.metadata["signatureVersion"] in ("v4", "s3", "s3v4")
    given = operation.input_shape
    return signed and operation.auth_type is None and not (given and given.required_members)


def _read_listings(url, keys):
    session = boto3.Session(
        keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], REGION
    )
    read = 0
    for client, method in _listings(session, url, Random(7)):
        paginator = client.get_paginator(method)
        pages = list(paginator.paginate())
        found = [paginator.result_keys[0].search(page) for page in pages]
        texts = [json.dumps(each, default=str) for items in found for each in items or ()]
        operation = client.meta.method_to_api_mapping[method].lower()
        named = [text for text in texts if f"-{operation}-" in text or f"/{operation}-" in text]
        assert len(pages) == 2, method
        assert len(named) == len(set(named)), method
        assert all(ACCOUNT in text and REGION in text for text in named), method
        read += bool(named)
    return read


async def test_listings_all_over_aws_read_without_error_and_with_unique_names():
    async with serve(options=Options(volume=Volume(pages=2), verify=True)) as fake:
        read = await to_thread.run_sync(_read_listings, fake.url, await enter(fake))
    assert read > 250
    assert fake.journal.violations == []


async def test_the_fake_runs_as_a_process_of_its_own():
    command = [sys.executable, "-m", "benchmarks.fake_aws", "--accounts", "2"]
    rule = json.dumps({"action": "denied", "with": {}, "operation": "GetCallerIdentity"})
    async with await anyio.open_process([*command, "--rule", rule]) as process:
        hello = json.loads(await process.stdout.receive())
        keys = (hello["access_key_id"], hello["secret_access_key"])
        client = boto3.Session(*keys, region_name=REGION).client(
            "sts", endpoint_url=hello["url"], config=Config(**ONE_TRY)
        )
        with closing(client), pytest.raises(boto.ClientError, match="AccessDenied"):
            client.get_caller_identity()
        process.terminate()
    assert hello["accounts"] == ["100000000000", "100000000001"]
