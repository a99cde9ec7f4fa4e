"""The faults of the fake AWS, as real clients meet them."""

from __future__ import annotations

from random import Random

import anyio
import pytest
from botocore import exceptions as boto

from benchmarks.fake_aws import (
    Break,
    Call,
    Html,
    Options,
    Rule,
    Slow,
    StuckToken,
    Volume,
    denied,
    denied_by_scp,
    disabled_region,
    error,
    expired_token,
    serve,
    server_error,
    throttle,
)
from benchmarks.fake_aws.clients import ACCOUNT, REGION, connect
from benchmarks.fake_aws.faults import Buckets, Faults

OTHER = "100000000002"


async def refusal(call):
    with pytest.raises(boto.ClientError) as caught:
        await call
    answer = caught.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize(
    ("action", "service", "code", "status"),
    [
        (throttle(), "ec2", "RequestLimitExceeded", 503),
        (throttle(), "rds", "Throttling", 400),
        (throttle(), "lambda", "TooManyRequestsException", 429),
        (throttle("SlowDown", 503), "s3", "SlowDown", 503),
        (error("OptInRequired", 403), "secretsmanager", "OptInRequired", 403),
        (server_error(500), "route53", "InternalFailure", 500),
        (server_error(503), "secretsmanager", "ServiceUnavailable", 503),
        (expired_token(), "ec2", "RequestExpired", 400),
        (denied(), "rds", "AccessDenied", 403),
        (denied_by_scp(), "lambda", "AccessDeniedException", 403),
        (disabled_region(), "ec2", "AuthFailure", 401),
        (disabled_region(), "secretsmanager", "UnrecognizedClientException", 400),
        (Html(), "lambda", "502", 502),
    ],
)
async def test_refusals_come_in_the_words_of_each_protocol(action, service, code, status):
    operations = {
        "ec2": "describe_vpcs",
        "rds": "describe_db_instances",
        "lambda": "list_functions",
        "s3": "list_buckets",
        "secretsmanager": "list_secrets",
        "route53": "list_hosted_zones",
    }
    async with serve() as fake, connect(fake, service) as client:
        fake.faults.add(Rule(action=action, service=service))
        assert await refusal(getattr(client, operations[service])()) == (code, status)


@pytest.mark.parametrize("service", ["ec2", "lambda"])
@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (Break.RESET, boto.ConnectionError),
        (Break.TORN, boto.HTTPClientError),
        (Break.TORN_CHUNKED, boto.HTTPClientError),
        (Break.HANG, boto.ReadTimeoutError),
        (Break.HANG_BODY, boto.HTTPClientError),
    ],
)
async def test_broken_connections_reach_a_client_as_its_own_errors(service, action, expected):
    async with serve() as fake, connect(fake, service, read_timeout=0.2) as client:
        fake.faults.add(Rule(action=action))
        call = client.describe_vpcs if service == "ec2" else client.list_functions
        with pytest.raises(expected):
            await call()
        fake.faults.clear()
        await call()
    assert fake.journal.in_flight == 0
    assert fake.journal.faults[action.value] > 0


async def test_a_stuck_token_repeats_until_the_client_notices():
    async with (
        serve(options=Options(volume=Volume(pages=2))) as fake,
        connect(fake, "ec2") as client,
    ):
        fake.faults.add(Rule(action=StuckToken(), operation="DescribeVpcs"))
        with pytest.raises(boto.PaginationError, match="same next token"):
            await client.get_paginator("describe_vpcs").paginate().build_full_result()


async def test_a_slow_answer_takes_its_own_time():
    async with serve() as fake, connect(fake, "ec2") as client:
        fake.faults.add(Rule(action=Slow(0.1)))
        begun = anyio.current_time()
        await client.describe_vpcs()
        assert anyio.current_time() - begun >= 0.1


async def test_retry_after_is_sent_where_the_rule_says_so():
    async with serve() as fake, connect(fake, "lambda") as client:
        fake.faults.add(Rule(action=throttle(retry_after=7)))
        with pytest.raises(boto.ClientError) as caught:
            await client.list_functions()
    assert caught.value.response["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "7"


CALLS = [Call(ACCOUNT, REGION, "ec2", name) for name in ("DescribeVpcs", "DescribeSubnets") * 3]


@pytest.mark.parametrize(
    ("rule", "struck"),
    [
        (Rule(action=Break.HANG, calls={2}), [1]),
        (Rule(action=Break.HANG, calls={2}, apart=True), [2, 3]),
        (Rule(action=Break.HANG, operation="DescribeSubnets", calls=range(2, 9)), [3, 5]),
        (Rule(action=Break.HANG, account=OTHER), []),
        (Rule(action=Break.HANG, probability=0.0), []),
        (Rule.parse({"action": "hang", "region": REGION, "calls": [1, 6]}), [0, 5]),
    ],
)
def test_a_rule_strikes_the_calls_it_names(rule, struck):
    faults = Faults([rule])
    assert [number for number, call in enumerate(CALLS) if faults.action(call)] == struck


def test_the_same_seed_brings_the_same_faults():
    runs = [
        [Faults([Rule(action=throttle(), probability=0.5)], Random(seed))] * 50
        for seed in (3, 3, 4)
    ]
    struck = [[faults.action(CALLS[0]) is not None for faults in run] for run in runs]
    assert struck[0] == struck[1] != struck[2]
    assert 10 < sum(struck[0]) < 40


def test_a_bucket_refills_at_its_rate_and_never_beyond_its_burst():
    now = [0.0]
    buckets = Buckets(rate=2, burst=3, clock=lambda: now[0])
    granted = []
    for moment in (0.0, 0.5, 100.0):
        now[0] = moment
        granted.append(sum(buckets.take(CALLS[0]) for _ in range(9)))
    assert granted == [3, 1, 3]
    assert buckets.take(CALLS[0]._replace(region="us-east-1"))
