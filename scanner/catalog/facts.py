"""Read the generated facts that ship with the catalogue; they know nothing of declarations."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def rows(name: str) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a file of facts."""
    _, *lines = _text(name).splitlines()
    return (orjson.loads(line) for line in lines)


def header(name: str) -> Mapping[str, Any]:
    """Return what a file of facts says of itself in its first line."""
    found: Mapping[str, Any] = orjson.loads(_text(name).split(b"\n", 1)[0])
    return found


def _text(name: str) -> bytes:
    return files(__package__).joinpath("facts", f"{name}.jsonl").read_bytes()
