"""How an operation pages and where its parameters travel, read from botocore's models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from botocore.model import OperationModel, Shape

    from benchmarks.fake_aws.request import Request

Path = tuple[str, ...]

# Operations that botocore has no paginator for, by the names they use: out → in.
_UNDECLARED = {
    "NextToken": ("NextToken",),
    "nextToken": ("nextToken",),
    "NextMarker": ("NextMarker", "Marker"),
    "Marker": ("Marker",),
    "nextPageToken": ("nextPageToken", "pageToken"),
    "NextPageToken": ("NextPageToken", "PageToken"),
    "PaginationToken": ("PaginationToken",),
    "position": ("position",),
}
_BODIES = {"ec2": "form", "query": "form", "rest-xml": "xml"}
_TOKEN_KINDS = {"string", "integer", "long"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """An input member and its place in a request."""

    name: str
    place: str
    wire: str

    @classmethod
    def of(cls, model: OperationModel, name: str) -> Parameter:
        protocol = model.service_model.resolved_protocol
        traits = model.input_shape.members[name].serialization
        wire = traits.get("name", name)
        if protocol == "ec2":
            wire = traits.get("queryName", wire[0].upper() + wire[1:])
        place = traits.get("location", _BODIES.get(protocol, "json"))
        return cls(name, place, name if place == "uri" else wire)

    def read(self, request: Request, labels: Mapping[str, str]) -> str | None:
        """Return the parameter's text, or None where the request leaves it out."""
        if self.place == "json":
            value = request.json.get(self.wire)
        elif self.place == "xml":
            value = request.element(self.wire)
        elif self.place == "form":
            value = request.form.get(self.wire)
        elif self.place == "querystring":
            value = request.query.get(self.wire)
        elif self.place == "uri":
            value = labels.get(self.wire)
        else:
            value = request.headers.get(self.wire.lower())
        return None if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Paging:
    """The tokens of an operation, as input parameter and output path, and its `more` flag."""

    tokens: tuple[tuple[Parameter, Path], ...] = ()
    numeric: frozenset[Path] = frozenset()
    more: Path = ()
    unused: tuple[Path, ...] = ()
    digits: int = 1

    @classmethod
    def of(cls, model: OperationModel, paginator: Mapping[str, Any] | None) -> Paging:
        """Read the paginator, or go by the names of members where there is none."""
        inputs = model.input_shape.members if model.input_shape else {}
        outputs = model.output_shape.members if model.output_shape else {}
        pairs = _declared(paginator) if paginator else _undeclared(inputs, outputs)
        tokens = [(name, path) for name, path in pairs if name in inputs]
        kinds = {path: _kind_at(model.output_shape, path) for _, path in tokens}
        if not set(kinds.values()) <= _TOKEN_KINDS:
            return cls(unused=tuple(kinds))
        used = {path for _, path in tokens}
        flag = (paginator or {}).get("more_results")
        return cls(
            tokens=tuple((Parameter.of(model, name), path) for name, path in tokens),
            numeric=frozenset(path for path, kind in kinds.items() if kind != "string"),
            digits=max((_shortest(inputs[name]) for name, _ in tokens), default=1),
            more=tuple(flag.split(".")) if flag else (),
            unused=tuple(
                (name,) for name in _UNDECLARED if name in outputs and (name,) not in used
            ),
        )

    def fixed(self, number: int, where: str, digits: int = 1, *, last: bool) -> dict[Path, Any]:
        """Give the values of all members that say whether, and where, there is more."""
        fixed: dict[Path, Any] = dict.fromkeys(self.unused)
        token = f"page-{number:0{max(digits, self.digits)}d}-{where}"
        for _, path in self.tokens:
            if not path[-1].endswith("]") and "[-1]" not in path[-2:]:
                following = number if path in self.numeric else token
                fixed[path] = None if last else following
        if self.more:
            fixed[self.more] = not last
        return fixed


def _declared(paginator: Mapping[str, Any]) -> Iterator[tuple[str, Path]]:
    names, paths = paginator["input_token"], paginator["output_token"]
    if isinstance(names, str):
        names, paths = [names], [paths]
    for name, path in zip(names, paths, strict=True):
        yield name, tuple(path.partition(" || ")[0].replace("[-1]", ".[-1]").split("."))


def _undeclared(
    inputs: Mapping[str, Shape], outputs: Mapping[str, Shape]
) -> Iterator[tuple[str, Path]]:
    for given, names in _UNDECLARED.items():
        taken = next((name for name in names if name in inputs), None)
        if taken and given in outputs and outputs[given].type_name == "string":
            yield taken, (given,)
            return


def _shortest(shape: Shape) -> int:
    return max(1, int(shape.metadata.get("min", 1)))


def _kind_at(shape: Shape | None, path: Path) -> str:
    for step in path:
        if step == "[-1]":
            shape = shape.member if shape else None
        else:
            shape = shape.members.get(step) if shape else None
    return str(shape.type_name) if shape else ""


def strings_within(shape: Shape | None, open_shapes: frozenset[str] = frozenset()) -> set[str]:
    """Name all string members, in lower case, that an output may hold."""
    names: set[str] = set()
    if shape is None or shape.name in open_shapes or len(open_shapes) > 6:
        return names
    if shape.type_name in ("list", "map"):
        inner = shape.member if shape.type_name == "list" else shape.value
        return strings_within(inner, open_shapes | {shape.name})
    for name, member in getattr(shape, "members", {}).items():
        if member.type_name == "string":
            names.add(name.lower())
        names |= strings_within(member, open_shapes | {shape.name})
    return names
