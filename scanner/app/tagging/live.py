"""Judge again, on the tags that resources have now, what a run says can be mended; plan that."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from scanner.app.tagging.changes import ACTION, Tagged, change_of, pairs, read_of
from scanner.aws.visit import Meter, visiting
from scanner.catalog.tag_calls import TAGS, tag_calls
from scanner.engine.image import Camera, shows_secrets
from scanner.engine.live_tags import tags_by_arn
from scanner.engine.records import tags_of
from scanner.engine.spread import spread
from scanner.model.change import NONE, Found
from scanner.model.errors import AccountError, CallError
from scanner.model.planned import Skip, Why, why_of
from scanner.model.target import GLOBAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scanner.app.link import Link
    from scanner.catalog.tag_calls import TagCalls
    from scanner.model.finding import Subject
    from scanner.model.planned import Change
    from scanner.model.record import Record
    from scanner.policies.tagging.judge import Judge

AT_ONCE = 16
"""Accounts and regions that are asked together."""

_SILENT = "the Resource Groups Tagging API does not show the tags that the run saw"
_UNTAGGABLE = "no call that is known tags resources of this type"
_TELLING = "it would put a secret into the plan"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A resource that a run says can be mended, and how it is tagged."""

    subject: Subject
    found: Found
    calls: TagCalls


def candidate_of(record: Record, subject: Subject, calls: TagCalls) -> Candidate:
    """Make a candidate of a record; of its configuration only what its own calls need is kept."""
    found = Found.of(record, NONE)
    if calls.general:
        found = replace(found, configuration=NONE)
    return Candidate(subject, found, calls)


@dataclass(slots=True)
class Replan:
    """What comes of candidates: changes, and those that are not planned; `fine` need nothing."""

    link: Link
    judges: Mapping[str, Judge]
    camera: Camera
    candidates: dict[tuple[str, str], list[Candidate]] = field(
        default_factory=lambda: defaultdict(list)
    )
    changes: list[Change] = field(default_factory=list)
    skipped: list[Skip] = field(default_factory=list)
    fine: int = 0

    def add(self, record: Record, subject: Subject) -> None:
        """Take a resource that a run says can be mended."""
        calls = tag_calls(self.camera.types[subject.resource_type])
        if calls is None:
            self._skip(subject, Why.ERROR, _UNTAGGABLE)
        else:
            place = record.account_id, self._endpoint(record)
            self.candidates[place].append(candidate_of(record, subject, calls))

    async def run(self) -> None:
        """Look at every candidate again, many of an account and region a call."""
        await spread(AT_ONCE, self._place, list(self.candidates.items()))

    async def _place(self, place: tuple[tuple[str, str], list[Candidate]]) -> None:
        (account_id, region), candidates = place
        identity = self.link.leases.of(self.judges[account_id].owner.account)
        try:
            with visiting(identity, Meter()):
                await identity.fresh()
                await self._together([each for each in candidates if each.calls.general], region)
                for each in candidates:
                    if not each.calls.general:
                        await self._alone(each, region)
        except AccountError as exc:
            for each in candidates:
                self._skip(each.subject, Why.ACCOUNT, str(exc))

    async def _together(self, candidates: Iterable[Candidate], region: str) -> None:
        by_arn = {str(each.found.arn): each for each in candidates}
        if not by_arn:
            return
        link = self.link
        found, failed = await tags_by_arn(link.gate, link.clients, region, list(by_arn))
        for arn, each in by_arn.items():
            if arn in failed:
                self._failed(each.subject, failed[arn])
            elif arn not in found and each.found.tags:
                self._skip(each.subject, Why.GONE, _SILENT)
            else:
                self._judge(each, region, pairs(found.get(arn, {})))

    async def _alone(self, candidate: Candidate, region: str) -> None:
        read = read_of(candidate.found, candidate.calls)
        try:
            image = await self.camera.take(candidate.calls.service, region, (read,))
        except CallError as exc:
            self._failed(candidate.subject, exc)
        else:
            self._judge(candidate, region, image[TAGS] or [])

    def _judge(self, candidate: Candidate, region: str, image: list[dict[str, Any]]) -> None:
        subject, found = candidate.subject, replace(candidate.found, before={TAGS: image})
        shown = self.camera.shown(subject.resource_type, {TAGS: image})[TAGS]
        tags = tags_of(shown)
        judgement = self.judges[subject.account_id].judge(subject, tags)
        if not judgement.changes:
            self.fine += 1
            return
        change = change_of(Tagged(found, candidate.calls, region, tags), judgement)
        if any(shows_secrets(each.params) for each in (*change.writes, *change.undo)):
            self._skip(subject, Why.SECRET, _TELLING)
        else:
            self.changes.append(change)

    def _endpoint(self, record: Record) -> str:
        if record.region != GLOBAL:
            return record.region
        home = self.camera.types[record.resource_type].home
        return home or self.link.home_of(self.judges[record.account_id].owner.account)

    def _failed(self, subject: Subject, exc: CallError) -> None:
        self._skip(subject, why_of(exc), str(exc))

    def _skip(self, subject: Subject, why: Why, reason: str) -> None:
        place = subject.account_id, subject.region, subject.resource_type, subject.resource_id
        self.skipped.append(Skip(*place, policy="", action=ACTION, why=why, reason=reason))
