"""Decide on every list operation: a resource type it becomes, or the reason why none; pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.derive import cloudformation, models
from scanner.derive.authorization import READING
from scanner.derive.describe import Derived, described
from scanner.derive.words import plain, singular

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scanner.derive.authorization import Authorization, Grant
    from scanner.derive.cloudformation import Schema
    from scanner.derive.judgements import Judgements
    from scanner.derive.models import Listing

REASONS = {
    "not-read-only": "the operation's access level is neither List nor Read",
    "unknown-action": "the Service Authorization Reference does not know what it needs",
    "unclear": "the model does not tell which of the answer's lists is meant, or of what",
}
"""The reasons that follow from the facts; the others are judged by hand."""


@dataclass(frozen=True, slots=True)
class Excluded:
    """An operation that lists something and is left out."""

    service: str
    operation: str
    reason: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """An operation that may become a type, with what the facts say of it."""

    listing: Listing
    grant: Grant
    schema: Schema | None

    @property
    def size(self) -> tuple[int, str]:
        """Order operations that list the same by how much they tell."""
        item = self.listing.item
        return len(getattr(item, "members", ())), self.listing.operation


class Funnel:
    """Sorts the operations of all services into types and exclusions."""

    def __init__(self, judgements: Judgements, authorization: Authorization) -> None:
        self._judged = judgements
        self._authorization = authorization
        self.excluded: list[Excluded] = []

    def run(self) -> list[Derived]:
        """Return the types, by service and operation; fills `excluded` by the way."""
        candidates = [found for service in models.services() for found in self._of(service)]
        chosen = self._without_doubles(candidates)
        owners = _owners(chosen, self._judged)
        return [
            derived
            for candidate in chosen
            for derived in described(candidate, owners, self._judged, self._authorization)
        ]

    def _of(self, service: str) -> Iterable[Candidate]:
        for listing in models.listings(service, self._judged):
            found = self._candidate(listing)
            if isinstance(found, str):
                self._leave_out(listing, found)
            else:
                yield found

    def _leave_out(self, listing: Listing, reason: str) -> None:
        self.excluded.append(Excluded(listing.service, listing.operation, reason))

    def _candidate(self, listing: Listing) -> Candidate | str:
        """Return a candidate, or the code of the reason why it is none."""
        if named := self._judged.naming(listing.key):
            return named.code
        if problem := _problem(listing):
            return problem
        grant = self._authorization.grant(listing.service, listing.operation)
        if grant is None or grant.access not in READING:
            return "not-read-only" if grant else "unknown-action"
        schema = cloudformation.match(listing.noun, grant.actions, listing.service)
        known = schema or listing.single or listing.key in self._judged.types
        covering = () if known else self._judged.covering(listing.key, listing.noun)
        for reason in covering:
            if not (reason.unless_named_by_iam and self._named_by_iam(listing)):
                return reason.code
        return Candidate(listing, grant, schema)

    def _named_by_iam(self, listing: Listing) -> bool:
        noun = "".join(singular(listing.noun))
        return noun in {plain(name) for name, _ in self._authorization.patterns(listing.service)}

    def _without_doubles(self, candidates: list[Candidate]) -> list[Candidate]:
        """Keep one operation of those that list the same, the one that tells most."""
        same: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
        for candidate in candidates:
            same[candidate.listing.service, _noun(candidate)].append(candidate)
        chosen = []
        for (service, noun), some in same.items():
            best = max(some, key=lambda each: each.size)
            shadowed = (self._judged.shadows.get(service, ""), noun) in same
            for candidate in some:
                if candidate is best and not shadowed:
                    chosen.append(candidate)
                else:
                    self._leave_out(candidate.listing, "duplicate")
        return chosen


def _problem(listing: Listing) -> str:
    if listing.model.deprecated:
        return "retired"
    known = listing.item is not None and listing.item.type_name in ("structure", "string")
    return "" if known else "unclear"


def _noun(candidate: Candidate) -> str:
    return "".join(word for word in singular(candidate.listing.noun) if word != "v2")


def _owners(candidates: list[Candidate], judged: Judgements) -> Mapping[str, str]:
    """Tell which operation bears a CloudFormation name that several claim."""
    claims: dict[str, list[tuple[tuple[bool, bool, str], str]]] = defaultdict(list)
    for each in candidates:
        if each.schema and each.listing.key not in judged.types:
            listed = bool(each.schema.listed_with & {one.lower() for one in each.grant.actions})
            named = plain(each.listing.service) == each.schema.family
            claims[each.schema.name].append(((listed, named, each.listing.key), each.listing.key))
    judged_names = {name: key for key, name in judged.types.items()}
    return {name: max(some)[1] for name, some in claims.items()} | judged_names
