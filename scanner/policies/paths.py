"""Find a value in a resource: by member, by `tag:` key, by JMESPath, through a pattern."""

from __future__ import annotations

import json
import re
from functools import reduce
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import jmespath
from jmespath import functions
from jmespath.exceptions import JMESPathError

from scanner.model.errors import SettingsError, TaskError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scanner.policies.filter import Resource

TRANSFORMS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "noop": lambda key: key,
        "capitalize": str.capitalize,
        "lower": str.lower,
        "strip": str.strip,
        "title": str.title,
        "upper": str.upper,
        "nospaces": lambda key: key.replace(" ", ""),
        "nounderscores": lambda key: key.replace("_", ""),
        "nodashes": lambda key: key.replace("-", ""),
    }
)
"""What `tag_key_transforms` may do to the keys of a resource's tags."""


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""A key that is the name of a member and nothing else: most are."""


class _Functions(functions.Functions):  # type: ignore[misc]  # jmespath is untyped
    """JMESPath's functions and the two that Custodian adds."""

    def call_function(self, name: str, arguments: list[Any]) -> Any:
        """Call one; a resource that knows what was not read of it is an object like any other."""
        plain = [dict(each.items()) if _is_kind_of_dict(each) else each for each in arguments]
        return super().call_function(name, plain)

    @functions.signature({"types": ["string"]}, {"types": ["string"]})  # type: ignore[untyped-decorator]  # jmespath is untyped
    def _func_split(self, separator: str, text: str) -> list[str]:
        return text.split(separator)

    @functions.signature({"types": ["string"]})  # type: ignore[untyped-decorator]  # jmespath is untyped
    def _func_from_json(self, text: str) -> Any:
        try:
            return json.loads(text)
        except ValueError:
            return None


def _is_kind_of_dict(value: Any) -> bool:
    return isinstance(value, dict) and type(value) is not dict


_OPTIONS = jmespath.Options(custom_functions=_Functions())


def search(expression: str) -> Callable[[Any], Any]:
    """Compile a JMESPath expression; what fails on a resource raises TaskError there."""
    try:
        compiled = jmespath.compile(expression)
    except JMESPathError as exc:
        raise SettingsError(f"{expression!r} is no JMESPath expression: {exc}") from exc

    def find(resource: Any) -> Any:
        try:
            return compiled.search(resource, _OPTIONS)
        except JMESPathError as exc:
            raise TaskError(f"{expression}: {exc}") from exc

    return find


def finder(
    key: str, pattern: str | None = None, transforms: Sequence[str] = ()
) -> Callable[[Resource], Any]:
    """Compile a value filter's `key`; a member of that very name goes before the expression."""
    find = _tag(key.removeprefix("tag:"), transforms) if key.startswith("tag:") else _member(key)
    if pattern is None:
        return find
    capture = _capture(pattern)
    return lambda resource: capture(find(resource))


def _member(key: str) -> Callable[[Resource], Any]:
    expression, is_name = search(key), bool(_NAME.fullmatch(key))

    def find(resource: Any) -> Any:
        if is_name and isinstance(resource, dict):
            return resource.get(key)
        return resource[key] if key in resource else expression(resource)

    return find


def _tag(key: str, transforms: Sequence[str]) -> Callable[[Resource], Any]:
    steps = [TRANSFORMS[name] for name in transforms]

    def find(resource: Resource) -> Any:
        for tag in resource.get("Tags") or ():
            if reduce(lambda text, step: step(text), steps, tag.get("Key")) == key:
                return tag.get("Value")
        return None

    return find


def _capture(pattern: str) -> Callable[[Any], Any]:
    try:
        compiled = re.compile(pattern)
    except re.error as exc:
        raise SettingsError(f"value_regex {pattern!r}: {exc}") from exc
    if compiled.groups != 1:
        raise SettingsError(f"value_regex {pattern!r} must have one capturing group")

    def capture(found: Any) -> Any:
        match = compiled.match(found) if isinstance(found, str) else None
        return match[1] if match else None

    return capture
