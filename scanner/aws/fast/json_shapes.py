"""Compile output shapes into functions that read JSON as botocore's parsers do, only faster.

What a value is like is looked at only where the stock parser would change it; whatever that
treats specially raises `Odd`, and botocore reads that answer itself.
"""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from botocore.utils import ensure_boolean, is_json_value_header

from scanner.aws.answers import rfc3339
from scanner.aws.fast.xml_shapes import Odd

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Read: TypeAlias = "Callable[[Any], Any]"


class _Member(NamedTuple):
    """A member, its name in the body, the type that stands as it is, what reads the others."""

    name: str
    key: str
    kind: type | None
    read: Read | None


class JsonShapes:
    """The readers of the shapes of one service, each made once.

    `rest` services convert numbers and flags; the others take them as they come.
    """

    def __init__(self, *, rest: bool) -> None:
        self._leaves = _REST_LEAVES if rest else _LEAVES
        self._readers: dict[str, Read | None] = {}

    def reader(self, shape: Any) -> Read | None:
        """Return what reads a value of a shape; None where it stays as it is."""
        kind = shape.type_name
        if kind in self._leaves:
            if is_json_value_header(shape):
                raise Odd(f"{shape.name}: JSON within JSON")
            return self._leaves[kind]
        if shape.name not in self._readers:
            make = {"structure": self._structure, "list": self._list, "map": self._map}[kind]
            self._readers[shape.name] = make(shape)
        return self._readers[shape.name]

    def _structure(self, shape: Any) -> Read | None:
        if shape.is_document_type:
            return None
        members: list[_Member] = []

        def read(value: Any) -> dict[str, Any] | None:
            if value is None:
                return None
            if type(value) is not dict:
                raise Odd(f"{shape.name}: no object")
            found = {}
            for name, key, kind, reader in members or self._members(shape, members):
                raw = value.get(key)
                if raw is not None:
                    as_is = reader is None or type(raw) is kind
                    found[name] = raw if as_is else reader(raw)  # type: ignore[misc]  # not None then
            return found

        return _sole(read, shape) if shape.is_tagged_union else read

    def _members(self, shape: Any, members: list[_Member]) -> list[_Member]:
        """Fill in the members of a structure that occurs for the first time."""
        made = [
            _Member(
                name,
                member.serialization.get("name", name),
                _KINDS.get(member.type_name),
                self.reader(member),
            )
            for name, member in shape.members.items()
        ]
        members[:] = made
        return made

    def _list(self, shape: Any) -> Read:
        read = self.reader(shape.member)

        def read_list(value: Any) -> list[Any]:
            if type(value) is not list:
                raise Odd(f"{shape.name}: no array")
            return value if read is None else [read(each) for each in value]

        return read_list

    def _map(self, shape: Any) -> Read:
        if self.reader(shape.key) is not None:
            raise Odd(f"{shape.name}: keys are no text")
        read = self.reader(shape.value)

        def read_map(value: Any) -> dict[str, Any]:
            if type(value) is not dict:
                raise Odd(f"{shape.name}: no object")
            return value if read is None else {key: read(each) for key, each in value.items()}

        return read_map


def _sole(read: Read, shape: Any) -> Read:
    """Read a union, of which exactly one member must be there, and known."""

    def read_one(value: Any) -> Any:
        found = read(value)
        if found is None:
            return None
        given = [key for key, each in value.items() if each is not None and key != "__type"]
        if len(given) != 1 or len(found) != 1:
            raise Odd(f"{shape.name}: not one of its members")
        return found

    return read_one


_KINDS: Mapping[str, type] = {
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
}
_LEAVES: Mapping[str, Read | None] = {
    **dict.fromkeys(("string", "character", *_KINDS)),
    "timestamp": rfc3339,
    "blob": b64decode,
}
_REST_LEAVES: Mapping[str, Read | None] = {
    **_LEAVES,
    "boolean": ensure_boolean,
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
}
