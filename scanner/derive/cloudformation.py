"""Read CloudFormation's schemas, as cfn-lint packs them: which type is what an operation lists."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from scanner.derive.packages import folder_of
from scanner.derive.words import plain, singular

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

NOT_AWS = "sam"
"""The provider file that describes no region, but a template language of its own."""

COPIED = ("us-iso", "eu-iso", "eusc-")
"""Regions of which cfn-lint has no list of its own: theirs are copies of us-east-1's."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What a CloudFormation type says about itself."""

    name: str
    identifier: tuple[str, ...]
    listed_with: frozenset[str]
    prefixes: frozenset[str]

    @property
    def noun(self) -> tuple[str, ...]:
        """Return the words of the type's last part."""
        return singular(self.name.rpartition("::")[2])

    @property
    def family(self) -> str:
        """Return the type's service, as CloudFormation calls it, without capitals."""
        return plain(self.name.split("::")[1])


def regional_types() -> Mapping[str, frozenset[str]]:
    """Map each region to the types that exist there."""
    found = {}
    for path in sorted(_folder().glob("providers/*.json")):
        region = path.stem
        if region != NOT_AWS and not region.startswith(COPIED):
            found[region] = frozenset(json.loads(path.read_bytes()))
    return found


@cache
def schemas() -> Mapping[str, Schema]:
    """Read the schema of every type of AWS's own."""
    files: dict[str, str] = {}
    for path in sorted(_folder().glob("providers/*.json")):
        if path.stem != NOT_AWS:
            for name, digest in json.loads(path.read_bytes()).items():
                files.setdefault(name, digest)
    return {
        name: _schema(name, json.loads((_folder() / f"resources/{digest}.json").read_bytes()))
        for name, digest in sorted(files.items())
        if name.startswith("AWS::")
    }


def match(noun: str, actions: Iterable[str], service: str) -> Schema | None:
    """Find the type that is surely what a list operation lists: the noun and the service fit.

    The operation's `actions` must have one of the type's own IAM prefixes. Of several types, the
    one whose list handler uses an action is meant, or the one whose service CloudFormation calls
    as botocore does.
    """
    wanted = {action.lower() for action in actions}
    prefixes = {action.partition(":")[0] for action in wanted}
    words = "".join(singular(noun))
    for spelling in (words, plain(service) + words):
        same = [each for each in _by_noun().get(spelling, ()) if each.prefixes & prefixes]
        listed = [each for each in same if each.listed_with & wanted]
        named = [each for each in same if each.family == plain(service)]
        for some in (listed, named, same):
            if len(some) == 1:
                return some[0]
    return None


@cache
def _by_noun() -> Mapping[str, list[Schema]]:
    found: dict[str, list[Schema]] = {}
    for each in schemas().values():
        for noun in _spellings(each):
            found.setdefault(noun, []).append(each)
    return found


def _spellings(schema: Schema) -> Iterator[str]:
    """Yield the type's noun, and with the service before or without it: `EventBus`, `Bus`."""
    noun = "".join(schema.noun)
    yield noun
    if noun.startswith(schema.family) and noun != schema.family:
        yield noun.removeprefix(schema.family)


def _schema(name: str, document: Mapping[str, Any]) -> Schema:
    handlers: Mapping[str, Any] = document.get("handlers", {})
    permitted = [one.lower() for each in handlers.values() for one in each.get("permissions", ())]
    return Schema(
        name=name,
        identifier=tuple(path.rpartition("/")[2] for path in document.get("primaryIdentifier", ())),
        listed_with=frozenset(
            one.lower() for one in handlers.get("list", {}).get("permissions", ())
        ),
        prefixes=_own_prefixes(name, permitted),
    )


def _own_prefixes(name: str, permitted: list[str]) -> frozenset[str]:
    """Tell the prefix of a type's own service from those of what it merely touches (`kms`)."""
    noun = "".join(singular(name.rpartition("::")[2]))
    counts = Counter(one.partition(":")[0] for one in permitted)
    named = {one.partition(":")[0] for one in permitted if noun in one.partition(":")[2]}
    return frozenset(named | {prefix for prefix, _ in counts.most_common(1)})


def _folder() -> Path:
    return folder_of("cfnlint") / "data/schemas"
