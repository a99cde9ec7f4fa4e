"""Know what can be changed: find declared actions; it sends nothing and changes nothing."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING

from scanner.catalog.find import in_file, in_package, in_plugins
from scanner.catalog.tagging import tag_actions
from scanner.model.change import Action
from scanner.model.errors import CatalogError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from scanner.model.resource import ResourceType

PLUGINS = "scanner.actions"
"""The entry point group whose modules add actions."""


def actions(
    types: Iterable[ResourceType], extra: Iterable[Path] = ()
) -> Mapping[tuple[str, str], Action]:
    """Map type and name to each action: the built-in, those of plugins and of the user's files.

    Of `types`, those that have tags have the actions on tags besides. An action in a user's file
    takes the place of one of its type and name; any other that is declared twice is a
    CatalogError.
    """
    own = [each for path in extra for each in in_file(path, PLUGINS, Action)]
    taken = {(each.type, each.name) for each in own}
    package = in_package(__name__, __path__, Action)
    given = (*package, *in_plugins(PLUGINS, Action), *chain.from_iterable(map(tag_actions, types)))
    found = [*(each for each in given if (each.type, each.name) not in taken), *own]
    # The same value met twice is one that a module imported from another.
    distinct = {id(each): each for each in found}.values()
    counts = Counter((each.type, each.name) for each in distinct)
    if doubled := sorted(" ".join(key) for key, count in counts.items() if count > 1):
        raise CatalogError(f"declared more than once: {', '.join(doubled)}")
    by_key = {(each.type, each.name): each for each in distinct}
    return MappingProxyType(dict(sorted(by_key.items())))
