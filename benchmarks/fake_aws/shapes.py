"""Makes up an answer for any output shape: true to the model, told apart by account and region.

Values hold the placeholders ACCOUNT and REGION, so that one rendering serves every account.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.model import ListShape, MapShape, Shape, StructureShape

ACCOUNT = "@account@"
REGION = "@region@"
EPOCH = 1_735_689_600
"""The first made-up moment, 2025-01-01T00:00:00Z: fixed, so that runs can be compared."""

_DEEPEST = 6
_MOMENTS = ("date", "time", "timestamp", "lastmodified", "createdat", "updatedat")
_DOCUMENTS = ("document", "policy", "policytext")
_ADDRESSES = ("url", "uri", "endpoint")
_REGIONS = ("region", "regionname", "locationconstraint")
_ACCOUNTS = ("account", "accountid", "ownerid", "owner", "awsaccountid")


def echo_mark(name: str) -> str:
    """Return the placeholder of an input parameter that the answer repeats."""
    return f"@echo:{name.lower()}@"


@dataclass(frozen=True)
class Example:
    """One page of one operation's answer.

    Lists outside of lists get `items` entries, lists within them one. `fixed` gives values
    by path (tokens, flags); None leaves the member out. `echo` names the members, in lower
    case, that repeat an input parameter.
    """

    service: str
    operation: str
    page: int
    items: int
    fixed: Mapping[tuple[str, ...], Any] = field(default_factory=dict)
    echo: frozenset[str] = frozenset()

    def of(self, shape: StructureShape) -> dict[str, Any]:
        """Make the value of the operation's whole output."""
        value = _Walk(self).structure_of(shape)
        return value if value is not None else {}


class _Walk:
    """The way from the output down to one member: names, list positions, open shapes."""

    def __init__(self, example: Example) -> None:
        self.example = example
        self.path: list[str] = []
        self.index: list[int] = []
        self.open: list[str] = []

    def value(self, name: str, shape: Shape) -> Any:
        """Make a value, or None where the model goes too deep or in circles."""
        make = getattr(self, f"{shape.type_name}_of", None)
        return make(shape) if make else self.scalar(name, shape)

    def structure_of(self, shape: StructureShape) -> dict[str, Any] | None:
        if getattr(shape, "is_document_type", False):
            return {}
        if shape.name in self.open or len(self.open) >= _DEEPEST:
            return None
        self.open.append(shape.name)
        made: dict[str, Any] = {}
        for name, member in shape.members.items():
            value = self._member(name, member)
            if value is not None:
                made[name] = value
                if shape.is_tagged_union:
                    break
        self.open.pop()
        return None if shape.is_tagged_union and not made else made

    def _member(self, name: str, shape: Shape) -> Any:
        if shape.serialization.get("eventstream"):
            return None
        self.path.append(name)
        here = tuple(self.path)
        value = self.example.fixed[here] if here in self.example.fixed else self.value(name, shape)
        self.path.pop()
        return value

    def list_of(self, shape: ListShape) -> list[Any]:
        entries = []
        for index in range(1 if self.index else self.example.items):
            self.index.append(index)
            entries.append(self.value(self.path[-1], shape.member))
            self.index.pop()
        return [entry for entry in entries if entry is not None]

    def map_of(self, shape: MapShape) -> dict[Any, Any]:
        value = self.value(self.path[-1], shape.value)
        return {} if value is None else {self.value("key", shape.key): value}

    def scalar(self, name: str, shape: Shape) -> Any:
        kind = shape.type_name
        if kind in ("string", "character"):
            return self.text(name, shape)
        if kind == "timestamp":
            return self.moment
        if kind == "boolean":
            return False
        if kind == "blob":
            return b"fake"
        return 1.0 if kind in ("float", "double") else 1

    @property
    def moment(self) -> int:
        return EPOCH + self.example.page * 3600 + sum(self.index)

    @property
    def place(self) -> str:
        """Tell this value from all others of the operation: page and list positions."""
        return "-".join(map(str, (self.example.page, *self.index)))

    def text(self, name: str, shape: Shape) -> str:
        lower = name.lower()
        if lower in self.example.echo:
            return echo_mark(name)
        if getattr(shape, "enum", None) and not lower.endswith(_REGIONS):
            return str(shape.enum[0])
        for endings, made in (
            (_ACCOUNTS, ACCOUNT),
            (_REGIONS, REGION),
            (("availabilityzone",), f"{REGION}a"),
            (_DOCUMENTS, '{"Version":"2012-10-17","Statement":[]}'),
            (_MOMENTS, "2025-01-01T00:00:00+00:00"),
        ):
            if lower.endswith(endings):
                return made
        return self._identifier(lower, shape)

    def _identifier(self, lower: str, shape: Shape) -> str:
        if "jsonvalue" in shape.serialization:
            return "{}"
        where = f"{self.example.operation.lower()}-{self.place}"
        service = self.example.service
        if lower.endswith(("arn", "arns")) or "arn" in shape.name.lower().split("_"):
            return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{lower}/{where}"
        if lower.endswith(_ADDRESSES):
            return f"https://{service}.{REGION}.amazonaws.com/{ACCOUNT}/{lower}-{where}"
        return f"{lower}-{ACCOUNT}-{REGION}-{where}"
