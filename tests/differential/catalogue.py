"""Every read of the catalogue, made both ways with made-up parameters and answers."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import orjson

from benchmarks.fake_aws.errors import Failure
from benchmarks.fake_aws.errors import render as render_error
from benchmarks.fake_aws.render import render
from benchmarks.fake_aws.shapes import Example
from scanner.catalog import Catalog
from tests.differential.support import ACCOUNTS

BY_BOTOCORE = {
    "sdb": "it signs with SigV2",
    "timestream-query": "it asks for an endpoint first",
    "timestream-write": "it asks for an endpoint first",
}
"""Services of which no read goes the fast way."""

GIVEN = {"Bucket": "bucket-a", "AccountId": "123456789012"}
"""Parameters that become part of the host's name."""

STRANGER = b"<fromTomorrow a='b'><item>1</item></fromTomorrow>"


@cache
def operations():
    """Name all operations of all types, listings, details and tags, by service."""
    found = defaultdict(set)
    for each in Catalog.load(everything=True).types.values():
        found[each.service] |= {call.operation for call in each.calls}
    return {service: sorted(names) for service, names in sorted(found.items())}


def services(first, last):
    """Name the services whose names begin with these letters, or with those between."""
    return [service for service in operations() if first <= service[0] <= last]


async def differences(both, service, operation):
    """Make one operation both ways, in many variants; list what was not the same."""
    model = both.client.meta.service_model.operation_model(operation)
    full = _fit(model.input_shape, _example(model, model.input_shape, 1))
    required = {name: full[name] for name in _required(model)}
    other = {name: f"{value}z" if isinstance(value, str) else value for name, value in full.items()}
    answers = [_answer(model, items) for items in (2, 0)]
    found = []
    for variant, params, account, answer in (
        ("first", required, ACCOUNTS[0], answers[0]),
        ("another account", required, ACCOUNTS[1], answers[1]),
        ("no token", required, ACCOUNTS[2], answers[0]),
        ("all parameters", full, ACCOUNTS[0], _unlike_its_model(answers[0])),
        ("other parameters", other, ACCOUNTS[1], answers[0]),
        ("refused", required, ACCOUNTS[0], _refusal(model)),
    ):
        both.clock.tick()
        stock = await both.stock(account, operation, params, answer)
        fast = await both.fast(account, operation, params, answer)
        found += [f"{service}:{operation}, {variant}: {each}" for each in _unlike(stock, fast)]
        expected = service in BY_BOTOCORE or not stock.wire
        if bool(fast.by_botocore) != expected:
            found.append(f"{service}:{operation}, {variant}: by botocore {fast.by_botocore} times")
    return found


def _unlike(stock, fast):
    if stock.wire != fast.wire:
        yield f"sent {stock.wire} and {fast.wire}"
    if stock.answer != fast.answer:
        yield f"read {stock.answer} and {fast.answer}"


def _example(model, shape, items):
    service = model.service_model.service_name
    example = Example(service=service, operation=model.name, page=1, items=items)
    return example.of(shape) if shape else {}


def _required(model):
    return model.input_shape.required_members if model.input_shape else ()


def _answer(model, items):
    value = _example(model, model.output_shape, items)
    answer = render(model, model.service_model.resolved_protocol, value)
    return answer.status, answer.headers, answer.body


def _unlike_its_model(answer):
    """Add what no model knows yet: a namespace, unknown members, nothing where something was."""
    status, headers, body = answer
    if body.startswith(b"{"):
        document = orjson.loads(body)
        document = {"FromTomorrow": [{}], **dict.fromkeys(list(document)[-1:]), "nothing": None} | {
            name: document[name] for name in reversed([*document][:-1])
        }
        return status, headers, orjson.dumps(document)
    if b"><" in body:
        head, tag, rest = body.partition(b">")
        return status, headers, head + b" xmlns='urn:x'" + tag + STRANGER + rest
    return answer


def _refusal(model):
    code = next((each.error_code or each.name for each in model.error_shapes), "AccessDenied")
    service = model.service_model.service_name
    return render_error(
        Failure(code, 403, "no & <never>"), model.service_model.resolved_protocol, service, "id-1"
    )


def _fit(shape, value):
    """Make a value long and large enough for botocore to accept it."""
    least = shape.metadata.get("min", 0) if shape else 0
    kind = shape.type_name if shape else ""
    if kind == "structure":
        fitted = {name: _fit(shape.members[name], each) for name, each in value.items()}
        return fitted | {name: GIVEN[name] for name in GIVEN.keys() & fitted.keys()}
    if kind == "list":
        return [_fit(shape.member, each) for each in value * max(1, int(least))]
    if kind == "map":
        return {_fit(shape.key, key): _fit(shape.value, each) for key, each in value.items()}
    if kind in ("string", "blob"):
        return value if len(value) >= least else value * (int(least) // len(value) + 1)
    return max(value, type(value)(least)) if kind in ("integer", "long", "float") else value
