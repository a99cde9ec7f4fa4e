"""Fill a call's parameters with samples that fit botocore's shapes; sends nothing."""

from collections.abc import Callable, Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from scanner.aws import shapes
from scanner.aws.shapes import Kind, MissingMemberError


def is_placeholder(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("$")


def filled(value: Any, shape: Shape | None, resolve: Callable[[str], Kind]) -> Any:
    """Replace placeholders by samples that fit the shape; check kinds and enums by the way."""
    if shape is None:
        return value
    if is_placeholder(value):
        found = shapes.type_name(resolve(value[1:]))
        if found not in ("any", shape.type_name):
            raise MissingMemberError(f"{value} is a {found}, {shape.name} a {shape.type_name}")
        return _sample(shape)
    if isinstance(value, Mapping) and isinstance(shape, StructureShape):
        return {k: filled(v, shape.members.get(k), resolve) for k, v in value.items()}
    if isinstance(value, Mapping) and isinstance(shape, MapShape):
        return {k: filled(v, shape.value, resolve) for k, v in value.items()}
    if isinstance(value, list | tuple) and isinstance(shape, ListShape):
        return [filled(v, shape.member, resolve) for v in value]
    enum = getattr(shape, "enum", None)
    if enum and value not in enum:
        raise MissingMemberError(f"{value!r} is none of {shape.name}'s values")
    return value


def _sample(shape: Shape) -> Any:
    least = max(1, shape.metadata.get("min", 1))
    if isinstance(shape, ListShape):
        return [_sample(shape.member)] * least
    samples = {"string": "x" * least, "integer": least, "long": least, "boolean": True}
    return samples.get(shape.type_name)
