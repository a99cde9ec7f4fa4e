"""Read YAML whose mappings know their lines, and tell them in errors; it opens no file itself."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import yaml

from scanner.model.errors import SettingsError
from scanner.policies.syntax import LineError, Located

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def naming(origin: str) -> Iterator[None]:
    """Name the document, and the line where it is known, in what is wrong with it."""
    try:
        yield
    except LineError as exc:
        raise SettingsError(f"{origin}:{exc.line}: {exc}") from exc
    except SettingsError as exc:
        raise SettingsError(f"{origin}: {exc}") from exc


@contextmanager
def within(data: Any) -> Iterator[None]:
    """Name the line of a part of a document in what is wrong with it; the innermost one stays."""
    try:
        yield
    except LineError:
        raise
    except SettingsError as exc:
        if isinstance(data, Located):
            raise LineError(str(exc), data.line) from exc
        raise


def load_located(text: str) -> Any:
    """Load a YAML document; raises SettingsError, with the line where there is one."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 — a SafeLoader, with lines
    except yaml.MarkedYAMLError as exc:
        line = exc.problem_mark.line + 1 if exc.problem_mark else 1
        raise LineError(f"no YAML: {exc.problem}", line) from exc
    except yaml.YAMLError as exc:
        raise SettingsError(f"no YAML: {exc}") from exc


class _Loader(yaml.SafeLoader):
    """Makes mappings that know their lines."""


def _located(loader: _Loader, node: yaml.MappingNode) -> Iterator[Located]:
    found = Located()
    found.line = node.start_mark.line + 1
    yield found
    loader.flatten_mapping(node)
    found.update(loader.construct_mapping(node, deep=True))


_Loader.add_constructor("tag:yaml.org,2002:map", _located)
