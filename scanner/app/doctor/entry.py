"""Try to enter every account, with the external id and without; it does nothing inside."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scanner.app.discover import AT_ONCE
from scanner.app.doctor.diagnosis import Diagnosis, Severity, bare
from scanner.engine.spread import spread
from scanner.model.errors import AccountError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scanner.app.link import Link
    from scanner.model.target import Account
    from scanner.settings import Settings

_BY_IDENTITY = "no identity-based policy allows"
_BY_SCP = "service control policy"


@dataclass(slots=True)
class Entries:
    """How the accounts received us.

    `trusting` lets us in without the external id as well; of `unsure` ones that is not known.
    """

    entered: list[Account] = field(default_factory=list)
    refused: list[AccountError] = field(default_factory=list)
    guarded: list[str] = field(default_factory=list)
    trusting: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)


def calls(link: Link, accounts: Iterable[Account]) -> int:
    """Count the calls of AssumeRole that entering accounts takes."""
    return sum(0 if _is_own(link, account) else max(1, len(account.roles)) for account in accounts)


def _is_own(link: Link, account: Account) -> bool:
    return account.id == link.central.account_id and not account.roles


async def enter(settings: Settings, link: Link, accounts: Sequence[Account]) -> Entries:
    """Assume the role of every account; a second time without the external id, if one is used."""
    entries = Entries()

    async def visit(account: Account) -> None:
        try:
            await link.leases.of(account).fresh()
        except AccountError as exc:
            exc.with_traceback(None)
            entries.refused.append(exc)
            return
        entries.entered.append(account)
        if settings.external_id or account.external_id:
            await _try_without(link, account, entries)

    await spread(AT_ONCE, visit, accounts)
    entries.entered.sort(key=lambda account: account.id)
    return entries


async def _try_without(link: Link, account: Account, entries: Entries) -> None:
    if _is_own(link, account):
        return
    try:
        trusts = await link.leases.lets_strangers_in(account)
    except AccountError:
        entries.unsure.append(account.id)
    else:
        (entries.trusting if trusts else entries.guarded).append(account.id)


def diagnoses(settings: Settings, link: Link, entries: Entries) -> Iterator[Diagnosis]:
    """Say which accounts can be entered; the others by cause."""
    total = len(entries.entered) + len(entries.refused)
    if entries.entered:
        text = f"{len(entries.entered):,} of {total:,} accounts can be entered"
        ids = tuple(account.id for account in entries.entered)
        yield Diagnosis(Severity.OK, "roles", text, accounts=ids)
    for same in _by_cause(entries.refused):
        yield _refused(settings, link, same, total)
    yield from _external_ids(entries)


def _by_cause(refused: Sequence[AccountError]) -> list[list[AccountError]]:
    """Group what differs in the account only; the largest group comes first."""
    found: dict[str, list[AccountError]] = defaultdict(list)
    for each in sorted(refused, key=lambda each: each.account_id):
        found[_cause(each)].append(each)
    return sorted(found.values(), key=len, reverse=True)


def _cause(exc: AccountError) -> str:
    return bare(exc.message.replace(exc.account_id, "ACCOUNT"))


def _refused(settings: Settings, link: Link, same: Sequence[AccountError], total: int) -> Diagnosis:
    none_left = len(same) == total
    return Diagnosis(
        Severity.FATAL if none_left else Severity.PROBLEM,
        "roles",
        f"{len(same):,} of {total:,} accounts can't be entered: {_cause(same[0])}",
        _remedy(settings, link, same[0], all_alike=none_left),
        accounts=tuple(each.account_id for each in same),
    )


def _remedy(settings: Settings, link: Link, exc: AccountError, *, all_alike: bool) -> str:
    if "AccessDenied" not in exc.code:
        return "mend what AWS names, or leave the accounts out with --exclude-accounts"
    if _BY_SCP in exc.message:
        return "exempt the role from the policy, or leave the accounts out: --exclude-accounts"
    central = f"let {link.central.arn} assume it: scanner iam --document central"
    if _BY_IDENTITY in exc.message:
        return central
    secret = (
        "names the external id that was given"
        if settings.external_id
        else "asks for no external id (or give it: SCANNER_EXTERNAL_ID)"
    )
    member = (
        f"deploy the role there (scanner iam --role {settings.role} --document template) and see "
        f"that its trust policy names account {link.central.account_id} and {secret}"
    )
    return f"{central}; {member}" if all_alike else member


def _external_ids(entries: Entries) -> Iterator[Diagnosis]:
    if entries.guarded:
        text = f"{len(entries.guarded):,} roles refuse callers without the external id"
        yield Diagnosis(Severity.OK, "external id", text, accounts=tuple(sorted(entries.guarded)))
    if entries.trusting:
        yield Diagnosis(
            Severity.WARNING,
            "external id",
            f"{len(entries.trusting):,} roles let this caller in without the external id too: "
            "whoever can make it call may enter (the confused deputy)",
            "require sts:ExternalId in the trust policy: scanner iam --document trust",
            accounts=tuple(sorted(entries.trusting)),
        )
    if entries.unsure:
        yield Diagnosis(
            Severity.WARNING,
            "external id",
            f"{len(entries.unsure):,} roles did not say whether they insist on the external id",
            "ask again later",
            accounts=tuple(sorted(entries.unsure)),
        )
