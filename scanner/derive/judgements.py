"""Read the hand-kept judgements; it judges nothing itself."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scanner.derive.words import singular

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PATH = Path(__file__).with_name("judgements.toml")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why operations are left out, and which: by name, by service, by the noun's last word.

    `kept` are exceptions from the service and the word, `whole` services without exceptions.
    """

    code: str
    text: str
    operations: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    unless_named_by_iam: bool = False

    def names(self, key: str) -> bool:
        """Say whether `service:operation` itself is left out, or all of its service."""
        return key in self.operations or key.partition(":")[0] in self.whole

    def covers(self, key: str, noun: str) -> bool:
        """Say whether the service or the noun of an operation is left out."""
        last = [word for word in singular(noun) if not word.removeprefix("v").isdigit()][-1:]
        service = key.partition(":")[0] in self.services
        return key not in self.kept and (service or not self.words.isdisjoint(last))


@dataclass(frozen=True, slots=True)
class Variant:
    """How an operation is called for one type: parameters, and what else is known of it."""

    params: Mapping[str, Any] = field(default_factory=dict)
    type: str = ""
    home: str = ""


@dataclass(frozen=True, slots=True)
class Judgements:
    """All that is judged by hand, by `service:operation` or by service."""

    reasons: tuple[Reason, ...]
    single: frozenset[str]
    foreign: frozenset[str]
    shadows: Mapping[str, str]
    results: Mapping[str, str]
    variants: Mapping[str, Sequence[Variant]]
    types: Mapping[str, str]
    homes: Mapping[str, str]
    prefixes: Mapping[str, list[str]]
    actions: Mapping[str, list[str]]
    infrastructure: Mapping[str, str]

    @classmethod
    def load(cls, path: Path = PATH) -> Judgements:
        """Read the file."""
        found = tomllib.loads(path.read_text())
        return cls(
            reasons=tuple(_reason(code, row) for code, row in found["exclude"].items()),
            single=frozenset(found["single"]["operations"]),
            foreign=frozenset(found["foreign"]["operations"]),
            shadows=found["shadows"],
            results=found["results"],
            variants=_variants(found["listing"]),
            types=found["types"],
            homes=found["home"],
            prefixes=found["prefixes"],
            actions={
                operation: row["actions"]
                for row in found["exception"]
                for operation in row["operations"]
            },
            infrastructure=found["infrastructure"],
        )

    def special_actions(self, service: str, operation: str) -> list[str] | None:
        """Return the actions of an operation, or of all of a service's, where judged."""
        return self.actions.get(f"{service}:{operation}") or self.actions.get(f"{service}:*")

    def naming(self, key: str) -> Reason | None:
        """Return the reason that leaves out an operation by its name."""
        return next((reason for reason in self.reasons if reason.names(key)), None)

    def covering(self, key: str, noun: str) -> list[Reason]:
        """List the reasons that leave out an operation's service or noun."""
        return [reason for reason in self.reasons if reason.covers(key, noun)]

    @property
    def given(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the parameters that some variant of an operation sends."""
        return {key: some[0].params for key, some in self.variants.items()}


def _reason(code: str, row: Mapping[str, Any]) -> Reason:
    names = ("operations", "services", "words", "kept", "whole")
    sets = {name: frozenset(row.get(name, ())) for name in names}
    return Reason(
        code, row["text"], unless_named_by_iam=row.get("unless_named_by_iam", False), **sets
    )


def _variants(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Sequence[Variant]]:
    found: dict[str, list[Variant]] = {}
    for row in rows:
        variant = Variant(row["params"], row.get("type", ""), row.get("home", ""))
        found.setdefault(row["operation"], []).append(variant)
    return found
