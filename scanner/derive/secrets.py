"""Find members that are named like secrets, so that their values are never kept; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import Shape

_VALUE = re.compile(
    r"pass(word|phrase|code)|user_?data|hec_?token|pre_?shared_?key|auth_?key|private_?key"
    r"|(shared|client|app|api|web_?hook|consumer)_?secret|secret_?(value|string|binary|key|access)"
    r"|(auth|access|bearer|refresh|secret|session|api|bot|security|registration|webhook)_?token"
    r"|(secret|credentials?|api_?key|signature|authorization|basic_?auth_?credentials)$",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"(Arn|Arns|Id|Ids|Name|Status|Type|Mode|Version|State|Policy|Location|Source|Enabled|Length"
    r"|Duration|Validity|Time|Date|At|Expiration|Format|Algorithm|Provider|Uri|Url|Endpoint)$"
    r"|(^|[a-z])(Next|Client|Creation|Idempotency|Request)_?Token$"
)
_TABLE = re.compile(
    r"(runtime_?)?(environment|environment_?variables|env|variables)|connection_?properties"
    r"|default_?arguments|stage_?variables",
    re.IGNORECASE,
)
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
    here = ".".join((*path, name))
    if shape.type_name in ("string", "blob"):
        if _VALUE.search(name) and not _HARMLESS.search(name):
            yield here
    elif _TABLE.fullmatch(name) and shape.type_name == "map":
        yield f"{here}.*"
    elif _TABLE.fullmatch(name) and shape.type_name == "list":
        pair = getattr(shape.member, "members", {})
        yield from (f"{here}[].{value}" for value in ("value", "Value") if value in pair)
