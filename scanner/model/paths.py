"""Find members in AWS's answers by path, and fill parameters from them; no expressions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def lookup(item: Any, path: str) -> Any:
    """Return the member at a dotted path, or None where any step is missing."""
    for step in path.split("."):
        if not isinstance(item, Mapping):
            return None
        item = item.get(step)
    return item


def fill(value: Any, item: Mapping[str, Any], target: Mapping[str, str]) -> Any:
    """Replace `$…` in a parameter by the target's or the item's member; None where it has none."""
    if isinstance(value, str) and value.startswith("$"):
        name = value[1:]
        return target[name] if name in target else lookup(item, name)
    if isinstance(value, Mapping):
        return {key: fill(each, item, target) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [fill(each, item, target) for each in value]
    return value


def has_gap(value: Any) -> bool:
    """Say whether a filled parameter lacks a value somewhere."""
    if isinstance(value, Mapping):
        return any(has_gap(each) for each in value.values())
    if isinstance(value, list):
        return any(has_gap(each) for each in value)
    return value is None
