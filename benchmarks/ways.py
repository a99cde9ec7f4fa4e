"""Makes the same calls several ways in one process and prints what each costs; `floor` runs it."""

from __future__ import annotations

import gc
import json
import sys
import time
from contextlib import asynccontextmanager
from itertools import count
from statistics import median
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import XMLParser

import anyio
import orjson
from aiobotocore.parsers import AioResponseParserFactory
from yarl import URL

from benchmarks.fake_aws.render import render
from benchmarks.fake_aws.shapes import Example
from scanner.app.link import Link, linked
from scanner.aws.answers import StrictParserFactory
from scanner.aws.fast.answer import Readers
from scanner.aws.fast.calls import ours
from scanner.aws.fast.signing import Signer
from scanner.aws.fast.template import Board
from scanner.aws.limits import Limits, Time
from scanner.aws.visit import VISIT, Meter, visiting
from scanner.model.target import Account
from scanner.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

REGION = "eu-west-1"
CALLS = (
    ("sqs", "ListQueues", "QueueNamePrefix"),
    ("lambda", "ListFunctions", "MasterRegion"),
    ("ec2", "DescribeKeyPairs", "KeyNames"),
    ("iam", "ListRoles", "PathPrefix"),
    ("s3", "ListBuckets", "Prefix"),
)
"""One small call a protocol, and a parameter to vary."""

ANSWERS = (
    ("ec2", "DescribeInstances", 100),
    ("iam", "ListRoles", 500),
    ("s3", "ListBuckets", 1000),
    ("lambda", "ListFunctions", 100),
    ("logs", "DescribeLogGroups", 500),
)
TASKS, EACH = 50, 20
"""Calls at a time, and calls of each task."""


async def cost(call: Callable[[], Awaitable[Any]]) -> float:
    """Return the CPU microseconds of a call, of many at a time."""

    async def some() -> None:
        for _ in range(EACH):
            await call()

    began = time.process_time()
    async with anyio.create_task_group() as tasks:
        for _ in range(TASKS):
            tasks.start_soon(some)
    return (time.process_time() - began) / TASKS / EACH * 1e6


@asynccontextmanager
async def ways_of(
    link: Link, service: str, operation: str, varied: str
) -> AsyncIterator[dict[str, Callable[[], Awaitable[Any]]]]:
    """Yield what makes one call each way."""
    async with link.clients.use(service, REGION) as client:
        model = client.meta.service_model.operation_model(operation)
        template = await Board(client, token=True).draw(model, {})
        session = await client._endpoint.http_session._get_session(None)  # noqa: SLF001 — the scanner's own connector
        signer, url, keys = Signer(), URL(template.url, encoded=True), VISIT.get().identity.frozen
        is_json = model.service_model.resolved_protocol.endswith("json")
        is_list = model.input_shape.members[varied].type_name == "list"
        names = (f"/{number}/" for number in count())

        async def alone() -> Any:
            headers = signer.headers(template, keys)
            sent = session.request(template.method, url, headers=headers, data=template.body)
            async with sent as answer:
                body = await answer.read()
            return orjson.loads(body) if is_json else tree(body)

        async def call(**params: Any) -> Any:
            return await client._make_api_call(operation, params)  # noqa: SLF001 — below its method

        async def fast(**params: Any) -> Any:
            with ours():
                return await call(**params)

        yield {
            "floor": alone,
            "fast": fast,
            "fast, new": lambda: fast(**{varied: [next(names)] if is_list else next(names)}),
            "stock": call,
        }


def tree(body: bytes) -> Any:
    parser = XMLParser(encoding="utf-8")
    parser.feed(body)
    return parser.close()


async def parsers(link: Link, service: str, operation: str, items: int) -> dict[str, float]:
    """Return the CPU milliseconds that a megabyte of answer takes to be read."""
    async with link.clients.use(service, REGION) as client:
        model = client.meta.service_model.operation_model(operation)
    protocol = model.service_model.resolved_protocol
    example = Example(service=service, operation=operation, page=1, items=items)
    answer = render(model, protocol, example.of(model.output_shape))
    headers, body = dict(answer.headers), answer.body
    reader = Readers().of(model)
    if reader is None:
        raise SystemExit(f"{service}:{operation} has no reader")
    response = {"status_code": 200, "headers": headers, "body": body, "context": {}}
    strict, plain = StrictParserFactory(text_times=True), AioResponseParserFactory()

    async def alone() -> Any:
        return orjson.loads(body) if protocol.endswith("json") else tree(body)

    async def fast() -> Any:
        return reader.read(200, headers, body)

    async def stock(factory: Any) -> Any:
        return await factory.create_parser(protocol).parse(response, model.output_shape)

    ways = {
        "floor": alone,
        "fast": fast,
        "stock": lambda: stock(strict),
        "botocore": lambda: stock(plain),
    }
    timed: dict[str, list[float]] = {way: [] for way in ways}
    gc.disable()  # a collection would be charged to whoever is at work when it comes
    for _ in range(9):
        for way, read in ways.items():
            began = time.process_time()
            await read()
            timed[way].append(time.process_time() - began)
    gc.enable()
    size = len(body) / 1e6
    shown = {way: median(seconds) * 1e3 / size for way, seconds in timed.items()}
    return shown | {"xml": float(not protocol.endswith("json")), "mb": size}


async def signed(link: Link, service: str, operation: str) -> dict[str, Any]:
    """Return a signed request, for whoever sends it without us."""
    async with link.clients.use(service, REGION) as client:
        model = client.meta.service_model.operation_model(operation)
        template = await Board(client, token=True).draw(model, {})
        headers = Signer().headers(template, VISIT.get().identity.frozen)
    body = template.body or b""
    return {"url": template.url, "headers": dict(headers), "body": bytes(body).decode()}


async def measured(account: str, repeat: int) -> dict[str, Any]:
    settings = Settings.of(role="Scanner", concurrency=TASKS)
    async with linked(settings) as link:
        # One account gets the calls of thousands here: its time runs as fast, so that none waits.
        link.gate._limits = Limits(Time(now=lambda: time.monotonic() * 1e6))  # noqa: SLF001 — as above
        lease = link.leases.of(Account(account))
        await lease.fresh()
        calls = {}
        with visiting(lease, Meter()):
            for service, operation, varied in CALLS:
                async with ways_of(link, service, operation, varied) as ways:
                    rounds = [
                        {way: await cost(call) for way, call in ways.items()}
                        for _ in range(repeat + 1)
                    ]
                calls[f"{service}:{operation}"] = {
                    way: median(each[way] for each in rounds[1:]) for way in ways
                }
            request = await signed(link, *CALLS[0][:2])
        read = {f"{each[0]}:{each[1]}": await parsers(link, *each) for each in ANSWERS}
    return {"calls_us": calls, "parsers_ms_per_mb": read, "request": request}


if __name__ == "__main__":
    print(json.dumps(anyio.run(lambda: measured(**json.loads(sys.argv[1])))))
