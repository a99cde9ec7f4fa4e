"""Find what is named like a secret in what a declaration reads, and is not redacted."""

import re
from collections.abc import Iterator

from scanner.aws import shapes
from scanner.aws.shapes import Kind
from scanner.model.resource import ResourceType
from tests.catalog.lint import whole_of

VALUES = re.compile(
    r"(password|passphrase|shared_?secret|client_?secret|auth_?key|pre_?shared_?key|hec_?token"
    r"|auth_?token|access_?token|secret_?token|user_?data|basic_?auth_?credentials)",
    re.IGNORECASE,
)
"""Names of members that hold one secret."""

HARMLESS = re.compile(r"(Arn|Id|Status|Type|Mode|Param|Xpath)$")
"""Ends of names of what only refers to a secret: where it is kept, or typed in."""

TABLES = re.compile(
    r"(runtime_?)?(environment|environment_?variables|env|variables)", re.IGNORECASE
)
"""Names of members that hold names and values, some of which are secrets."""


def exposed(declared: ResourceType) -> list[str]:
    """List the paths that should be redacted and are not."""
    return sorted(set(_secrets(whole_of(declared), ())) - set(declared.redact))


def _secrets(kind: Kind, path: tuple[str, ...]) -> Iterator[str]:
    if shapes.is_list(kind):
        yield from _secrets(shapes.element(kind), (*path[:-1], f"{path[-1]}[]"))
    elif shapes.is_map(kind):
        yield from _secrets(kind.value, (*path, "*"))
    for name, member in shapes.members(kind).items():
        # The same name further up: a shape that contains itself.
        if not {name, f"{name}[]"} & set(path):
            yield from _named(name, member, path)
            yield from _secrets(member, (*path, name))


def _named(name: str, kind: Kind, path: tuple[str, ...]) -> Iterator[str]:
    here = ".".join((*path, name))
    if shapes.type_name(kind) == "string":
        if VALUES.search(name) and not HARMLESS.search(name):
            yield here
    elif TABLES.fullmatch(name) and shapes.is_map(kind):
        yield f"{here}.*"
    elif TABLES.fullmatch(name) and shapes.is_list(kind):
        yield from (
            f"{here}[].{m}" for m in ("value", "Value") if m in shapes.members(shapes.element(kind))
        )
