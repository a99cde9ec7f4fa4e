"""Replace secrets in what AWS answered, in place, and say where; it decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKER = "REDACTED"
"""Stands where a secret stood."""


def redact(
    members: dict[str, Any], supplementary: dict[str, Any], paths: tuple[str, ...]
) -> list[str]:
    """Replace the values at `paths` by the marker; return the record's paths of each.

    A path's steps are member names, `*` for every value of a map, and `name[]` for every
    element of a list. It is followed in the configuration and in the details alike.
    """
    found = []
    for path in paths:
        steps = tuple(path.replace("[]", ".[]").split("."))
        found += [f"configuration.{place}" for place in _hide(members, steps)]
        found += [f"supplementary.{place}" for place in _hide(supplementary, steps)]
    return found


def _hide(value: Any, steps: tuple[str, ...]) -> Iterator[str]:
    step, rest = steps[0], steps[1:]
    for key in _keys(value, step):
        if rest:
            separator = "" if rest[0] == "[]" else "."
            yield from (f"{_show(key)}{separator}{place}" for place in _hide(value[key], rest))
        elif value[key] is not None and value[key] != MARKER:
            value[key] = MARKER
            yield _show(key)


def _keys(value: Any, step: str) -> list[Any]:
    if step == "[]":
        return list(range(len(value))) if isinstance(value, list) else []
    if not isinstance(value, dict):
        return []
    return list(value) if step == "*" else [step] if step in value else []


def _show(key: str | int) -> str:
    return f"[{key}]" if isinstance(key, int) else key
