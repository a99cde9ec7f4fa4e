"""Choose what identifies an item among its members: id, name, ARN, birthday, tags; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.derive.words import plain, singular, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from botocore.model import Shape

_BORN = (
    "createdat", "creationtime", "creationdate", "createtime", "createdtime", "createddate",
    "createdate", "creationdatetime", "createdatetime", "creationtimestamp", "createdtimestamp",
    "createtimestamp", "datecreated", "createdon", "timecreated", "timeofcreation", "created",
)  # fmt: skip
_TAGS = ("tags", "taglist", "tagset", "resourcetags", "tagsmap", "tag")
_PAIRS = ({"Key", "Value"}, {"key", "value"}, {"TagKey", "TagValue"}, {"tagKey", "tagValue"})
_SUMMED_UP = re.compile(
    r"(Summary|Summaries|ListEntry|ListItem|Entry|Item|Metadata|Detail|Details|Description|Info"
    r"|Data|Output|Overview|ForList|Record|Response|Listing|Type|V2)+$"
)
_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
_TARGET = {"Partition": "{partition}", "Region": "{region}", "Account": "{account}"}


@dataclass(frozen=True, slots=True)
class Identity:
    """The members that identify an item; empty where there is none."""

    id: str = ""
    arn: str = ""
    name: str = ""
    created: str = ""
    tags: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What items are called, with the members that may identify them by their plain names.

    `wholes` are the full names, `nouns` their ends, too. Without `own_resource` a member
    `ResourceArn` is another thing's.
    """

    wholes: tuple[str, ...]
    nouns: tuple[str, ...]
    members: Mapping[str, tuple[str, Shape]]
    own_resource: bool = True

    @classmethod
    def of(cls, noun: str, item: Shape, *, own_resource: bool = True) -> Subject:
        """Collect the direct members, and those of the member that is the thing itself."""
        names = (singular(noun), words(noun), singular(_SUMMED_UP.sub("", item.name) or item.name))
        nouns = _names(*names)
        members: dict[str, tuple[str, Shape]] = {}
        for name, shape in item.members.items():
            if shape.type_name == "structure" and plain(name) in nouns:
                members |= {plain(n): (f"{name}.{n}", s) for n, s in shape.members.items()}
        members |= {plain(name): (name, shape) for name, shape in item.members.items()}
        wholes = tuple(dict.fromkeys("".join(name) for name in names))
        return cls(wholes, nouns, members, own_resource)

    def first(self, candidates: Iterable[str], kinds: tuple[str, ...] = ("string",)) -> str:
        """Return the path of the first member there is of the candidates."""
        for candidate in candidates:
            path, shape = self.members.get(candidate, ("", None))
            if shape is not None and shape.type_name in kinds:
                return path
        return ""

    def called(self, ending: str) -> str:
        """Return the member `ending` or `<noun><ending>`: the thing's own, not another's."""
        names = [f"{whole}{ending}" for whole in self.wholes]
        return self.first([*names, ending, *(f"{noun}{ending}" for noun in self.nouns)])


def identify(subject: Subject, primary: tuple[str, ...], patterns: Mapping[str, str]) -> Identity:
    """Choose the members of an item.

    `primary` are the properties that identify the CloudFormation type; `patterns` are the
    service's ARN patterns by name.
    """
    ids = [subject.called(ending) for ending in ("id", "identifier")]
    name = subject.called("name")
    own = subject.called("arn")
    if not own and subject.own_resource:
        own = subject.first(("resourcearn",))
    by_primary = [subject.first((plain(each),)) for each in primary]
    only = by_primary[0] if len(by_primary) == 1 else ""
    several = "|".join(f"{{{path}}}" for path in by_primary) if all(by_primary) else ""
    return Identity(
        id=next((path for path in (only, *ids, name, own, several) if path), ""),
        arn=own or _built(subject, patterns),
        name=name or subject.first(("displayname", "title", "friendlyname", "label")),
        created=_birthday(subject),
        tags=_tags(subject),
    )


def _names(*spelled: tuple[str, ...]) -> tuple[str, ...]:
    """Return each name and its ends: `db cluster snapshot`, `cluster snapshot`, `snapshot`."""
    tails = ["".join(name[start:]) for name in spelled for start in range(len(name))]
    return tuple(dict.fromkeys(tails))


def _birthday(subject: Subject) -> str:
    kinds = ("timestamp", "string", "long")
    exact = subject.first(_BORN, kinds)
    if exact:
        return exact
    return subject.first([f"{noun}{born}" for noun in subject.nouns for born in _BORN], kinds)


def _tags(subject: Subject) -> str:
    for name in _TAGS:
        path, shape = subject.members.get(name, ("", None))
        if shape is not None and is_tags(shape):
            return path
    return ""


def is_tags(shape: Shape) -> bool:
    """Say whether a member is a map of strings or a list of pairs, as tags are."""
    if shape.type_name == "map":
        return bool(shape.value.type_name == "string")
    if shape.type_name != "list" or shape.member.type_name != "structure":
        return False
    return any(pair <= set(shape.member.members) for pair in _PAIRS)


def _built(subject: Subject, patterns: Mapping[str, str]) -> str:
    """Build an ARN template from the pattern of the thing's name, if the members fill it."""
    for noun in subject.wholes:
        for name, pattern in patterns.items():
            if plain(name) == noun and (template := _filled(subject, pattern)):
                return template
    return ""


def _filled(subject: Subject, pattern: str) -> str:
    if not pattern.startswith("arn:${Partition}:") or "*" in pattern:
        return ""
    found = {name: _TARGET.get(name) or _member(subject, name) for name in _names_in(pattern)}
    if not all(found.values()):
        return ""
    return _PLACEHOLDER.sub(lambda match: str(found[match[1]]), pattern)


def _names_in(pattern: str) -> list[str]:
    return [match[1] for match in _PLACEHOLDER.finditer(pattern)]


def _member(subject: Subject, placeholder: str) -> str:
    """Find the member that a pattern's placeholder stands for: of the same name, or its kind."""
    name = plain(placeholder)
    path = subject.first((name,))
    for ending in ("name", "id"):
        own = {f"{noun}{ending}" for noun in subject.nouns} | {ending, f"resource{ending}"}
        if not path and name in own:
            path = subject.called(ending)
    return f"{{{path}}}" if path else ""
