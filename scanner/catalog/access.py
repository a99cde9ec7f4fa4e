"""Know the IAM actions that calls need; a pure look-up in generated facts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from scanner.catalog.facts import rows
from scanner.model.errors import CatalogError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.model.change import Action
    from scanner.model.resource import ResourceType


def actions_of(type: ResourceType) -> tuple[str, ...]:
    """List the IAM actions of all calls that a type makes, sorted.

    Raises CatalogError for a call of which they are not known: a policy must not lack one.
    """
    found: set[str] = set()
    for operation in {call.operation for call in type.calls}:
        actions = _reads().get((type.service, operation))
        if actions is None:
            raise CatalogError(
                f"{type.type}: the IAM actions of {type.service}:{operation} are not known"
            )
        found.update(actions)
    return tuple(sorted(found))


def actions_of_action(action: Action) -> tuple[str, ...]:
    """List the IAM actions of all that an action may call to read, write and undo, sorted.

    Raises CatalogError as `actions_of` does.
    """
    operations = {*(call.operation for call in action.reads), *action.calls}
    found = {*action.permissions}
    for operation in operations:
        known = actions_of_operation(action.service, operation)
        if not known:
            raise CatalogError(
                f"{action.type} {action.name}: the IAM actions of "
                f"{action.service}:{operation} are not known"
            )
        found.update(known)
    return tuple(sorted(found))


def actions_of_operation(service: str, operation: str) -> tuple[str, ...]:
    """List the IAM actions of one operation; empty where they are not known."""
    key = (service, operation)
    return _reads().get(key) or _writes().get(key, ())


@cache
def _reads() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Map each operation that is named like a read to its actions."""
    return _actions("actions")


@cache
def _writes() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Map each other operation to its actions."""
    return _actions("writes")


def _actions(name: str) -> Mapping[tuple[str, str], tuple[str, ...]]:
    return {(row["service"], row["operation"]): tuple(row["actions"]) for row in rows(name)}
