"""Find declared values of one kind: in a package, in plugins, in a file; it registers nothing."""

from __future__ import annotations

import runpy
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import TYPE_CHECKING, TypeVar

from scanner.model.errors import CatalogError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import Any

T = TypeVar("T")


def in_package(name: str, path: Iterable[str], kind: type[T]) -> Iterator[T]:
    """Yield what the modules of a package declare, which has that name and is at that path."""
    for module in iter_modules(path, f"{name}."):
        yield from _of_kind(vars(import_module(module.name)), kind)


def in_plugins(group: str, kind: type[T]) -> Iterator[T]:
    """Yield what the modules of an entry point group declare."""
    for entry in entry_points(group=group):
        try:
            module = entry.load()
        except Exception as exc:
            raise CatalogError(f"plugin {entry.name} ({entry.value}): {exc}") from exc
        yield from _of_kind(vars(module), kind)


def in_file(path: Path, group: str, kind: type[T]) -> Iterator[T]:
    """Yield what a user's file declares; a file that declares nothing is an error."""
    try:
        names = runpy.run_path(str(path), run_name=f"{group}.{path.stem}")
    except Exception as exc:
        raise CatalogError(f"{path}: {type(exc).__name__}: {exc}") from exc
    found = list(_of_kind(names, kind))
    if not found:
        raise CatalogError(f"{path}: declares no {kind.__name__}")
    yield from found


def _of_kind(names: Mapping[str, Any], kind: type[T]) -> Iterator[T]:
    return (value for value in names.values() if isinstance(value, kind))
