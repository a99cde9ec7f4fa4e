"""Look at who is asking and whether the organization answers; it enters no account."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from scanner.app.doctor.diagnosis import Diagnosis, Severity, bare, some
from scanner.aws.pages import ask
from scanner.aws.visit import Meter, visiting
from scanner.model.errors import CallError, Denied

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.app.link import Link
    from scanner.model.target import Candidate
    from scanner.settings import Settings

SKEW, LARGEST_SKEW = 60.0, 240.0
"""Seconds off that deserve a word, and that are too near the five minutes which AWS bears."""

_SOURCES = {
    "env": "environment variables",
    "shared-credentials-file": "the credentials file",
    "config-file": "the configuration file",
    "iam-role": "the instance's role",
    "container-role": "the container's role",
    "sso": "IAM Identity Center",
    "assume-role": "a profile that assumes a role",
    "assume-role-with-web-identity": "a web identity",
    "custom-process": "a credential process",
}
"""botocore's words for where credentials come from, in ours."""

_NOT_IN_USE = "AWSOrganizationsNotInUseException"


def identity(link: Link) -> Diagnosis:
    """Say who is asking."""
    central = link.central
    source = _SOURCES.get(central.source, central.source)
    text = f"{central.arn} in partition {central.partition}, from {source}"
    return Diagnosis(Severity.OK, "identity", text, accounts=(central.account_id,))


def clock(ahead: float | None) -> Diagnosis:
    """Compare this machine's clock with that of AWS."""
    if ahead is None:
        return Diagnosis(Severity.WARNING, "clock", "AWS's answer told no time to compare with")
    off = f"{abs(ahead):,.0f} s {'ahead of' if ahead > 0 else 'behind'} that of AWS"
    if abs(ahead) <= SKEW:
        return Diagnosis(Severity.OK, "clock", "this machine's clock agrees with that of AWS")
    bad = abs(ahead) > LARGEST_SKEW
    return Diagnosis(
        Severity.PROBLEM if bad else Severity.WARNING,
        "clock",
        f"this machine's clock is {off}; beyond 300 s AWS refuses what it signs",
        "set the clock, and keep it in step (chrony, systemd-timesyncd)",
    )


async def organization(settings: Settings, link: Link) -> list[Diagnosis]:
    """Ask once for each thing that this selection of accounts needs of Organizations."""
    central = link.central
    refused: list[tuple[str, CallError]] = []
    management = ""
    with visiting(central, Meter()):
        async with link.clients.use("organizations", central.home) as client:
            for operation, params in _needed(settings, central.account_id):
                try:
                    answer = await ask(link.gate, client, operation, params)
                except CallError as exc:
                    refused.append((operation, exc))
                else:
                    told = answer.get("Organization", {}).get("MasterAccountId", "")
                    management = management or told
    if refused:
        return [_refused(settings, link, operation, exc) for operation, exc in refused]
    what = _standing(central.account_id, management)
    return [Diagnosis(Severity.OK, "organization", f"can be read, from {what}")]


def _needed(settings: Settings, account_id: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "DescribeOrganization", {}
    yield "ListAccounts", {"MaxResults": 1}
    for ou in settings.ou[:1]:
        if ou.startswith("ou-"):
            yield "ListParents", {"ChildId": ou}
        yield "ListAccountsForParent", {"ParentId": ou, "MaxResults": 1}
        yield "ListOrganizationalUnitsForParent", {"ParentId": ou, "MaxResults": 1}
    if settings.account_tag:
        yield "ListTagsForResource", {"ResourceId": account_id}


def _standing(account_id: str, management: str) -> str:
    """Tell what an account is that Organizations answers: only these two kinds get answers."""
    if account_id == management:
        return "its management account"
    return f"a delegated administrator (the management account is {management})"


def _refused(settings: Settings, link: Link, operation: str, exc: CallError) -> Diagnosis:
    arn = link.central.arn
    action = f"organizations:{operation}"
    if exc.code == _NOT_IN_USE:
        remedy = "name the accounts: --accounts ID,ID or @FILE"
    elif isinstance(exc, Denied):
        remedy = (
            f"allow {action} to {arn} (scanner iam --document central), in the management account "
            "or a delegated administrator; or name the accounts with --accounts"
        )
    else:
        remedy = "try again; should it stay so, name the accounts with --accounts"
    severity = Severity.PROBLEM if _is_needed(settings, operation) else Severity.WARNING
    text = f"{action}: {exc.code}: {bare(exc.message)}"
    return Diagnosis(severity, "organization", text, remedy, names=(action,))


def _is_needed(settings: Settings, operation: str) -> bool:
    """Say whether accounts can't be chosen without; where all are named, only names are lost."""
    if operation == "DescribeOrganization":
        return not settings.accounts and not settings.include_management
    return not settings.accounts or bool(settings.ou or settings.account_tag)


def selection(candidates: Iterable[Candidate]) -> Diagnosis:
    """Say which accounts are in, and why others are out."""
    everyone = list(candidates)
    included = [each.account.id for each in everyone if each.included]
    out = Counter(each.reason for each in everyone if not each.included)
    told = [f"{count} x {reason}" for reason, count in out.most_common()]
    text = f"{len(included):,} of {len(everyone):,} accounts are meant"
    if told:
        text += f"; not: {some(told)}"
    return Diagnosis(Severity.OK, "accounts", text, accounts=tuple(included))
