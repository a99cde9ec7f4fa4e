"""Read documents of policies: YAML or JSON with `policies: […]`; it opens no file itself.

Every error names the document, the line and the nearest known name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scanner.model.control import Control, Expect, Severity
from scanner.model.errors import SettingsError
from scanner.policies.actions import chosen_actions
from scanner.policies.check import Check
from scanner.policies.compile import compile_filters
from scanner.policies.lines import load_located, naming, within
from scanner.policies.names import type_named
from scanner.policies.syntax import LineError, Located, Scope, check_members, one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import datetime

    from scanner.model.change import Action

MEMBERS = (
    "name", "resource", "title", "description", "when", "filters", "actions", "metadata", "expect",
    "tags",
)  # fmt: skip
UNUSED = (
    "comment", "comments", "max-resources", "max-resources-percent", "mode", "vars",
)  # fmt: skip
"""Custodian's members that change nothing about what a policy finds."""

CHANGING = ("query", "conditions", "source", "region")
"""Custodian's members that change what a policy looks at; they are refused, not left out."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What documents are read with: the clock, the types there are, and `value_from`.

    `actions` are those there are; without any, policies' actions are not looked at.
    """

    now: datetime
    types: Collection[str]
    values: Callable[[Any], Any]
    actions: Mapping[tuple[str, str], Action] | None = None


def read_policies(text: str, origin: str, given: Surroundings) -> list[Check]:
    """Read a document's policies; raises SettingsError: `origin:line: what is wrong`."""
    with naming(origin):
        return list(_policies(load_located(text), given))


def _policies(document: Any, given: Surroundings) -> Iterator[Check]:
    if not isinstance(document, Located) or not isinstance(document.get("policies"), list):
        raise SettingsError("a document of policies has a list `policies`")
    names: set[str] = set()
    for data in document["policies"]:
        if not isinstance(data, Located):
            raise LineError(f"{data!r} is no policy", document.line)
        with within(data):
            policy = _policy(data, given)
            if policy.control.id in names:
                raise SettingsError(f"policy {policy.control.id!r} is there twice")
        names.add(policy.control.id)
        yield policy


def _policy(data: Located, given: Surroundings) -> Check:
    for each in CHANGING:
        if each in data:
            raise SettingsError(f"a policy's {each!r} is not known here: use filters, or options")
    check_members(data, (*MEMBERS, *UNUSED), "a policy")
    if not isinstance(data.get("name"), str) or not data["name"]:
        raise SettingsError("a policy needs a name")
    name = data["name"]
    if not isinstance(data.get("resource"), str):
        raise SettingsError(f"policy {name!r} needs a resource, such as aws.ec2")
    resource_type = type_named(data["resource"], given.types)
    scope = Scope(given.now, given.values, resource_type)
    selects = compile_filters(data.get("filters") or [], scope)
    metadata = data.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise SettingsError(f"policy {name!r}: metadata must be a mapping")
    when = compile_filters(data["when"], scope) if "when" in data else None
    if when is not None and when.match is None:
        raise SettingsError("`when` takes filters that judge a resource by itself")
    control = _control(data, metadata, resource_type)
    actions = () if given.actions is None else chosen_actions(data, resource_type, given.actions)
    if actions and control.expect is not Expect.NONE:
        raise SettingsError(f"policy {name!r}: actions need resources, and `expect` finds places")
    return Check(control, selects, _standards(metadata), when, actions)


def _control(data: Located, metadata: dict[str, Any], type: str) -> Control:
    severity, expect = metadata.get("severity", "medium"), data.get("expect", "none")
    one_of(severity, [str(each) for each in Severity], "severity")
    one_of(expect, [str(each) for each in Expect], "expect")
    description = str(data.get("description") or "").strip()
    title = metadata.get("title") or data.get("title") or description.partition("\n")[0]
    return Control(
        id=data["name"],
        title=str(title or data["name"]),
        types=(type,),
        severity=Severity(severity),
        rationale=str(metadata.get("rationale") or description),
        remediation=str(metadata.get("remediation") or ""),
        links=tuple(map(str, metadata.get("links") or ())),
        standard=str(metadata.get("standard") or ""),
        expect=Expect(expect),
    )


def _standards(metadata: dict[str, Any]) -> dict[str, str]:
    found = metadata.get("standards") or {}
    if not isinstance(found, dict):
        raise SettingsError("standards must map a standard to a number")
    return {str(name): str(number) for name, number in found.items()}
