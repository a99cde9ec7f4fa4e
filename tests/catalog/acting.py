"""Run an action against something that answers, as a plan and an apply would; no engine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from botocore import xform_name
from botocore.exceptions import DataNotFoundError
from botocore.loaders import Loader
from botocore.validate import ParamValidator
from botocore.waiter import WaiterModel

from scanner.aws.pages import pick
from scanner.aws.request import Request
from scanner.catalog import actions_of_operation
from scanner.model.change import Action, Found, Write
from scanner.model.paths import fill, lookup
from tests.catalog.lint import model_of

ACCOUNT, REGION = "123456789012", "eu-west-1"

Ask = Callable[[str, str, Mapping[str, Any]], Mapping[str, Any]]
"""Answers a call of a service; raises Refused."""


class Refused(Exception):
    """AWS's answer is an error of this code."""


@dataclass(frozen=True)
class Planted:
    """A resource that violates what an action is for."""

    configuration: Mapping[str, Any]
    options: Mapping[str, Any] = field(default_factory=dict)
    arn: str | None = None
    tags: Mapping[str, str] | None = None


def found_of(action: Action, planted: Planted) -> Found:
    """Make what the action sees, before it reads."""
    unknown = planted.options.keys() - {each.name for each in action.options}
    assert not unknown, unknown
    options = {each.name: each.default for each in action.options} | dict(planted.options)
    lacking = [o.name for o in action.options if o.required and options[o.name] is None]
    assert not lacking, lacking
    return Found(
        ACCOUNT, REGION, "aws", action.type, "x", planted.arn, planted.configuration,
        planted.tags, {}, options,
    )  # fmt: skip


def read(action: Action, found: Found, ask: Ask) -> Found:
    """Take the before-image, through JSON as a plan's line is."""
    names = {"account": ACCOUNT, "region": REGION, "partition": "aws", "arn": found.arn}
    before = {}
    for call in action.reads:
        params = fill(call.params, lambda path: names.get(path, lookup(found.configuration, path)))
        try:
            before[call.name] = pick(call, answer_of(ask, action.service, call.operation, params))
        except Refused as exc:
            if exc.args[0] not in call.absent:
                raise
            before[call.name] = None
    return replace(found, before=orjson.loads(orjson.dumps(before)))


def answer_of(ask: Ask, service: str, operation: str, params: Any) -> dict[str, Any]:
    answer = dict(ask(service, operation, params))
    answer.pop("ResponseMetadata", None)
    return answer


def send(action: Action, writes: Any, ask: Ask) -> list[Write]:
    """Send writes in order, each through JSON; return them."""
    sent = list(writes)
    for write in sent:
        assert faults(write) == []
        assert write.service == action.service
        assert write.operation in action.calls
        ask(write.service, write.operation, orjson.loads(orjson.dumps(dict(write.params))))
    return sent


def faults(write: Write) -> list[str]:
    """Say what is wrong with a write by botocore's models, the gate's rule and IAM's reference."""
    operation = model_of(write.service).operation_model(write.operation)
    report = ParamValidator().validate(dict(write.params), operation.input_shape)
    found = [report.generate_report()] if report.has_errors() else []
    if not Request(write.service, REGION, write.operation).refusal:
        found.append(f"{write.operation} is a read")
    if write.wait and write.wait not in _waiters(write.service):
        found.append(f"there is no waiter {write.wait}")
    if write.failures and write.failures not in operation.output_shape.members:
        found.append(f"its answer has no {write.failures}")
    if not actions_of_operation(write.service, write.operation):
        found.append(f"IAM does not know {write.service}:{write.operation}")
    return found


def _waiters(service: str) -> list[str]:
    try:
        model = WaiterModel(Loader().load_service_model(service, "waiters-2"))
    except DataNotFoundError:
        return []
    return [xform_name(name) for name in model.waiter_names]
