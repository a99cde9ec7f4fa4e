"""What the filters' compilers share: their surroundings, and words for what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from scanner.model.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime


class LineError(SettingsError):
    """What is wrong in a document, and the line where it stands."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


class Located(dict[Any, Any]):
    """A mapping of a document that knows the line it begins in."""

    __slots__ = ("line",)
    line: int


def _no_values(source: Any) -> list[Any]:
    raise SettingsError(f"value_from {source!r} can't be read here")


@dataclass(frozen=True, slots=True)
class Scope:
    """What filters may depend on besides the resource: the clock, and values kept elsewhere.

    `values` reads a `value_from`; it raises SettingsError where it can't. `type` is that of the
    resources, for filters that only some types have.
    """

    now: datetime
    values: Callable[[Any], Any] = _no_values
    type: str = ""


def check_members(data: Mapping[str, Any], known: Iterable[str], what: str) -> None:
    """Raise SettingsError for a member that a filter does not have, with the nearest known."""
    for name in data:
        one_of(name, known, f"{what}'s member")


def one_of(name: Any, known: Iterable[str], what: str) -> None:
    """Raise SettingsError unless a name is known, with the nearest known."""
    names = sorted(known)
    if name not in names:
        raise SettingsError(f"{what} {name!r} is unknown: {nearest(name, names)}")


def nearest(name: Any, known: Iterable[str]) -> str:
    """Say which known name was probably meant, or which there are."""
    names = sorted(known)
    near = get_close_matches(str(name), names, n=1)
    return f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names)}"
