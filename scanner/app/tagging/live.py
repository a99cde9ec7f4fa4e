"""Judge again, on the tags that resources have now, what a run says can be mended; plan that."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scanner.app.tagging.changes import ACTION, Place, change_of
from scanner.aws.visit import Meter, visiting
from scanner.engine.live_tags import tags_by_arn
from scanner.engine.spread import spread
from scanner.model.errors import AccountError, CallError, Denied
from scanner.model.planned import Skip, Why
from scanner.model.target import GLOBAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scanner.app.link import Link
    from scanner.engine.redact import Redactor
    from scanner.model.finding import Subject
    from scanner.model.planned import Change
    from scanner.model.resource import ResourceType
    from scanner.policies.tagging.judge import Judge

AT_ONCE = 16
"""Accounts and regions that are asked together."""

_SILENT = "the Resource Groups Tagging API does not show the tags that the run saw"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A resource that a run says can be mended, and the tags it had then."""

    subject: Subject
    partition: str
    tags: Mapping[str, str]


@dataclass(slots=True)
class Replan:
    """What comes of candidates: changes, and those that are not planned; `fine` need nothing."""

    link: Link
    judges: Mapping[str, Judge]
    types: Mapping[str, ResourceType]
    redactor: Redactor
    changes: list[Change] = field(default_factory=list)
    skipped: list[Skip] = field(default_factory=list)
    fine: int = 0

    async def run(self, candidates: Iterable[Candidate]) -> None:
        """Look at every candidate again, a hundred of an account and region a call."""
        places: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
        for each in candidates:
            if each.subject.arn is None:
                self._skip(each, Why.UNKNOWN, "it has no ARN")
            else:
                places[each.subject.account_id, self._endpoint(each.subject)].append(each)
        await spread(AT_ONCE, self._place, [(*place, each) for place, each in places.items()])

    async def _place(self, place: tuple[str, str, list[Candidate]]) -> None:
        account_id, region, candidates = place
        arns = [str(each.subject.arn) for each in candidates]
        account = self.judges[account_id].owner.account
        try:
            with visiting(self.link.leases.of(account), Meter()):
                found, failed = await tags_by_arn(self.link.gate, self.link.clients, region, arns)
        except AccountError as exc:
            for each in candidates:
                self._skip(each, Why.ACCOUNT, str(exc))
            return
        for each, arn in zip(candidates, arns, strict=True):
            if arn in failed:
                self._failed(each, failed[arn])
            elif arn not in found and each.tags:
                self._skip(each, Why.GONE, _SILENT)
            else:
                self._judge(each, Place(each.partition, region), found.get(arn, {}))

    def _judge(self, candidate: Candidate, place: Place, tags: dict[str, str]) -> None:
        subject = candidate.subject
        self.redactor.hide(self.types[subject.resource_type], {}, {}, tags)
        found = self.judges[subject.account_id].judge(subject, tags)
        if found.changes:
            self.changes.append(change_of(subject, place, tags, found))
        else:
            self.fine += 1

    def _endpoint(self, subject: Subject) -> str:
        if subject.region not in (None, GLOBAL):
            return str(subject.region)
        return self.link.home_of(self.judges[subject.account_id].owner.account)

    def _failed(self, candidate: Candidate, exc: CallError) -> None:
        self._skip(candidate, Why.DENIED if isinstance(exc, Denied) else Why.ERROR, str(exc))

    def _skip(self, candidate: Candidate, why: Why, reason: str) -> None:
        subject = candidate.subject
        place = subject.account_id, subject.region, subject.resource_type, subject.resource_id
        self.skipped.append(Skip(*place, policy="", action=ACTION, why=why, reason=reason))
