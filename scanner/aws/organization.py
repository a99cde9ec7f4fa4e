"""Find the accounts of a run, each in or out for a reason; reads Organizations, enters none."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from scanner.aws.directory import FAILURES, Directory, concurrently, is_unit_id
from scanner.aws.faults import Kind, classify
from scanner.model.errors import DiscoveryError, SettingsError
from scanner.model.target import Candidate, is_account_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scanner.aws.directory import Member

_NOT_IN_USE = "AWSOrganizationsNotInUseException"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which accounts a run is to visit; left empty, the active members of the organization.

    `accounts` are named by the user and are in or out as their file says; naming the
    management account asks for it. An account is in where it is below one of `ous` and has
    all `tags`, whose values may be globs.
    """

    accounts: tuple[Candidate, ...] = ()
    ous: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    exclude: frozenset[str] = frozenset()
    include_management: bool = False

    def __post_init__(self) -> None:
        for ou in self.ous:
            if not is_unit_id(ou):
                raise SettingsError(f"--ou {ou!r} is not the id of a root or unit (r-…, ou-…-…)")
        for account_id in sorted(self.exclude):
            if not is_account_id(account_id):
                raise SettingsError(f"--exclude-accounts {account_id!r} is not an account id")

    @property
    def needs_organization(self) -> bool:
        """Say whether only Organizations can tell which accounts are meant."""
        untagged = any(each.account.tags is None for each in self.accounts)
        return not self.accounts or bool(self.ous) or (bool(self.tags) and untagged)


async def find_accounts(
    client: Any, selection: Selection, *, caller_account: str
) -> tuple[Candidate, ...]:
    """Find every account that comes into question, by id, with the reason it is in or out.

    `client` is an Organizations client. Raises DiscoveryError where no account is in, or
    where Organizations is needed and can't be read; SettingsError for an unknown unit.
    """
    try:
        candidates = await _survey(Directory(client), selection)
    except FAILURES as exc:
        raise DiscoveryError(unreadable(exc, caller_account)) from exc
    if not any(each.included for each in candidates):
        raise DiscoveryError(_nobody(candidates))
    return tuple(sorted(candidates, key=lambda each: each.account.id))


async def _survey(directory: Directory, selection: Selection) -> list[Candidate]:
    find = _named if selection.accounts else _everyone
    candidates = [
        _out(each, "excluded by --exclude-accounts")
        if each.account.id in selection.exclude
        else each
        for each in await find(directory, selection)
    ]
    if selection.ous:
        candidates = await _within(directory, selection.ous, candidates)
    if selection.tags:
        candidates = await _tagged(directory, selection.tags, candidates)
    return candidates


async def _everyone(directory: Directory, selection: Selection) -> list[Candidate]:
    members = await directory.members()
    management = None if selection.include_management else await directory.management()
    return [_member(each, management) for each in members.values()]


def _member(member: Member, management: str | None) -> Candidate:
    candidate = Candidate(member.account, included=True, reason="active in the organization")
    if member.state != "ACTIVE":
        return _out(candidate, f"state is {member.state}")
    if member.account.id == management:
        return _out(candidate, "management account, without --include-management")
    return candidate


async def _named(directory: Directory, selection: Selection) -> list[Candidate]:
    """Complete the accounts that the user named with what Organizations knows, if it answers."""
    try:
        members = await directory.members()
    except (*FAILURES, DiscoveryError) as exc:
        if selection.needs_organization:
            raise
        note = f"; Organizations not read: {classify(exc).code}"
        return [replace(each, reason=each.reason + note) for each in selection.accounts]
    return [_completed(each, members.get(each.account.id)) for each in selection.accounts]


def _completed(candidate: Candidate, member: Member | None) -> Candidate:
    if member is None:
        return replace(candidate, reason=f"{candidate.reason}; not in this organization")
    account = replace(
        candidate.account,
        name=candidate.account.name or member.account.name,
        partition=member.account.partition,
        ou=member.account.ou,
    )
    candidate = replace(candidate, account=account)
    active = member.state == "ACTIVE"
    return candidate if active else _out(candidate, f"state is {member.state}")


async def _within(
    directory: Directory, ous: tuple[str, ...], candidates: list[Candidate]
) -> list[Candidate]:
    """Leave out what is not below one of the units; walks only where no path tells it."""
    paths = {each.account.id: each.account.ou for each in candidates if each.included}
    known = {account: path for account, path in paths.items() if path}
    seen = {unit for path in known.values() for unit in path.split("/")}
    walked = ous if len(known) < len(paths) else [ou for ou in ous if ou not in seen]
    inside = {
        **{account: path for account, path in known.items() if not _disjoint(path, ous)},
        **await directory.walk(walked),
    }
    return [_placed(each, inside, f"not in {', '.join(ous)}") for each in candidates]


def _disjoint(path: str, ous: Iterable[str]) -> bool:
    return set(path.split("/")).isdisjoint(ous)


def _placed(candidate: Candidate, inside: Mapping[str, str], otherwise: str) -> Candidate:
    path = inside.get(candidate.account.id)
    if path is None:
        return _out(candidate, otherwise)
    return replace(candidate, account=replace(candidate.account, ou=path))


async def _tagged(
    directory: Directory, wanted: Mapping[str, str], candidates: list[Candidate]
) -> list[Candidate]:
    """Leave out what lacks a tag; tags that a file gave are not asked for."""
    asked = [each.account.id for each in candidates if each.included and each.account.tags is None]
    answers = await concurrently(directory.tags, asked)
    return [_matched(each, answers.get(each.account.id), wanted) for each in candidates]


def _matched(
    candidate: Candidate, answer: Mapping[str, str] | None, wanted: Mapping[str, str]
) -> Candidate:
    tags = candidate.account.tags if answer is None else answer
    if tags is None:
        return _out(candidate, "not in this organization, which keeps its tags")
    for key, value in wanted.items():
        if key not in tags or not fnmatchcase(tags[key], value):
            return _out(candidate, f"tag {key} is not {value}")
    return replace(candidate, account=replace(candidate.account, tags=tags))


def _out(candidate: Candidate, reason: str) -> Candidate:
    """Leave a candidate out; the first reason stays."""
    return replace(candidate, included=False, reason=reason) if candidate.included else candidate


def unreadable(exc: BaseException, caller_account: str) -> str:
    """Say why Organizations could not be read, and what to do about it."""
    verdict = classify(exc)
    hint = verdict.hint
    if verdict.code == _NOT_IN_USE or verdict.kind in (Kind.DENIED, Kind.DENIED_SCP):
        hint = "run from the management account or a delegated administrator, or give --accounts"
    problem = f"account {caller_account} can't read Organizations: {verdict.code}"
    return f"{problem}: {verdict.message}" + (f" ({hint})" if hint else "")


def _nobody(candidates: list[Candidate]) -> str:
    reasons = Counter(each.reason for each in candidates).most_common(5)
    told = "; ".join(f"{count} x {reason}" for reason, count in reasons)
    return (
        f"no account to scan: {len(candidates)} seen{': ' if told else ''}{told} "
        "(check --accounts, --ou, --account-tag, --exclude-accounts, --include-management)"
    )
