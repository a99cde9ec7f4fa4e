"""Take names of operations, members and types apart, so that they can be compared; pure."""

from __future__ import annotations

import re
from functools import cache

_VERB = re.compile(r"(List|Describe|Get)(?=[A-Z])")
_WORD = re.compile(r"V\d+|[A-Z]+s?(?=[A-Z][a-z]|\d|$)|[A-Z]?[a-z]+|[A-Z]+|\d+")
_AS_THEY_ARE = {
    "status",
    "chassis",
    "dns",
    "kms",
    "sms",
    "aws",
    "access",
    "alias",
    "analysis",
    "os",
}
_IRREGULAR = {
    "aliases": "alias",
    "analyses": "analysis",
    "bases": "base",
    "caches": "cache",
    "caselist": "case",
    "databases": "database",
    "gateways": "gateway",
    "indices": "index",
    "indexes": "index",
    "leases": "lease",
    "lenses": "lens",
    "metadata": "metadata",
    "policies": "policy",
    "purchases": "purchase",
    "releases": "release",
    "responses": "response",
    "series": "series",
    "statuses": "status",
    "taxes": "tax",
    "use": "use",
    "versions": "version",
}


def noun_of(operation: str) -> str:
    """Return what a read operation is about, as AWS spells it: `DescribeVpcs` → `Vpcs`."""
    return _VERB.sub("", operation, count=1)


def is_listing(operation: str) -> bool:
    """Say whether the name is that of a list, describe or get operation."""
    return _VERB.match(operation) is not None


@cache
def words(name: str) -> tuple[str, ...]:
    """Split a name at its capitals: `DescribeDBClusters` → `describe db clusters`."""
    return tuple(found.lower() for found in _WORD.findall(name))


@cache
def singular(name: str) -> tuple[str, ...]:
    """Split a plural noun into words, the last one singular."""
    *first, last = words(name) or ("",)
    if re.fullmatch(r"v?\d+", last) and first:
        return (*singular_words(tuple(first)), last)
    return singular_words((*first, last))


def singular_words(found: tuple[str, ...]) -> tuple[str, ...]:
    """Make the last of some words singular."""
    *first, last = found
    return (*first, _one(last))


def _one(word: str) -> str:
    if word in _AS_THEY_ARE:
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word.removesuffix("s") if not word.endswith("ss") else word


def one_of(name: str) -> str:
    """Name one of a list, in the list's own spelling: `QueueUrls` → `QueueUrl`."""
    found = _WORD.findall(name.removesuffix("List"))
    name = name.removesuffix("List") or name
    last = found[-1] if found else name
    one = _one(last.lower())
    return name.removesuffix(last) + (last[0] + one[1:] if last != last.upper() else last)


def plain(name: str) -> str:
    """Reduce a name to small letters and digits: `DBClusterArn` and `db-cluster-arn` are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def kebab(words: tuple[str, ...]) -> str:
    """Spell words as the catalogue does: `db-cluster-snapshot`."""
    return "-".join(words)
