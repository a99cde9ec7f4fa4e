"""The actions of a run, as the settings choose them; it asks nobody but the files named."""

from __future__ import annotations

from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from scanner.app.types import catalog_of, python_files
from scanner.aws.request import Request
from scanner.catalog import ALL
from scanner.catalog.actions import actions
from scanner.model.errors import CatalogError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scanner.model.change import Action
    from scanner.settings import Settings


def known_actions(settings: Settings) -> Mapping[tuple[str, str], Action]:
    """Load every action there is, on every type, the user's own among them; blocks.

    Raises CatalogError or SettingsError.
    """
    files = [
        path for each in settings.actions_from for path in python_files(each, "--actions-from")
    ]
    found = actions(catalog_of(settings, (ALL,)).types.values(), files)
    for each in found.values():
        _check_reads(each)
    return found


def _check_reads(action: Action) -> None:
    """Refuse an action whose reads would be refused: better now than in every account."""
    for call in action.reads:
        if refusal := Request(action.service, "", call.operation).refusal:
            raise CatalogError(f"{action.type} {action.name}: {refusal}")


def matching(
    known: Mapping[tuple[str, str], Action], patterns: Sequence[str]
) -> tuple[Action, ...]:
    """Choose the actions whose type or name matches any glob, whatever its case; all by none.

    Raises SettingsError for a glob that matches nothing.
    """
    for glob in patterns:
        if not any(_meets(key, glob) for key in known):
            near = get_close_matches(glob, {each for key in known for each in key}, n=3)
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            raise SettingsError(f"no action matches {glob!r}{hint}")
    return tuple(
        each
        for key, each in known.items()
        if not patterns or any(_meets(key, glob) for glob in patterns)
    )


def _meets(key: tuple[str, str], glob: str) -> bool:
    return any(fnmatchcase(each.lower(), glob.lower()) for each in key)
