"""Work out, from botocore's models alone, what a declaration takes from answers; asks no AWS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import jmespath
from botocore.model import ListShape, MapShape, Shape, StructureShape

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.model import ServiceModel

    from scanner.model.resource import Call, ResourceType

Kind = Any
"""A botocore shape, a mapping of names to kinds, a `Many`, or ANY."""

ANY = object()


@dataclass(frozen=True)
class Many:
    """A list of one kind."""

    of: Kind


class Open(dict[str, Kind]):
    """The members of an item that a map of unknown keys was merged into."""


class MissingMemberError(Exception):
    """A path names what the answer does not have."""


def members(kind: Kind) -> Mapping[str, Kind]:
    """Return the members of a structure, or of what is like one."""
    if isinstance(kind, StructureShape):
        found: Mapping[str, Kind] = kind.members
        return found
    return kind if isinstance(kind, Mapping) else {}


def member(kind: Kind, name: str) -> Kind:
    """Return one member; raises MissingMemberError where there is none."""
    if kind is ANY:
        return ANY
    if isinstance(kind, MapShape):
        return kind.value
    if name not in members(kind):
        if isinstance(kind, Open):
            return ANY
        raise MissingMemberError(f"no member {name!r} in {describe(kind)}")
    return members(kind)[name]


def at(kind: Kind, path: str) -> Kind:
    """Follow a plain path, as `id` or `created` hold one."""
    for name in path.removesuffix("/").split("."):
        kind = member(kind, name)
    return kind


def stepped(kind: Kind, step: str) -> Kind:
    """Take one step of a redaction path: a member, `[]` or `*`."""
    if step == "[]":
        return element(kind)
    if step != "*" or kind is ANY:
        return member(kind, step)
    if not is_map(kind):
        raise MissingMemberError(f"{describe(kind)} is no map")
    return kind.value


def is_list(kind: Kind) -> bool:
    """Say whether a kind is a list."""
    return isinstance(kind, ListShape | Many)


def is_map(kind: Kind) -> bool:
    """Say whether a kind is a map."""
    return isinstance(kind, MapShape)


def is_structure(kind: Kind) -> bool:
    """Say whether a kind is a structure."""
    return isinstance(kind, StructureShape | Mapping)


def element(kind: Kind) -> Kind:
    """Return the kind of a list's elements."""
    if kind is ANY:
        return ANY
    if isinstance(kind, Many):
        return kind.of
    if isinstance(kind, ListShape):
        return kind.member
    raise MissingMemberError(f"{describe(kind)} is no list")


def type_name(kind: Kind) -> str:
    """Name the kind as botocore names types; synthetic kinds count as what they render to."""
    if isinstance(kind, Shape):
        return str(kind.type_name)
    return "list" if is_list(kind) else "structure" if is_structure(kind) else "any"


def describe(kind: Kind) -> str:
    """Name a kind for a message."""
    if isinstance(kind, Shape):
        return f"{kind.name} ({kind.type_name})"
    return f"{{{', '.join(kind)}}}" if isinstance(kind, Mapping) else type(kind).__name__


def merged(kinds: list[Kind]) -> Kind:
    """Merge structures, and maps: their keys are known where the model enumerates them."""
    named = {name: kind for part in kinds for name, kind in members(part).items()}
    for part in filter(is_map, kinds):
        named |= dict.fromkeys(getattr(part.key, "enum", ()), part.value)
    is_open = any(isinstance(k, Open) or (is_map(k) and not k.key.enum) for k in kinds)
    return Open(named) if is_open else named


def taken(kind: Kind, expression: str) -> Kind:
    """Say what `expression` gives on an answer of this kind."""
    return _visit(jmespath.compile(expression).parsed, kind) if expression else kind


def call_gives(model: ServiceModel, call: Call) -> Kind:
    """Say what a declared call takes from its answer."""
    return taken(model.operation_model(call.operation).output_shape, call.out)


def item_of(declared: ResourceType, model: ServiceModel) -> Kind:
    """Work out the members of an item once its merged details are in."""
    item = element(call_gives(model, declared.list))
    if not is_structure(item):
        raise MissingMemberError(f"items are {describe(item)}, no structures")
    for call in declared.each:
        if not call.name:
            item = merged([item, _merged_by(model, call)])
    return item


def details_of(declared: ResourceType, model: ServiceModel) -> Mapping[str, Kind]:
    """Work out the named details of an item."""
    return {call.name: call_gives(model, call) for call in declared.each if call.name}


def _merged_by(model: ServiceModel, call: Call) -> Kind:
    value = call_gives(model, call)
    value = element(value) if call.batch else value
    if not (is_structure(value) or is_map(value)):
        raise MissingMemberError(f"{call.operation}: merges {describe(value)}")
    return value


def _visit(node: Mapping[str, Any], kind: Kind) -> Kind:
    return _VISITORS[node["type"]](node, kind)


def _chained(node: Mapping[str, Any], kind: Kind) -> Kind:
    for child in node["children"]:
        kind = _visit(child, kind)
    return kind


def _projected(node: Mapping[str, Any], kind: Kind) -> Kind:
    left, right = node["children"][:2]
    item = element(_visit(left, kind))
    if node["type"] == "filter_projection":
        _visit(node["children"][2], item)
    return Many(_visit(right, item))


def _values(node: Mapping[str, Any], kind: Kind) -> Kind:
    left, right = node["children"]
    return Many(_visit(right, stepped(_visit(left, kind), "*")))


def _flattened(node: Mapping[str, Any], kind: Kind) -> Kind:
    inner = element(_visit(node["children"][0], kind))
    return Many(element(inner)) if is_list(inner) else Many(inner)


def _first(node: Mapping[str, Any], kind: Kind) -> Kind:
    """Visit all sides of an `or`, and take the first for the kind of the whole."""
    return [_visit(child, kind) for child in node["children"]][0]  # noqa: RUF015 — visit all


def _last(node: Mapping[str, Any], kind: Kind) -> Kind:
    return [_visit(child, kind) for child in node["children"]][-1]


def _scalar(node: Mapping[str, Any], kind: Kind) -> Kind:
    for child in node["children"]:
        _visit(child, kind)
    return ANY


def _called(node: Mapping[str, Any], kind: Kind) -> Kind:
    arguments = [_visit(child, kind) for child in node["children"]]
    if node["value"] == "merge":
        return merged(arguments)
    if node["value"] in ("sort", "sort_by"):
        return arguments[0]
    return Many(ANY) if node["value"] in ("keys", "values") else ANY


def _literal(node: Mapping[str, Any], _kind: Kind) -> Kind:
    value = node["value"]
    return dict.fromkeys(value, ANY) if isinstance(value, dict) else ANY


_VISITORS: Mapping[str, Callable[[Mapping[str, Any], Kind], Kind]] = MappingProxyType(
    {
        "field": lambda node, kind: member(kind, node["value"]),
        "subexpression": _chained,
        "pipe": _chained,
        "index_expression": _chained,
        "index": lambda _node, kind: element(kind),
        "slice": lambda _node, kind: kind,
        "projection": _projected,
        "filter_projection": _projected,
        "value_projection": _values,
        "flatten": _flattened,
        "multi_select_dict": lambda node, kind: {
            pair["value"]: _visit(pair["children"][0], kind) for pair in node["children"]
        },
        "multi_select_list": lambda node, kind: Many(_first(node, kind)),
        "identity": lambda _node, kind: kind,
        "current": lambda _node, kind: kind,
        "literal": _literal,
        "expref": lambda _node, _kind: ANY,
        "or_expression": _first,
        "and_expression": _last,
        "not_expression": _scalar,
        "comparator": _scalar,
        "function_expression": _called,
    }
)
