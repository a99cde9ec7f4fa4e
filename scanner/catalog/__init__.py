"""Know what can be scanned: find declared resource types and select among them; no I/O on AWS."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import TYPE_CHECKING

from scanner.catalog import resources
from scanner.catalog.access import actions_of, actions_of_action, actions_of_operation
from scanner.catalog.availability import serves
from scanner.catalog.derived import Exclusion, derived_types, exclusions
from scanner.catalog.find import in_file, in_package, in_plugins
from scanner.model.errors import CatalogError, SettingsError
from scanner.model.resource import ResourceType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path
    from typing import Self

__all__ = [
    "ALL",
    "DEFAULT",
    "PLUGINS",
    "Catalog",
    "Exclusion",
    "actions_of",
    "actions_of_action",
    "actions_of_operation",
    "serves",
]

ALL = "all"
"""Selects every type, the derived ones too."""

DEFAULT = "default"
"""Selects the types that somebody declared: the curated ones and the user's own."""

PLUGINS = "scanner.resources"
"""The entry point group whose modules add resource types."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """The resource types of a run by name, sorted; immutable."""

    types: Mapping[str, ResourceType]

    @classmethod
    def load(cls, extra: Iterable[Path] = (), *, everything: bool = False) -> Self:
        """Find the built-in types, those of installed plugins, and those of the user's files.

        A type in a user's file takes the place of one of its name. With `everything`, add the
        derived types that no declaration stands for.
        """
        own = [each for path in extra for each in in_file(path, PLUGINS, ResourceType)]
        taken = {each.type for each in own}
        package = in_package(resources.__name__, resources.__path__, ResourceType)
        given = (*package, *in_plugins(PLUGINS, ResourceType))
        declared = [*(each for each in given if each.type not in taken), *own]
        return cls.of([*declared, *(derived_types(declared) if everything else ())])

    @classmethod
    def load_for(
        cls, types: Sequence[str], services: Sequence[str] = (), extra: Iterable[Path] = ()
    ) -> Self:
        """Load what `select` needs: derived types only if they may be meant."""
        extra = tuple(extra)
        catalog = cls.load(extra)
        names = {DEFAULT, *(name.lower() for name in (*catalog.types, *catalog.services))}
        enough = all(each.lower() in names for each in (*types, *services))
        return catalog if enough else cls.load(extra, everything=True)

    @classmethod
    def of(cls, types: Iterable[ResourceType]) -> Self:
        """Collect `types`; a name declared twice or a parent that does not fit is an error."""
        # The same value met twice is one that a module imported from another.
        distinct = list({id(t): t for t in types}.values())
        counts = Counter(t.type for t in distinct)
        if doubled := sorted(name for name, count in counts.items() if count > 1):
            raise CatalogError(f"declared more than once: {', '.join(doubled)}")
        by_name = {t.type: t for t in sorted(distinct, key=lambda t: t.type)}
        for child in filter(lambda t: t.parent, distinct):
            _check_parent(child, by_name)
        return cls(MappingProxyType(by_name))

    @property
    def services(self) -> tuple[str, ...]:
        """List the services that have a type here, sorted."""
        return tuple(sorted({t.service for t in self.types.values()}))

    def children_of(self, name: str) -> tuple[ResourceType, ...]:
        """List the types that are listed once for each item of `name`."""
        return tuple(t for t in self.types.values() if t.parent == name)

    def excluded(self) -> tuple[Exclusion, ...]:
        """List the operations that list something and make no type of this catalogue, and why."""
        listed = {(t.service, t.list.operation) for t in self.types.values()}
        return tuple(each for each in exclusions() if (each.service, each.operation) not in listed)

    def select(self, types: Sequence[str], services: Sequence[str]) -> tuple[ResourceType, ...]:
        """Choose the types that match any glob of `types` and any of `services`.

        `all` and `default` stand for every type and every declared one; no globs are `default`.
        Case does not matter. A child is chosen without its parent.
        """
        globs = [each for each in types if each.lower() not in (ALL, DEFAULT)]
        _refuse_strangers("resource type", globs, self.types)
        _refuse_strangers("service", services, self.services)
        chosen = tuple(
            t
            for t in self.types.values()
            if _is_meant(t, types or (DEFAULT,)) and (not services or _matches(t.service, services))
        )
        if not chosen:
            meant = ", ".join(types or (DEFAULT,))
            raise SettingsError(
                f"no resource type is both in {meant} and of {', '.join(services)}"
                f"{'' if types else '; types = all has more'}"
            )
        return chosen


def _check_parent(child: ResourceType, by_name: Mapping[str, ResourceType]) -> None:
    seen = {child.type}
    link = child
    while link.parent:
        parent = by_name.get(link.parent)
        if parent is None:
            raise CatalogError(f"{link.type}: its parent {link.parent} is not declared")
        if (parent.service, parent.scope) != (link.service, link.scope):
            raise CatalogError(f"{link.type}: {parent.type} is of another service or scope")
        if parent.type in seen:
            raise CatalogError(f"{child.type}: is among its own ancestors")
        seen.add(parent.type)
        link = parent


def _is_meant(type: ResourceType, types: Sequence[str]) -> bool:
    groups = {each.lower() for each in types}
    return ALL in groups or (DEFAULT in groups and not type.derived) or _matches(type.type, types)


def _matches(name: str, globs: Sequence[str]) -> bool:
    return any(fnmatchcase(name.lower(), glob.lower()) for glob in globs)


def _refuse_strangers(noun: str, globs: Sequence[str], names: Iterable[str]) -> None:
    known = {name.lower(): name for name in names}
    for glob in globs:
        if not any(fnmatchcase(name, glob.lower()) for name in known):
            near = get_close_matches(glob.lower(), known, n=3, cutoff=0.5)
            hint = f"; did you mean {', '.join(known[n] for n in near)}?" if near else ""
            raise SettingsError(f"no {noun} matches {glob!r}{hint}")
