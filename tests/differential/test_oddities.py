"""What is not plain: failures, refusals, torn answers, redirects; botocore has the last word."""

import threading

import aiohttp
import orjson
import pytest

from benchmarks.fake_aws.render import render
from benchmarks.fake_aws.shapes import Example
from scanner.aws.fast import calls
from tests.differential.support import ACCOUNTS, REGION, both_ways

CALLS = {
    "json": ("sqs", "ListQueues", b'{"QueueUrls": ["https://q/1"]}'),
    "rest-json": ("lambda", "ListFunctions", b'{"Functions": [{"FunctionName": "f"}]}'),
    "query": (
        "iam",
        "ListRoles",
        (
            b"<ListRolesResponse><ListRolesResult><Roles><member><RoleName>r</RoleName></member>"
            b"</Roles><IsTruncated>false</IsTruncated></ListRolesResult></ListRolesResponse>"
        ),
    ),
    "ec2": (
        "ec2",
        "DescribeVpcs",
        b"<DescribeVpcsResponse><vpcSet><item><vpcId>v</vpcId></item></vpcSet></DescribeVpcsResponse>",
    ),
    "rest-xml": (
        "s3",
        "ListBuckets",
        (
            b"<ListAllMyBucketsResult><Buckets><Bucket><Name>b</Name></Bucket></Buckets>"
            b"</ListAllMyBucketsResult>"
        ),
    ),
}
FAILURES = {
    "disconnected": aiohttp.ServerDisconnectedError(),
    "reset": ConnectionResetError(104, "reset"),
    "unreachable": aiohttp.ClientOSError(113, "no route"),
    "slow to connect": aiohttp.ConnectionTimeoutError("Connection timeout to host https://x"),
    "slow to answer": aiohttp.SocketTimeoutError("Timeout on reading data from socket"),
    "timeout": TimeoutError(),
    "bad status line": aiohttp.http_exceptions.BadStatusLine("nonsense"),
    "torn": aiohttp.ClientPayloadError("not enough data"),
    "something else": RuntimeError("of the library"),
}
HTML = b"<!DOCTYPE html><html><body>the proxy says no</body></html>"


def statuses(service, body):
    yield "refused", (403, (), body)
    yield "server error", (500, (), b"")
    yield "server error with a page", (503, (), b"<html>busy</html>")
    yield "too many", (429, (("Retry-After", "7"),), body)
    yield "a page", (200, (), HTML)
    yield "a page in XML", (200, (), b"\n<html><body/></html>")
    yield "empty", (200, (), b"")
    yield "not modified", (304, (), b"")
    yield "other success", (202, (("X-Amzn-RequestId", "id-1"),), body)
    yield "null", (200, (), b"null")
    yield "a list", (200, (), b"[1]")
    yield "text", (200, (), b"hello")
    yield "not of this encoding", (200, (), body.replace(b"e", b"\xff"))
    for cut in range(1, len(body), 7):
        yield f"torn at {cut}", (200, (), body[:cut])


@pytest.mark.parametrize("protocol", CALLS)
async def test_every_answer_means_the_same_either_way(monkeypatch, protocol):
    service, operation, body = CALLS[protocol]
    async with both_ways(monkeypatch, service) as both:
        for name, answer in statuses(service, body):
            stock = await both.stock(ACCOUNTS[0], operation, {}, answer)
            fast = await both.fast(ACCOUNTS[0], operation, {}, answer)
            assert (fast.wire, fast.answer) == (stock.wire, stock.answer), name
            assert len(fast.wire) == 1, name


@pytest.mark.parametrize("when", ["sending", "reading"])
@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
async def test_a_failed_connection_is_called_the_same_either_way(monkeypatch, failure, when):
    answer = failure if when == "sending" else (200, (), failure)
    async with both_ways(monkeypatch, "sqs") as both:
        stock = await both.stock(ACCOUNTS[0], "ListQueues", {}, answer)
        fast = await both.fast(ACCOUNTS[0], "ListQueues", {}, answer)
    assert fast.answer == stock.answer
    assert orjson.loads(fast.answer)[0].endswith("Error")
    assert fast.by_botocore == 0


@pytest.mark.parametrize("service", ["sqs", "sts", "kms", "ecs", "lambda", "rds", "ec2", "s3"])
async def test_modeled_errors_carry_their_members_either_way(monkeypatch, service):
    async with both_ways(monkeypatch, service) as both:
        model = both.client.meta.service_model
        name = next(
            each for each in model.operation_names if each.startswith(("List", "Describe", "Get"))
        )
        for error in model.error_shapes[:5]:
            example = Example(service=service, operation=name, page=1, items=1).of(error)
            body = orjson.dumps({"__type": error.name, "message": "no"} | example, default=str)
            if not model.resolved_protocol.endswith("json"):
                body = (
                    b"<ErrorResponse><Error><Code>%s</Code></Error></ErrorResponse>"
                    % (error.error_code or error.name).encode()
                )
            answer = (400, (("x-amzn-errortype", error.name),), body)
            stock = await both.stock(ACCOUNTS[0], name, {}, answer)
            fast = await both.fast(ACCOUNTS[0], name, {}, answer)
            assert fast.answer == stock.answer


MOVED = (
    301,
    (("x-amz-bucket-region", "us-west-2"),),
    b"<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>",
)
TAGS = b"<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>"


async def test_a_bucket_elsewhere_is_followed_and_then_known(monkeypatch):
    params = {"Bucket": "bucket-a"}
    async with both_ways(monkeypatch, "s3") as both:
        first = await both.fast(
            ACCOUNTS[0], "GetBucketTagging", params, MOVED, (200, (), TAGS), (200, (), TAGS)
        )
        then = await both.fast(ACCOUNTS[1], "GetBucketTagging", params, (200, (), TAGS))
        stock = await both.stock(ACCOUNTS[1], "GetBucketTagging", params, (200, (), TAGS))
    assert "eu-west-1" in first.wire[0][1]
    assert "us-west-2" in first.wire[-1][1]
    assert orjson.loads(first.answer)["TagSet"] == [{"Key": "k", "Value": "v"}]
    assert then.wire == stock.wire
    assert "us-west-2" in then.wire[0][1]
    assert (then.answer, then.by_botocore) == (stock.answer, 0)


async def test_an_error_that_looks_like_success_is_an_error(monkeypatch):
    answer = (200, (), b"<Error><Code>InternalError</Code><Message>m</Message></Error>")
    async with both_ways(monkeypatch, "s3") as both:
        stock = await both.stock(ACCOUNTS[0], "ListBuckets", {}, answer)
        fast = await both.fast(ACCOUNTS[0], "ListBuckets", {}, answer)
    assert fast.answer == stock.answer
    assert "InternalError" in fast.answer


async def test_what_botocore_unpacks_after_the_answer_is_unpacked(monkeypatch):
    location = (200, (), b"<LocationConstraint>eu-south-1</LocationConstraint>")
    policy = (
        b"<R><GetRolePolicyResult><RoleName>r</RoleName><PolicyName>p</PolicyName>"
        b"<PolicyDocument>%7B%22Version%22%3A1%7D</PolicyDocument></GetRolePolicyResult></R>"
    )
    async with both_ways(monkeypatch, "s3") as both:
        found = await both.fast(ACCOUNTS[0], "GetBucketLocation", {"Bucket": "bucket-a"}, location)
        listing = (
            b"<ListBucketResult><EncodingType>url</EncodingType>"
            b"<Contents><Key>a%2Bb</Key></Contents></ListBucketResult>"
        )
        stock = await both.stock(
            ACCOUNTS[0], "ListObjectsV2", {"Bucket": "b-1"}, (200, (), listing)
        )
        fast = await both.fast(ACCOUNTS[0], "ListObjectsV2", {"Bucket": "b-1"}, (200, (), listing))
    assert orjson.loads(found.answer)["LocationConstraint"] == "eu-south-1"
    assert (fast.wire, fast.answer) == (stock.wire, stock.answer)
    assert orjson.loads(fast.answer)["Contents"] == [{"Key": "a+b"}]
    async with both_ways(monkeypatch, "iam") as both:
        params = {"RoleName": "r", "PolicyName": "p"}
        found = await both.fast(ACCOUNTS[0], "GetRolePolicy", params, (200, (), policy))
    assert orjson.loads(found.answer)["PolicyDocument"] == {"Version": 1}


async def test_a_large_answer_is_read_beside_the_loop(monkeypatch):
    threads = []
    async with both_ways(monkeypatch, "ec2") as both:
        model = both.client.meta.service_model.operation_model("DescribeInstances")
        value = Example(service="ec2", operation="DescribeInstances", page=1, items=160)
        answer = render(model, "ec2", value.of(model.output_shape))
        plain = (200, answer.headers, answer.body)
        assert len(answer.body) > calls.LONG
        small = plain[2][: calls.LONG // 2]
        reader = both.client._send._fast.readers.of(model)
        read = type(reader).read

        def noted(self, *arguments):
            threads.append(threading.current_thread())
            return read(self, *arguments)

        monkeypatch.setattr(type(reader), "read", noted)
        fast = await both.fast(ACCOUNTS[0], "DescribeInstances", {}, plain)
        await both.fast(ACCOUNTS[0], "DescribeInstances", {}, (200, (), small))
        stock = await both.stock(ACCOUNTS[0], "DescribeInstances", {}, plain)
    assert fast.answer == stock.answer
    assert threads[0] is not threading.main_thread()
    assert threads[1] is threading.main_thread()


async def test_only_the_engines_own_reads_go_the_fast_way(monkeypatch):
    async with both_ways(monkeypatch, "sqs") as both:
        answer = (200, (), b'{"QueueUrl": "https://q/1"}')
        read = await both.fast(ACCOUNTS[0], "GetQueueUrl", {"QueueName": "q"}, answer)
        change = await both.fast(ACCOUNTS[0], "CreateQueue", {"QueueName": "q"}, answer)
        users = await both.stock(ACCOUNTS[0], "GetQueueUrl", {"QueueName": "q"}, answer)
    assert (read.by_botocore, change.by_botocore, users.by_botocore) == (0, 1, 1)


async def test_a_template_holds_nothing_of_an_account(monkeypatch):
    async with both_ways(monkeypatch, "dynamodb") as both:
        for _ in range(2):
            await both.fast(ACCOUNTS[0], "ListTables", {}, (200, (), b"{}"))
        (template,) = both.client._send._templates.values()
        held = repr([getattr(template, name) for name in template.__slots__])
    keys = ACCOUNTS[0].frozen
    for secret in (keys.access_key, keys.secret_key, keys.token, ACCOUNTS[0].account_id):
        assert secret not in held
    assert REGION in held


async def test_templates_are_few_and_the_oldest_go_first(monkeypatch):
    monkeypatch.setattr(calls, "TEMPLATES", 3)
    async with both_ways(monkeypatch, "sqs") as both:
        for name in "aabccad":
            params = {"QueueNamePrefix": name}
            await both.fast(ACCOUNTS[0], "ListQueues", params, (200, (), b"{}"))
        kept = both.client._send._templates
    names = {orjson.loads(key.params)["QueueNamePrefix"]: bool(kept[key]) for key in kept}
    assert list(names.items()) == [("c", True), ("a", True), ("d", False)]


async def test_parameters_that_are_no_json_are_drawn_each_time(monkeypatch):
    async with both_ways(monkeypatch, "dynamodb") as both:
        params = {"TableName": "table", "Key": {"id": {"B": b"\x00\xff"}}}
        stock = await both.stock(ACCOUNTS[0], "GetItem", params, (200, (), b"{}"))
        fast = await both.fast(ACCOUNTS[0], "GetItem", params, (200, (), b"{}"))
        assert not both.client._send._templates
    assert (fast.wire, fast.answer, fast.by_botocore) == (stock.wire, stock.answer, 0)


async def test_a_corrected_clock_costs_neither_the_template_nor_the_signature(monkeypatch):
    async with both_ways(monkeypatch, "sqs") as both:
        for offset in (7200.0, -300.0):
            both.aws.offset = offset
            stock = await both.stock(ACCOUNTS[0], "ListQueues", {}, (200, (), b"{}"))
            for _ in range(2):
                fast = await both.fast(ACCOUNTS[0], "ListQueues", {}, (200, (), b"{}"))
                assert (fast.wire, fast.by_botocore) == (stock.wire, 0)
    assert "20261124T235458Z" in str(fast.wire)
