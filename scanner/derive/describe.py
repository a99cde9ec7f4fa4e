"""Write down what an operation lists as a resource type; it decides nothing about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scanner.derive import models
from scanner.derive.endpoints import FIRST, home_of
from scanner.derive.identity import Identity, Subject, identify
from scanner.derive.judgements import Variant
from scanner.derive.secrets import secret_paths
from scanner.derive.words import kebab, one_of, singular, words
from scanner.model.resource import Call, ResourceType

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.derive.authorization import Authorization, Grant
    from scanner.derive.funnel import Candidate
    from scanner.derive.judgements import Judgements
    from scanner.derive.models import Listing

AS_IT_IS = (Variant(),)


@dataclass(frozen=True, slots=True)
class Derived:
    """A resource type, and what listing it needs."""

    type: ResourceType
    grant: Grant


def described(
    candidate: Candidate,
    owners: Mapping[str, str],
    judged: Judgements,
    authorization: Authorization,
) -> Iterator[Derived]:
    """Yield the types of an operation: one, or one for each of its variants."""
    listing = candidate.listing
    out, identity, secrets = _contents(candidate, judged, authorization)
    for variant in judged.variants.get(listing.key, AS_IT_IS):
        params = models.constants(listing.model) | dict(variant.params)
        home = _home(listing, variant, judged)
        declared = ResourceType(
            variant.type or _type_name(candidate, owners, judged),
            service=listing.service,
            list=Call(listing.operation, params, out=out),
            id=identity.id,
            arn=identity.arn,
            name=identity.name,
            created=identity.created,
            tags=identity.tags,
            redact=secrets,
            derived=True,
        )
        yield Derived(declared if home is None else _worldwide(declared, home), candidate.grant)


def _worldwide(declared: ResourceType, home: str) -> ResourceType:
    """List the type once an account; an ARN with a region can't be built then."""
    arn = "" if "{region}" in declared.arn else declared.arn
    return replace(declared, scope="global", home=home, arn=arn)


def _home(listing: Listing, variant: Variant, judged: Judgements) -> str | None:
    """Return the region that answers for all, empty for the partition's first; None: each."""
    for key in (listing.key, listing.service):
        if key in judged.homes:
            return judged.homes[key]
    home = variant.home or home_of(listing.service)
    return "" if home == FIRST and not variant.home else home


def _type_name(candidate: Candidate, owners: Mapping[str, str], judged: Judgements) -> str:
    listing = candidate.listing
    name = judged.types.get(listing.key) or (candidate.schema.name if candidate.schema else "")
    if owners.get(name) == listing.key:
        return name
    noun = words(listing.noun) if listing.single else singular(listing.noun)
    return f"{listing.service}:{kebab(noun)}"


def _contents(
    candidate: Candidate, judged: Judgements, authorization: Authorization
) -> tuple[str, Identity, tuple[str, ...]]:
    """Say where the items are, what identifies them, and where they may hold secrets."""
    listing = candidate.listing
    path = ".".join(listing.path)
    item = listing.item
    if listing.single and item is not None:
        return "[@]", Identity(id="{account}"), secret_paths(item)
    if item is None or item.type_name != "structure":
        member = one_of(listing.path[-1])
        named = (member, item.name if item else "")
        arn = member if any(name.lower().endswith("arn") for name in named) else ""
        return f"{path}[].{{{member}: @}}", Identity(id=member, arn=arn, name=_name(member)), ()
    subject = Subject.of(listing.noun, item, own_resource=listing.key not in judged.foreign)
    primary = candidate.schema.identifier if candidate.schema else ()
    patterns = dict(authorization.patterns(listing.service))
    return path, identify(subject, primary, patterns), secret_paths(item)


def _name(member: str) -> str:
    return member if member.lower().endswith("name") else ""
