"""Compile output shapes into functions that read XML as botocore's parsers do, only faster.

A structure learns its elements as they come: what never occurs is never compiled. Whatever
botocore treats specially raises `Odd`, and botocore reads that answer itself.
"""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from xml.etree.ElementTree import Element, XMLParser

from scanner.aws.answers import rfc3339

if TYPE_CHECKING:
    from collections.abc import Callable

Read: TypeAlias = "Callable[[Element], Any]"

FEED = 1 << 18
"""Bytes that expat takes in one go: between them other threads may run."""

STRANGERS = 64
"""Elements unknown to the model that a structure remembers by name."""

_ELSEWHERE = ("header", "headers", "statusCode")


class Odd(Exception):
    """An answer that is not plain: botocore must read it."""


class _Member(NamedTuple):
    """What an element means: its place in the model's order, its member, how it is read.

    `order` is negative for an element to pass over. `read` is None for plain text. `gather` is
    what repeated elements are collected in, None where there may be one.
    """

    order: int
    name: str = ""
    read: Read | None = None
    gather: type[list[Any]] | type[dict[Any, Any]] | None = None


_STRANGER = _Member(-1)


def element(body: bytes) -> Element:
    """Read a body as XML, in slices."""
    parser = XMLParser(encoding="utf-8")
    for start in range(0, len(body), FEED):
        parser.feed(body[start : start + FEED])
    root: Element = parser.close()
    return root


def local(tag: str) -> str:
    """Return a tag without its namespace."""
    return tag.rpartition("}")[2]


class XmlShapes:
    """The readers of the shapes of one service, each made once."""

    def __init__(self) -> None:
        self._readers: dict[str, Read] = {}

    def reader(self, shape: Any) -> Read | None:
        """Return what reads an element of a shape; None where that is its text."""
        kind = shape.type_name
        if kind in _LEAVES:
            return _LEAVES[kind]
        if shape.serialization.get("flattened"):
            raise Odd(f"{shape.name}: flattened outside of a structure")
        if shape.name not in self._readers:
            make = {"structure": self._structure, "list": self._list, "map": self._map}[kind]
            self._readers[shape.name] = make(shape)
        return self._readers[shape.name]

    def _structure(self, shape: Any) -> Read:
        if shape.metadata.get("exception"):
            raise Odd(f"{shape.name}: an error")
        names = [*shape.members]
        attributes = _attributes(shape)
        known: dict[str, _Member] = {}
        learn = self._learner(shape, known)

        def read(node: Element) -> dict[str, Any]:
            found: dict[str, Any] = {}
            last, ordered = -1, not attributes
            for child in node:
                tag = child.tag
                order, name, reader, gather = known.get(tag) or learn(tag)
                if order > last:
                    last = order
                elif order < 0:
                    continue
                elif gather is None:
                    if name in found:
                        raise Odd(f"{name} is there twice")
                    ordered = False
                elif order < last:
                    ordered = False
                if gather is None:
                    found[name] = (child.text or "") if reader is None else reader(child)
                elif gather is list:
                    entry = (child.text or "") if reader is None else reader(child)
                    found.setdefault(name, []).append(entry)
                else:
                    found.setdefault(name, {}).update(reader(child))  # type: ignore[misc]  # a pair's
            for name, attribute in attributes:
                found |= {name: value for key, value in node.items() if local(key) == attribute}
            return found if ordered else {name: found[name] for name in names if name in found}

        return _sole(read, shape) if shape.is_tagged_union else read

    def _learner(self, shape: Any, known: dict[str, _Member]) -> Callable[[str], _Member]:
        by_key: dict[str, tuple[int, str, Any]] = {}
        for order, (name, member) in enumerate(shape.members.items()):
            location = member.serialization.get("location")
            if location in _ELSEWHERE or member.serialization.get("eventheader"):
                continue
            key = _key(name, member)
            if key in by_key:
                raise Odd(f"{shape.name}: two members are called {key}")
            by_key[key] = (order, name, member)
        room = len(by_key) + STRANGERS

        def learn(tag: str) -> _Member:
            found = by_key.get(local(tag))
            learned = self._member(*found) if found else _STRANGER
            if len(known) < room:
                known[tag] = learned
            return learned

        return learn

    def _member(self, order: int, name: str, shape: Any) -> _Member:
        if shape.serialization.get("flattened"):
            if shape.type_name == "list":
                return _Member(order, name, self.reader(shape.member), list)
            if shape.type_name == "map":
                return _Member(order, name, self._pair(shape), dict)
        return _Member(order, name, self.reader(shape))

    def _list(self, shape: Any) -> Read:
        read = self.reader(shape.member)
        if read is None:
            return lambda node: [item.text or "" for item in node]
        return lambda node: [read(item) for item in node]

    def _map(self, shape: Any) -> Read:
        pair = self._pair(shape)
        return lambda node: {key: value for entry in node for key, value in pair(entry).items()}

    def _pair(self, shape: Any) -> Callable[[Element], dict[Any, Any]]:
        key_name = shape.key.serialization.get("name") or "key"
        value_name = shape.value.serialization.get("name") or "value"
        read_key, read_value = (self.reader(each) or _text for each in (shape.key, shape.value))

        def read(node: Element) -> dict[Any, Any]:
            parts = {local(part.tag): part for part in node}
            if len(node) != 2 or parts.keys() != {key_name, value_name}:  # noqa: PLR2004 — a pair
                raise Odd(f"{shape.name}: no pair of {key_name} and {value_name}")
            return {read_key(parts[key_name]): read_value(parts[value_name])}

        return read


def _key(name: str, shape: Any) -> str:
    """Name a member's element; a flattened list is known by the name of its entries."""
    key = shape.serialization.get("name")
    if shape.type_name == "list" and shape.serialization.get("flattened"):
        key = shape.member.serialization.get("name") or key
    return name if key is None else str(key)


def _attributes(shape: Any) -> list[tuple[str, str]]:
    """List the members that are attributes, with their names without the namespace."""
    return [
        (name, member.serialization["name"].partition(":")[2])
        for name, member in shape.members.items()
        if member.serialization.get("xmlAttribute")
    ]


def _sole(read: Read, shape: Any) -> Read:
    """Read a union, of which exactly one member must be there."""

    def read_one(node: Element) -> dict[str, Any]:
        found: dict[str, Any] = read(node)
        if len(node) != 1 or len(found) != 1:
            raise Odd(f"{shape.name}: not one of its members")
        return found

    return read_one


def _text(node: Element) -> str:
    return node.text or ""


_LEAVES: dict[str, Read | None] = {
    "string": None,
    "character": None,
    "boolean": lambda node: node.text == "true",
    "integer": lambda node: int(node.text or ""),
    "long": lambda node: int(node.text or ""),
    "float": lambda node: float(node.text or ""),
    "double": lambda node: float(node.text or ""),
    "timestamp": lambda node: rfc3339(node.text or ""),
    "blob": lambda node: b64decode(node.text or ""),
}
