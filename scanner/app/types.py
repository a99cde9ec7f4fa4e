"""The catalogue of a run, as the settings choose it; it asks nobody but the files named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.aws.request import Request
from scanner.catalog import Catalog
from scanner.model.errors import CatalogError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from scanner.settings import Settings


def catalog_of(settings: Settings, types: Sequence[str]) -> Catalog:
    """Load the built-in types, the user's own and, where `types` may mean them, the derived.

    Raises CatalogError or SettingsError.
    """
    files = own_types(settings)
    omitted = _omitted(settings.without)
    named = [*settings.spared(), *omitted]
    catalog = Catalog.load_for([*types, *named], settings.services, files)
    for name in settings.spared():
        if name not in catalog.types:
            raise SettingsError(f"--no-redact: there is no type {name}")
    _check_calls(catalog)
    return _without(catalog, omitted) if omitted else catalog


def own_types(settings: Settings) -> list[Path]:
    """List the files that declare types of the user's own; raises SettingsError."""
    return [path for each in settings.types_from for path in python_files(each, "--types-from")]


def _omitted(details: Sequence[str]) -> dict[str, set[str]]:
    """Return by type the details that are not to be asked for."""
    found: dict[str, set[str]] = {}
    for each in details:
        name, _, detail = each.rpartition(":")
        found.setdefault(name, set()).add(detail)
    return found


def _without(catalog: Catalog, omitted: Mapping[str, set[str]]) -> Catalog:
    types = dict(catalog.types)
    for name, details in omitted.items():
        if name not in types:
            raise SettingsError(f"--without: there is no type {name}")
        if strange := sorted(details - types[name].details):
            known = ", ".join(sorted(types[name].details)) or "none"
            raise SettingsError(f"--without: {name} has no detail {strange[0]}; it has {known}")
        types[name] = types[name].without(details)
    return Catalog.of(types.values())


def _check_calls(catalog: Catalog) -> None:
    """Refuse types whose calls would be refused: better now than in every account."""
    for each in catalog.types.values():
        for call in each.calls:
            if refusal := Request(each.service, "", call.operation).refusal:
                raise CatalogError(f"{each.type}: {refusal}")


def python_files(path: Path, option: str) -> list[Path]:
    """List the Python files that an option names; raises SettingsError where there are none."""
    if path.is_dir():
        return sorted(path.glob("*.py"))
    if not path.is_file():
        raise SettingsError(f"{option} {path}: no such file or directory")
    return [path]
