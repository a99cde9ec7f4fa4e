"""Declare actions that give one setting another value, and give the old one back; no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from scanner.model.change import Action, Option
from scanner.model.paths import fill, lookup

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scanner.model.change import Found, Risk, Write
    from scanner.model.resource import Call

SWITCH: Mapping[str, Any] = {"type": "boolean"}
TEXT = {"type": "string", "minLength": 1}
KEY_ARN = {"type": "string", "pattern": "^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/"}
"""The ARN of a KMS key, where AWS tells it again: by an alias it would never be met."""


class _Names(TypedDict, total=False):
    name: str
    type: str
    service: str
    does: str
    risk: Risk
    options: tuple[Option, ...]
    calls: tuple[str, ...]
    permissions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of a resource: the call that reads it, what it is to be, the call that sets it.

    The read gives the value alone. `absent` is the value that stands for None: what it means
    that AWS shows nothing; where it is None itself, there is no such resource, and nothing to do.
    """

    read: Call
    wanted: Callable[[Found], Any]
    write: Callable[[Found, Any], Write]
    absent: Any = None

    def action(self, **names: Unpack[_Names]) -> Action:
        """Make the action that gives the setting the wanted value."""
        return Action(
            **names, reads=(self.read,), needed=self._needed, writes=self._writes, undo=self._undo
        )

    def _needed(self, found: Found) -> bool:
        now = self._before(found)
        return now is not None and now != self.wanted(found)

    def _writes(self, found: Found) -> Sequence[Write]:
        return (self.write(found, self.wanted(found)),)

    def _undo(self, found: Found) -> Sequence[Write]:
        return (self.write(found, self._before(found)),)

    def _before(self, found: Found) -> Any:
        now = found.before[self.read.name]
        return self.absent if now is None else now


def on(found: Found, params: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in the parameters that name a resource, as those of its reads are."""
    names = {"account": found.account_id, "region": found.region, "arn": found.arn}

    def find(path: str) -> Any:
        return names[path] if path in names else lookup(found.configuration, path)

    filled: dict[str, Any] = fill(dict(params), find)
    return filled


REMOVE = Option(
    "remove", {"type": "array", "items": {"type": "string", "pattern": r"^(all|\d{12})$"}}
)
"""With whom to share no longer: accounts, `all` for the public; everybody where none is named."""


def is_removed(found: Found, who: str) -> bool:
    """Say whether the option `remove` means an account, or the public."""
    return found.options["remove"] is None or who in found.options["remove"]


def on_alone(name: str) -> Option:
    """Make an option that policies may give to switch on what is switched on anyway."""
    return Option(name, {"const": True}, default=True)


def switch(name: str = "state", *, default: bool = True) -> Option:
    """Make the option that switches something: on, unless told otherwise."""
    return Option(name, SWITCH, default=default)


def option(name: str) -> Callable[[Found], Any]:
    """Want what the policy says in an option."""
    return lambda found: found.options[name]
