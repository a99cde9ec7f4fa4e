"""Find members that are named like secrets, so that their values are never kept; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.model.secret_names import Meaning, meaning_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import Shape

_TABLES = (Meaning.VARIABLES, Meaning.ENVIRONMENT)
_DEEPEST = 9


def secret_paths(item: Shape) -> tuple[str, ...]:
    """List the paths below an item whose values may be secrets."""
    return tuple(sorted(set(_below(item, (), ()))))


def _below(shape: Shape, path: tuple[str, ...], seen: tuple[str, ...]) -> Iterator[str]:
    if shape.type_name == "list":
        inner = (*path[:-1], f"{path[-1]}[]") if path else path
        yield from _below(shape.member, inner, seen)
    elif shape.type_name == "map":
        yield from _below(shape.value, (*path, "*"), seen)
    elif shape.type_name == "structure" and shape.name not in seen and len(path) < _DEEPEST:
        for name, member in shape.members.items():
            yield from _named(name, member, path)
            yield from _below(member, (*path, name), (*seen, shape.name))


def _named(name: str, shape: Shape, path: tuple[str, ...]) -> Iterator[str]:
    here, meaning = ".".join((*path, name)), meaning_of(name)
    if shape.type_name in ("string", "blob"):
        if meaning is Meaning.SECRET:
            yield here
    elif meaning in _TABLES and shape.type_name == "map":
        yield f"{here}.*"
    elif meaning in _TABLES and shape.type_name == "list":
        pair = getattr(shape.member, "members", {})
        yield from (f"{here}[].{value}" for value in ("value", "Value") if value in pair)
