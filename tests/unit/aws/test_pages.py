"""Paging as botocore's models tell it, and the way of one call out and back."""

import json
from contextlib import aclosing
from pathlib import Path

import botocore
import orjson
import pytest
from botocore.model import ServiceModel

from benchmarks.fake_aws import Rule, SamePage, StuckToken, Volume, denied
from scanner.app.link import linked
from scanner.aws.models import LeanLoader
from scanner.aws.pages import (
    LARGEST_PAGE,
    SAME_PAGES,
    Paging,
    ask,
    ask_page,
    later_pages,
    paging_of,
    pick,
)
from scanner.aws.visit import Meter, visiting
from scanner.model.errors import AccountError, CallError, ChangeRefused, Denied
from scanner.model.resource import Call
from scanner.model.target import Account
from scanner.settings import Settings
from tests.faults.support import organization

QUEUES = Call("ListQueues", out="QueueUrls", page_size=1000)


def operation_of(service, name):
    model = LeanLoader().load_service_model(service, "service-2")
    return ServiceModel(model, service).operation_model(name)


def paginator_of(service, name):
    loader = LeanLoader()
    return loader.load_service_model(service, "paginators-1")["pagination"].get(name)


def learnt(service, name):
    return paging_of(operation_of(service, name), paginator_of(service, name))


@pytest.mark.parametrize(
    ("service", "operation", "answer", "following"),
    [
        ("sqs", "ListQueues", {"NextToken": "t"}, {"NextToken": "t"}),
        ("sqs", "ListQueues", {"NextToken": ""}, None),
        ("sqs", "ListQueues", {}, None),
        ("iam", "ListRoles", {"IsTruncated": True, "Marker": "m"}, {"Marker": "m"}),
        ("iam", "ListRoles", {"IsTruncated": False, "Marker": "m"}, None),
        ("s3", "ListObjects", {"IsTruncated": True, "Contents": [{"Key": "a"}, {"Key": "b"}]},
         {"Marker": "b"}),
        ("route53", "ListResourceRecordSets",
         {"IsTruncated": True, "NextRecordName": "n", "NextRecordType": "A"},
         {"StartRecordName": "n", "StartRecordType": "A"}),
        ("lambda", "ListFunctions", {"NextMarker": "m"}, {"Marker": "m"}),
        ("route53", "ListTrafficPolicies",
         {"TrafficPolicyIdMarker": "m"}, {"TrafficPolicyIdMarker": "m"}),
        ("sqs", "GetQueueAttributes", {"NextToken": "t"}, None),
    ],
)  # fmt: skip
def test_the_next_page_is_asked_for_as_the_model_says(service, operation, answer, following):
    assert learnt(service, operation).after(answer) == following


def paginators():
    """Yield every paginator of every service, by service and operation."""
    for file in sorted(Path(botocore.__file__).parent.glob("data/*/*/paginators-1.json")):
        for name, document in orjson.loads(file.read_bytes())["pagination"].items():
            yield f"{file.parts[-3]}:{name}", document


def test_every_paginator_of_the_library_is_understood_and_ends():
    class Nameless:
        input_shape = None

    found = list(paginators())
    assert len(found) > 1500
    for name, document in found:
        paging = paging_of(Nameless(), document)
        assert paging.inputs, name
        assert len(paging.inputs) == len(paging.outputs), name
        assert paging.after({}) is None, name


@pytest.mark.parametrize(
    ("service", "operation", "call", "sized"),
    [
        ("sqs", "ListQueues", QUEUES, {"MaxResults": 1000}),
        ("sqs", "ListQueues", Call("ListQueues"), {}),
        ("iam", "ListRoles", Call("ListRoles"), {"MaxItems": LARGEST_PAGE}),
        ("iam", "ListRoles", Call("ListRoles", page_size=0), {}),
        ("iam", "ListRoles", Call("ListRoles", {"MaxItems": 5}), {}),
        ("iam", "ListRoles", Call("ListRoles", page_size=7), {"MaxItems": 7}),
        ("sqs", "GetQueueUrl", Call("GetQueueUrl", page_size=9), {}),
    ],
)
def test_a_page_is_as_large_as_asked_or_as_the_model_allows(service, operation, call, sized):
    assert learnt(service, operation).sized(call) == sized


def test_a_page_size_never_exceeds_what_blocks_the_loop():
    assert Paging(("a",), ("b",), limit="Max", limit_max=10**6).sized(Call("X")) == {
        "Max": LARGEST_PAGE
    }


def test_what_a_call_is_for_is_picked_out():
    assert pick(QUEUES, {"QueueUrls": ["a"]}) == ["a"]
    assert pick(QUEUES, {}) is None
    assert pick(Call("GetX"), {"A": 1}) == {"A": 1}


@pytest.fixture
async def fake(monkeypatch):
    async with organization(monkeypatch, volume=Volume(4, 2)) as running:
        yield running


@pytest.fixture
async def link(fake):
    async with linked(Settings.of(role="R")) as opened:
        yield opened


@pytest.fixture
async def client(link):
    """Lend a client; who calls through it is the visit's of the test."""
    async with link.clients.use("sqs", "eu-west-1") as lent:
        yield lent


def visit(link, account="100000000000"):
    return visiting(link.leases.of(Account(account)), Meter())


async def test_an_answer_comes_without_what_is_about_the_answer(link, client):
    with visit(link):
        answer = await ask(link.gate, client, "ListQueues", {})
    assert set(answer) == {"QueueUrls", "NextToken"}


async def test_all_pages_come_one_after_the_other(link, client):
    paging = link.clients.paging(client, "ListQueues")
    with visit(link):
        first = await ask_page(link.gate, client, QUEUES, {}, paging)
        async with aclosing(later_pages(link.gate, client, QUEUES, {}, paging, first)) as later:
            pages = [first, *[page async for page in later]]
    found = [url for page in pages for url in page.picked]
    assert len(found) == len(set(found)) == 8
    assert "100000000000" in json.dumps(found)


async def test_a_repeated_token_ends_the_pages(link, client, fake):
    fake.faults.add(Rule(action=StuckToken(), operation="ListQueues"))
    paging = link.clients.paging(client, "ListQueues")
    with visit(link):
        first = await ask_page(link.gate, client, QUEUES, {}, paging)
        async with aclosing(later_pages(link.gate, client, QUEUES, {}, paging, first)) as later:
            with pytest.raises(CallError) as stuck:
                [page async for page in later]
    assert stuck.value.code == "RepeatedToken"


async def test_a_page_that_comes_again_and_again_ends_the_pages(link, client, fake):
    """Each time under a token of its own, so that tokens alone do not tell."""
    fake.faults.add(Rule(action=SamePage(), operation="ListQueues"))
    paging = link.clients.paging(client, "ListQueues")
    with visit(link):
        first = await ask_page(link.gate, client, QUEUES, {}, paging)
        async with aclosing(later_pages(link.gate, client, QUEUES, {}, paging, first)) as later:
            pages = [(await anext(later)).picked for _ in range(SAME_PAGES - 1)]
            with pytest.raises(CallError) as circling:
                await anext(later)
    assert circling.value.code == "RepeatedPage"
    assert pages == [first.picked] * (SAME_PAGES - 1)


async def test_a_failure_comes_out_in_the_taxonomys_words(link, client, fake):
    fake.faults.add(Rule(action=denied(), operation="ListQueues"))
    with visit(link), pytest.raises(Denied) as refused:
        await ask(link.gate, client, "ListQueues", {})
    assert refused.value.operation == "ListQueues"
    assert "AccessDenied" in refused.value.code
    assert "member role" in str(refused.value)


async def test_what_is_no_failure_of_the_call_passes_as_it_is(link, client, fake):
    with visit(link), pytest.raises(ChangeRefused):
        await ask(link.gate, client, "DeleteQueue", {"QueueUrl": "https://queue"})
    fake.faults.add(Rule(action=denied(), operation="AssumeRole", account="100000000001"))
    with visit(link, "100000000001"), pytest.raises(AccountError):
        await ask(link.gate, client, "ListQueues", {})


async def test_parameters_that_botocore_refuses_are_the_calls_failure(link, client, fake):
    fake.journal.clear()
    with visit(link), pytest.raises(CallError, match="ParamValidationError"):
        await ask(link.gate, client, "ListQueues", {"Nonsense": 1})
    assert fake.journal.count(operation="ListQueues") == 0
