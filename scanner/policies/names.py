"""Know Custodian's names: of resources as our types, of filters that can't be decided here.

The tables are made of c7n 0.9.53: resources by their CloudFormation type or the operation that
lists them.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

import orjson

from scanner.model.errors import SettingsError
from scanner.policies.syntax import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_PREFIX = "aws."


@lru_cache(maxsize=1)
def custodian_types() -> Mapping[str, str]:
    """Return our type by Custodian's name of a resource, without its `aws.`."""
    found: Mapping[str, str] = orjson.loads(_text("resources.json"))
    return found


def type_named(name: str, known: Collection[str]) -> str:
    """Return the type that a policy's `resource` means; `known` are the catalogue's.

    Raises SettingsError with the nearest name.
    """
    if "::" in name or (":" in name and not name.startswith(_PREFIX)):
        ours = {each.lower(): each for each in known}
        if name.lower() in ours:
            return ours[name.lower()]
        raise SettingsError(f"resource {name!r} is unknown: {_near(name, known)}")
    short = name.removeprefix(_PREFIX).lower()
    types = custodian_types()
    if short in types and types[short] in known:
        return types[short]
    raise SettingsError(f"resource {name!r} is unknown: {_near(short, types, _PREFIX)}")


def refusal(name: str) -> str | None:
    """Say why a filter of Custodian's can't be decided by what is described; None: no such."""
    return _refused().get(name)


@lru_cache(maxsize=1)
def _refused() -> Mapping[str, str]:
    reasons: Mapping[str, list[str]] = orjson.loads(_text("filters.json"))
    return {name: why for why, names in reasons.items() for name in names}


def _near(name: str, known: Collection[str], prefix: str = "") -> str:
    said = nearest(name, known)
    if said.startswith("known"):
        return "`scanner types` lists what there is"
    return said.replace("'", f"'{prefix}", 1)


def _text(name: str) -> bytes:
    return files(__package__).joinpath("facts", name).read_bytes()
