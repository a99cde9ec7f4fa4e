"""Check a declaration against botocore's models: everything it names must exist there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.loaders import Loader
from botocore.model import OperationModel, OperationNotFoundError, ServiceModel
from botocore.validate import ParamValidator
from jmespath.exceptions import JMESPathError

from scanner.aws import shapes
from scanner.aws.pages import Paging, paging_of
from scanner.aws.request import Request
from scanner.aws.shapes import ANY, Kind, MissingMemberError
from scanner.model.resource import BULK, Call, ResourceType
from tests.catalog.samples import filled, is_placeholder

SECRETIVE = re.compile(r"GetParameter(s|History|sByPath)?|GetFunction|GetObject|ListApiKeys")
"""Operations that give secrets, or the way to them, among what users' own types may want."""

TYPE_NAME = re.compile(r"[A-Z][A-Za-z0-9]+::[A-Za-z0-9]+::[A-Za-z0-9]+")
TARGET = {"account", "region", "partition"}
ALWAYS_PAGED = {("sqs", "ListQueues"), ("apigateway", "GetRestApis"), ("ecs", "ListServices")}
"""Where AWS pages only if asked, or in tiny pages, and the model has no maximum to send."""

WHOLE = {("firehose", "ListDeliveryStreams")}
"""Operations that go on after a name, not a token: one answer must hold everything."""

PAIRS = ({"Key", "Value"}, {"key", "value"}, {"TagKey", "TagValue"}, {"tagKey", "tagValue"})
UNDECLARED = {
    "ServerSideEncryptionConfigurationNotFoundError", "NoSuchBucketPolicy",
    "NoSuchPublicAccessBlockConfiguration", "NoSuchLifecycleConfiguration",
    "OwnershipControlsNotFoundError", "ReplicationConfigurationNotFoundError",
    "ObjectLockConfigurationNotFoundError", "NoSuchWebsiteConfiguration",
    "NoSuchCORSConfiguration", "NoSuchAccessPointPolicy",
    "AWS.SimpleQueueService.NonExistentQueue",
}  # fmt: skip
"""Error codes that AWS sends and the models do not know."""

_LOADER = Loader()


@cache
def model_of(service: str) -> ServiceModel:
    return ServiceModel(_LOADER.load_service_model(service, "service-2"), service)


@cache
def _paginators(service: str) -> Mapping[str, Any]:
    try:
        return _LOADER.load_service_model(service, "paginators-1")["pagination"]
    except (DataNotFoundError, UnknownServiceError):
        return {}


@dataclass(frozen=True)
class _Subject:
    """A declaration with what its calls give: the item, all of the record, the parent's item."""

    declared: ResourceType
    item: Kind
    whole: Kind
    parent: Kind | None


def problems(declared: ResourceType, types: Mapping[str, ResourceType]) -> list[str]:
    """Say everything that is wrong with a declaration, each in one line."""
    try:
        for call in declared.calls:
            _operation(declared, call)
    except (UnknownServiceError, OperationNotFoundError) as exc:
        return [str(exc)]
    try:
        parent = item_of(types[declared.parent]) if declared.parent else None
        subject = _Subject(declared, item_of(declared), whole_of(declared), parent)
    except (MissingMemberError, JMESPathError) as exc:
        return [str(exc)]
    found = [*_form(declared), *_members(subject), *_tags(subject)]
    for call in declared.calls:
        found += [f"{call.operation}: {problem}" for problem in _call(subject, call)]
    return found


def _operation(declared: ResourceType, call: Call) -> OperationModel:
    return model_of(declared.service).operation_model(call.operation)


def _taken(declared: ResourceType, call: Call) -> Kind:
    return shapes.call_gives(model_of(declared.service), call)


def item_of(declared: ResourceType) -> Kind:
    """Work out the members of an item once its merged details are in."""
    return shapes.item_of(declared, model_of(declared.service))


def whole_of(declared: ResourceType) -> Kind:
    """Work out all a record holds: the members of an item, and its named details."""
    details = shapes.details_of(declared, model_of(declared.service))
    return shapes.merged([dict(details), item_of(declared)])


def _form(declared: ResourceType) -> Iterator[str]:
    """Check what needs no model: names, and what goes together."""
    own = re.compile(rf"{re.escape(declared.service)}:[a-z0-9]+(-[a-z0-9]+)*")
    if not TYPE_NAME.fullmatch(declared.type) and not own.fullmatch(declared.type):
        yield f"type {declared.type!r} is neither A::B::C nor {declared.service}:noun"
    names = [call.name for call in declared.each if call.name]
    yield from (f"doubled detail {n!r}" for n in sorted({n for n in names if names.count(n) > 1}))
    if declared.home and declared.scope != "global":
        yield "home is for global types"
    call = declared.list
    if call.name or call.batch or call.match or call.absent or call.unless:
        yield "the list call has what only detail calls have"
    if "{" in declared.arn and not declared.arn.startswith("arn:{partition}:"):
        yield f"ARN template {declared.arn!r} does not start with arn:{{partition}}:"


def _call(subject: _Subject, call: Call) -> Iterator[str]:
    operation = _operation(subject.declared, call)
    if refusal := Request(subject.declared.service, "", operation.name).refusal:
        yield refusal
    if SECRETIVE.fullmatch(operation.name):
        yield "gives secrets away"
    yield from _paging(call, operation)
    yield from _batching(subject, call)
    yield from _errors(call, operation)
    yield from _params(subject, call, operation)


def _errors(call: Call, operation: OperationModel) -> Iterator[str]:
    errors = {e.name for e in operation.error_shapes}
    errors |= {e.metadata.get("error", {}).get("code", "") for e in operation.error_shapes}
    for code in call.absent:
        # The models of EC2 and S3 declare no errors at all.
        known = code in errors if errors else re.fullmatch(r"[A-Z][\w.]+", code)
        if not known and code not in UNDECLARED:
            yield f"does not declare the error {code}"


def _paging(call: Call, operation: OperationModel) -> Iterator[str]:
    paging = _paging_of(operation)
    inputs = operation.input_shape.members if operation.input_shape else {}
    limit = inputs.get(paging.limit)
    if call.page_size and limit is None:
        yield "has no page-size parameter"
    elif call.page_size:
        least, most = limit.metadata.get("min", 0), limit.metadata.get("max", call.page_size)
        if not least <= call.page_size <= most:
            yield f"page size {call.page_size} is not within {least} and {most}"
    where = (operation.service_model.service_name, operation.name)
    if where in ALWAYS_PAGED and not call.page_size:
        yield "pages only if asked: give a page size"
    if where in WHOLE and "Limit" not in call.params:
        yield "can't be paged: ask for the most with a Limit"
    if not paging.inputs and where not in WHOLE and _goes_on(operation):
        yield f"goes on with {_goes_on(operation)}, which the engine does not follow"


def _paging_of(operation: OperationModel) -> Paging:
    pages = _paginators(operation.service_model.service_name)
    return paging_of(operation, pages.get(operation.name))


def _goes_on(operation: OperationModel) -> list[str]:
    signs = re.compile(r"(Next|next)?(Page)?(Token|Marker)|HasMore\w*|IsTruncated|marker|position")
    outputs = operation.output_shape.members if operation.output_shape else {}
    return [name for name in outputs if signs.fullmatch(name)]


def _batching(subject: _Subject, call: Call) -> Iterator[str]:
    if bool(call.batch) != bool(call.match):
        yield "batch and match go together"
    if not call.batch:
        return
    if not any(isinstance(v, list) and any(map(is_placeholder, v)) for v in call.params.values()):
        yield 'a batched call has a parameter like ["$Member"]'
    taken = _taken(subject.declared, call)
    if not shapes.is_list(taken):
        yield "a batched call gives a list"
        return
    mine, _, theirs = call.match.partition("=")
    listed = _taken(subject.declared, subject.declared.list)
    yield from _missing(shapes.element(listed), mine)
    yield from _missing(shapes.element(taken), theirs)


def _params(subject: _Subject, call: Call, operation: OperationModel) -> Iterator[str]:
    listing = call is subject.declared.list

    def resolve(path: str) -> Kind:
        if path in TARGET or (path == "arn" and not listing and subject.declared.arn):
            return ANY
        if path.startswith("parent.") and not listing:
            return shapes.at(subject.parent, path.removeprefix("parent."))
        return shapes.at(subject.parent if listing else subject.item, path)

    if operation.input_shape is None:
        return
    try:
        sample = filled(dict(call.params), operation.input_shape, resolve)
        report = ParamValidator().validate(sample, operation.input_shape)
        if report.has_errors():
            yield report.generate_report()
        for path in (call.unless, call.region.removeprefix("$") if "$" in call.region else ""):
            resolve(path or "account")
    except MissingMemberError as exc:
        yield str(exc)


def _members(subject: _Subject) -> Iterator[str]:
    declared = subject.declared
    for text in filter(None, (declared.id, declared.arn)):
        paths = re.findall(r"{([^}]*)}", text) if "{" in text else [text]
        for path in set(paths) - TARGET:
            if path.startswith("parent."):
                yield from _missing(subject.parent or {}, path.removeprefix("parent."))
            else:
                yield from _missing(subject.whole, path)
    for path in filter(None, (declared.name, declared.created, declared.located)):
        yield from _missing(subject.whole, path)
    for path in declared.redact:
        yield from _unwalkable(subject.whole, path)


def _missing(kind: Kind, path: str) -> Iterator[str]:
    try:
        shapes.at(kind, path)
    except MissingMemberError as exc:
        yield f"{path}: {exc}"


def _unwalkable(kind: Kind, path: str) -> Iterator[str]:
    try:
        for step in path.replace("[]", ".[]").split("."):
            kind = shapes.stepped(kind, step)
    except MissingMemberError as exc:
        yield f"redact {path}: {exc}"


def _tags(subject: _Subject) -> Iterator[str]:
    tags = subject.declared.tags
    if tags == BULK and not subject.declared.arn:
        yield "tags in bulk are joined by ARN: give one"
    if tags in ("", BULK):
        return
    if isinstance(tags, Call) and tags.batch:
        yield "merge a batched tag call, so that it is plain which part is the tags"
        return
    try:
        is_call = isinstance(tags, Call)
        kind = _taken(subject.declared, tags) if is_call else shapes.at(subject.whole, tags)
        pair = set() if shapes.is_map(kind) else set(shapes.members(shapes.element(kind)))
    except MissingMemberError as exc:
        yield f"tags: {exc}"
        return
    if not shapes.is_map(kind) and not any(keys <= pair for keys in PAIRS):
        yield f"tags are pairs of {sorted(pair)}"
