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

    `read` is None for plain text. `collect` takes elements that may be there more than once,
    or that the model does not know, into what was found so far.
    """

    order: int
    name: str
    read: Read | None = None
    collect: Callable[[dict[str, Any], Element], None] | None = None


def _pass_over(_found: dict[str, Any], _child: Element) -> None:
    """Do nothing: the model does not know the element."""


_STRANGER = _Member(-1, "", collect=_pass_over)


def element(body: bytes) -> Element:
    """Read a body as XML, in slices."""
    parser = XMLParser(encoding="utf-8")  # noqa: S314 — botocore's own; expat bounds entities
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
        known: dict[str, _Member] = {}
        names = [*shape.members]
        read = _in_order(known, self._learner(shape, known), names)
        attributes = _attributes(shape)
        if attributes:
            return _with_attributes(read, attributes, names)
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
        if not shape.serialization.get("flattened"):
            return _Member(order, name, self.reader(shape))
        if shape.type_name == "map":
            pair = self._pair(shape)
            return _Member(order, name, None, lambda found, child: _put(found, name, pair(child)))
        read = self.reader(shape.member) or _text
        return _Member(order, name, None, lambda found, child: _add(found, name, read(child)))

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


def _in_order(known: dict[str, _Member], learn: Callable[[str], _Member], names: list[str]) -> Read:
    """Make the reader of a structure, which gives its members in the model's order."""

    def read(node: Element) -> dict[str, Any]:
        found: dict[str, Any] = {}
        last, straight = -1, True
        for child in node:
            order, name, reader, collect = known.get(child.tag) or learn(child.tag)
            straight = straight and order > last
            last = order
            if collect is not None:
                collect(found, child)
            elif name in found:
                raise Odd(f"{name} is there twice")
            else:
                found[name] = (child.text or "") if reader is None else reader(child)
        return found if straight else _arranged(found, names)

    return read


def _arranged(found: dict[str, Any], names: list[str]) -> dict[str, Any]:
    return {name: found[name] for name in names if name in found}


def _put(found: dict[str, Any], name: str, pair: dict[Any, Any]) -> None:
    found.setdefault(name, {}).update(pair)


def _add(found: dict[str, Any], name: str, value: Any) -> None:
    found.setdefault(name, []).append(value)


def _key(name: str, shape: Any) -> str:
    """Name a member's element; a flattened list is known by the name of its entries."""
    key = shape.serialization.get("name")
    if shape.type_name == "list" and shape.serialization.get("flattened"):
        key = shape.member.serialization.get("name") or key
    return name if key is None else str(key)


def _attributes(shape: Any) -> dict[str, str]:
    """Return the members that are attributes (`xsi:type`), by their names without the prefix."""
    return {
        member.serialization["name"].rpartition(":")[2]: name
        for name, member in shape.members.items()
        if member.serialization.get("xmlAttribute")
    }


def _with_attributes(read: Read, attributes: dict[str, str], names: list[str]) -> Read:
    """Read a structure some of whose members are attributes of its element."""

    def read_both(node: Element) -> dict[str, Any]:
        found: dict[str, Any] = read(node)
        for key, value in node.items():
            if "}" in key and local(key) in attributes:
                found.setdefault(attributes[local(key)], value)
        return _arranged(found, names)

    return read_both


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
