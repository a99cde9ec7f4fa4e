import re
from datetime import UTC, datetime, timedelta, timezone

import anyio
import orjson
import pytest
from aiobotocore.parsers import PROTOCOL_PARSERS
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import ResponseParserError
from hypothesis import given
from hypothesis import strategies as st

from scanner.aws.answers import LONG, StrictParserFactory, rfc3339

OPERATIONS = {
    "ec2": ("ec2", "DescribeVpcs"),
    "query": ("rds", "DescribeDBInstances"),
    "json": ("dynamodb", "ListTables"),
    "rest-json": ("lambda", "ListFunctions"),
    "rest-xml": ("s3", "ListBuckets"),
}
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
PAGE = b"<!DOCTYPE html><html><body>proxy</body></html>"
XHTML = b"\n<html><body/></html>"


def shape(protocol):
    service, operation = OPERATIONS[protocol]
    model = ServiceModel(Loader().load_service_model(service, "service-2"), service)
    return model.operation_model(operation).output_shape


async def parsed(protocol, body, status=200, headers=None):
    parser = StrictParserFactory(text_times=True).create_parser(protocol)
    answer = {"status_code": status, "headers": headers or {}, "body": body, "context": {}}
    return await parser.parse(answer, shape(protocol))


@pytest.mark.parametrize("body", [PAGE, XHTML])
@pytest.mark.parametrize("protocol", OPERATIONS)
async def test_a_page_of_html_is_no_empty_answer(protocol, body):
    with pytest.raises(ResponseParserError):
        await parsed(protocol, body)


@pytest.mark.parametrize("protocol", OPERATIONS)
async def test_a_torn_body_is_no_empty_answer(protocol):
    torn = b'{"TableNames": ["a"' if "json" in protocol else b"<Answer><member>a"
    with pytest.raises(ResponseParserError):
        await parsed(protocol, torn)


async def test_an_empty_json_body_is_an_empty_answer():
    found = await parsed("json", b"")
    assert "TableNames" not in found


async def test_an_error_without_json_is_still_an_error():
    found = await parsed("json", b"Forbidden", status=403)
    assert found["Error"]["Code"] == "403"


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("", ""),
        ("never", "never"),
        ("2026-13-45T99:00:00+00:00", "2026-13-45T99:00:00+00:00"),
        ("9999-12-31T23:59:59-05:00", "9999-12-31T23:59:59-05:00"),
        (1e300, "1e+300"),
    ],
)
def test_what_is_no_moment_stays_as_it_is(value, kept):
    assert rfc3339(value) == kept


@given(st.text() | st.floats() | st.integers())
def test_no_timestamp_costs_a_page(value):
    found = rfc3339(value)
    assert found == str(value) or RFC_3339.fullmatch(found)


@given(st.floats(0, 4e9))
def test_epoch_seconds_become_rfc_3339(seconds):
    assert datetime.fromisoformat(rfc3339(seconds)).timestamp() == pytest.approx(seconds, abs=1e-6)


async def test_timestamps_stay_text():
    body = b'{"Functions": [{"FunctionName": "f", "SnapStart": {}, "LastModified": "x"}]}'
    assert (await parsed("rest-json", body))["Functions"][0]["LastModified"] == "x"
    buckets = (
        b"<ListAllMyBucketsResult><Buckets><Bucket><Name>b</Name>"
        b"<CreationDate>2026-01-02T03:04:05.000Z</CreationDate></Bucket></Buckets>"
        b"</ListAllMyBucketsResult>"
    )
    (bucket,) = (await parsed("rest-xml", buckets))["Buckets"]
    assert bucket["CreationDate"] == "2026-01-02T03:04:05.000Z"


def test_every_protocol_of_the_library_has_a_strict_parser():
    factory = StrictParserFactory(text_times=False)
    for protocol in PROTOCOL_PARSERS:
        assert isinstance(factory.create_parser(protocol), PROTOCOL_PARSERS[protocol])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z"),
        ("2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05Z"),
        ("2026-01-02T03:04:05", "2026-01-02T03:04:05Z"),
        ("Fri, 02 Jan 2026 03:04:05 GMT", "2026-01-02T03:04:05Z"),
        (1767323045, "2026-01-02T03:04:05Z"),
        (1767323045.5, "2026-01-02T03:04:05.500000Z"),
        ("1767323045", "2026-01-02T03:04:05Z"),
    ],
)
def test_every_spelling_of_a_moment_becomes_rfc_3339(value, expected):
    assert rfc3339(value) == expected


moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001 — made aware


@given(moments, st.integers(-12, 12))
def test_a_moment_keeps_its_instant(moment, hours):
    aware = moment.replace(tzinfo=timezone(timedelta(hours=hours)))
    assert datetime.fromisoformat(rfc3339(aware.isoformat())) == aware.astimezone(UTC)


async def test_a_long_answer_is_parsed_in_a_thread_and_a_short_one_is_not(monkeypatch):
    """Only what would stop everything else for long is worth the way to a thread and back."""
    in_thread = []
    run_sync = anyio.to_thread.run_sync

    async def watched(function, *args, **options):
        in_thread.append(len(args[1]["body"]))
        return await run_sync(function, *args, **options)

    monkeypatch.setattr(anyio.to_thread, "run_sync", watched)
    names = [f"table-{number:08d}" for number in range(LONG // 16)]
    long = orjson.dumps({"TableNames": names})
    assert (await parsed("json", long))["TableNames"] == names
    assert (await parsed("json", b'{"TableNames": []}'))["TableNames"] == []
    assert in_thread == [len(long)]


async def test_a_long_torn_answer_is_no_empty_answer():
    with pytest.raises(ResponseParserError):
        await parsed("json", b'{"TableNames": ["' + b"x" * LONG)
