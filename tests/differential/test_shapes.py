"""Answers of models that nobody wrote: the compiled readers read what botocore's parsers read."""

import json

import pytest
from botocore.awsrequest import HeadersDict
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.aws.answers import StrictParserFactory
from scanner.aws.fast.answer import ONE_ATTEMPT, Readers
from scanner.aws.fast.calls import NOT_PLAIN
from tests.differential.models import PROTOCOLS, answers


async def stock(model, headers, body):
    """Read an answer as botocore does, and spell out what came of it."""
    protocol = model.service_model.resolved_protocol
    parser = StrictParserFactory(text_times=True).create_parser(protocol)
    answer = {"status_code": 200, "headers": HeadersDict(headers), "body": body, "context": {}}
    try:
        found = await parser.parse(answer, model.output_shape)
    except Exception as exc:  # noqa: BLE001 — whichever it is, it is for botocore to raise
        return repr(exc)
    found["ResponseMetadata"] |= ONE_ATTEMPT
    return json.dumps(found, default=repr)


def fast(model, headers, body):
    """Read an answer the fast way; None where it is for botocore."""
    try:
        found = Readers().of(model).read(200, dict(headers), body)
    except NOT_PLAIN:
        return None
    return json.dumps(found, default=repr)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@settings(max_examples=200)
@given(data=st.data())
async def test_true_answers_are_read_and_read_the_same(protocol, data):
    model, headers, body = data.draw(answers(protocol))
    assert fast(model, headers, body) == await stock(model, headers, body)


def damaged(draw, body):
    """Change a body as no wire and no service should."""
    start, end = sorted(draw(st.tuples(*[st.integers(0, len(body))] * 2)))
    middle = body[start:end]
    others = st.sampled_from([b"", middle * 2, b"null", b"<a/>", b"\xff", b"1", b'"x"', b"{}"])
    return body[:start] + draw(others) + body[end:]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@settings(max_examples=200)
@given(data=st.data())
async def test_damaged_answers_are_read_the_same_or_not_at_all(protocol, data):
    model, headers, body = data.draw(answers(protocol))
    body = damaged(data.draw, body)
    found = fast(model, headers, body)
    assert found is None or found == await stock(model, headers, body)
