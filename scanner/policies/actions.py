"""Read the actions of a policy: names, or mappings with options; it performs none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.model.change import Chosen
from scanner.model.errors import SettingsError
from scanner.policies.syntax import LineError, Located, nearest, one_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.model.change import Action, Option


def chosen_actions(
    policy: Located, type: str, known: Mapping[tuple[str, str], Action]
) -> tuple[Chosen, ...]:
    """Read what a policy on a type asks for; raises SettingsError, with the line where it can."""
    given = policy.get("actions") or []
    if not isinstance(given, list):
        raise SettingsError("actions must be a list")
    return tuple(_chosen(each, type, known) for each in given)


def _chosen(given: Any, type: str, known: Mapping[tuple[str, str], Action]) -> Chosen:
    try:
        options = {"type": given} if isinstance(given, str) else given
        if not isinstance(options, dict) or not isinstance(options.get("type"), str):
            raise SettingsError(f"an action is a name, or a mapping with a type: {given!r} is none")  # noqa: TRY301 — it gets its line below
        action = _named(options["type"], type, known)
        return Chosen(action, _options(action, options))
    except SettingsError as exc:
        if isinstance(given, Located):
            raise LineError(str(exc), given.line) from exc
        raise


def _named(name: str, type: str, known: Mapping[tuple[str, str], Action]) -> Action:
    if (type, name) in known:
        return known[type, name]
    names = [each for of, each in known if of == type]
    if not names:
        raise SettingsError(f"action {name!r}: there are no actions for {type}")
    raise SettingsError(f"action {name!r} is unknown for {type}: {nearest(name, names)}")


def _options(action: Action, given: Mapping[str, Any]) -> dict[str, Any]:
    known = {each.name: each for each in action.options}
    for name in given:
        one_of(name, ("type", *known), f"{action.name}'s option")
    found = {name: each.default for name, each in known.items()}
    for name, option in known.items():
        if name in given:
            _check(action, option, given[name])
            found[name] = given[name]
        elif option.required:
            raise SettingsError(f"{action.name} needs {name}")
    return found


def _check(action: Action, option: Option, value: Any) -> None:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 — a tenth of a second to load
    from jsonschema.exceptions import best_match  # noqa: PLC0415 — as above

    error = best_match(Draft202012Validator(option.schema).iter_errors(value))
    if error is not None:
        raise SettingsError(f"{action.name}'s {option.name}: {error.message}")
