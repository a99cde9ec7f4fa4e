"""Find members in AWS's answers by path, and fill parameters from them; no expressions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def lookup(item: Any, path: str) -> Any:
    """Return the member at a dotted path, or None where any step is missing.

    A path that ends in `/` gives what follows the last slash of the member.
    """
    for step in path.removesuffix("/").split("."):
        if not isinstance(item, Mapping):
            return None
        item = item.get(step)
    if path.endswith("/") and isinstance(item, str):
        return item.rpartition("/")[2]
    return item


def fill(value: Any, find: Callable[[str], Any]) -> Any:
    """Replace each `$name` in a parameter by what `find` gives for the name."""
    if isinstance(value, str) and value.startswith("$"):
        return find(value[1:])
    if isinstance(value, Mapping):
        return {key: fill(each, find) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [fill(each, find) for each in value]
    return value


def has_gap(value: Any) -> bool:
    """Say whether a filled parameter lacks a value somewhere."""
    if isinstance(value, Mapping):
        return any(has_gap(each) for each in value.values())
    if isinstance(value, list):
        return any(has_gap(each) for each in value)
    return value is None
