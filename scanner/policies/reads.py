"""Tell which members of a resource an expression reads, so that no others need be collected."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any, TypeAlias

import jmespath

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Reads: TypeAlias = "frozenset[str] | None"
"""Names of members, details and `Tags` among them; None where any of them may be read."""

NOTHING: frozenset[str] = frozenset()
_CHAINS = frozenset({"subexpression", "index_expression", "pipe"})
_PROJECTIONS = frozenset({"projection", "filter_projection", "flatten", "value_projection"})


class _Everything(Exception):
    """The resource itself is used as a value: whatever it has may be read."""


def reads_of(*keys: str) -> Reads:
    """Return what the keys of value filters read: `tag:` keys, members, JMESPath."""
    return together(map(_of_key, keys))


def together(several: Iterable[Reads]) -> Reads:
    """Return what is read by any of several."""
    found = list(several)
    return None if None in found else NOTHING.union(*(each for each in found if each is not None))


def _of_key(key: str) -> Reads:
    if key.startswith("tag:"):
        return frozenset({"Tags"})
    found = {key}  # a member of that very name goes before the expression
    try:
        whole = _walk(jmespath.compile(key).parsed, found, root=True)
    except _Everything:
        return None
    return None if whole else frozenset(found)


def _walk(node: Mapping[str, Any], found: set[str], *, root: bool) -> bool:
    """Note the members that a node reads; say whether it gives the resource itself.

    `root` says that it is applied to the resource; elsewhere no member is the resource's.
    """
    kind, children = node["type"], node["children"]
    if kind == "field":
        found.update([node["value"]] if root else ())
        return False
    if kind in ("identity", "current"):
        return root
    if kind in _CHAINS:
        return reduce(lambda here, child: _walk(child, found, root=here), children, root)
    outer = 0 if kind == "expref" else 1 if kind in _PROJECTIONS else len(children)
    parts = [
        _walk(child, found, root=root and number < outer) for number, child in enumerate(children)
    ]
    if any(parts):
        raise _Everything
    return False
