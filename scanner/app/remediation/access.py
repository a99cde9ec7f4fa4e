"""Enter accounts for what a plan changes there, and for nothing else; it calls nothing."""

from __future__ import annotations

import getpass
import os
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from scanner.app.iam import SESSION_SIZE, compact
from scanner.app.link import Warrant
from scanner.aws.grant import Planned, Where
from scanner.catalog import actions_of_operation
from scanner.catalog.scope import bound_of
from scanner.model.errors import ChangeRefused, SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from scanner.aws.access import Access
    from scanner.model.change import Write
    from scanner.model.planned import Change, ChangePlan
    from scanner.model.target import Account
    from scanner.settings import Settings

ANYTHING = "*"
READING = ("Describe*", "Get*", "List*")
"""What a waiter, or many different reads of a service, may call."""

_OPERATOR = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)

Scopes = dict[str, frozenset[str]]
"""The ARNs that each action is for."""


def operator_of(settings: Settings) -> str:
    """Return who makes the changes; raises SettingsError for a name that AWS does not take."""
    name = settings.source_identity or getpass.getuser()
    if not _OPERATOR.fullmatch(name):
        raise SettingsError(
            f"--source-identity: {name!r} can't be told to AWS: 2 to 64 of letters, digits, _+=,.@-"
        )
    return name


def warrant_of(plan: ChangePlan, settings: Settings, operator: str, *, dry: bool) -> Warrant:
    """Make the warrant of an apply; raises ChangeRefused where STS takes no policy so long."""
    by_account: dict[str, list[Change]] = defaultdict(list)
    for change in plan.changes:
        by_account[change.account_id].append(change)
    entering = _Entering(
        operator=operator,
        digest=plan.digest,
        policies={account: policy_of(changes, dry=dry) for account, changes in by_account.items()}
        if settings.session_policy == "auto"
        else None,
    )
    planned = Planned(
        (Where(change.account_id, change.endpoint), write)
        for change in plan.changes
        for write in change.writes
    )
    return Warrant(None if dry else planned, entering.access)


@dataclass(frozen=True, slots=True)
class _Entering:
    """How each account is entered; without `policies` by what the settings say."""

    operator: str
    digest: str
    policies: Mapping[str, str] | None

    def access(self, access: Access, account: Account) -> Access:
        """Return the access to an account of the plan."""
        tags = {**access.tags, "scanner:plan": self.digest, "scanner:operator": self.operator}
        known = replace(access, source_identity=self.operator, tags=tags)
        if self.policies is None:
            return known
        return replace(known, policy=self.policies[account.id], policy_arns=())


def policy_of(changes: Sequence[Change], *, dry: bool = False) -> str:
    """Return the session policy for changes of one account: the narrowest that STS takes.

    Where the ARNs are too long they become patterns, then anything; then reads become patterns.
    """
    reads = {ANYTHING: _reads(changes)}
    writes: Scopes = {} if dry else _writes(changes)
    for scopes, looked in (
        (writes, reads),
        ({name: _patterns(arns) for name, arns in writes.items()}, reads),
        (dict.fromkeys(writes, frozenset({ANYTHING})), reads),
        (dict.fromkeys(writes, frozenset({ANYTHING})), {ANYTHING: _widened(reads[ANYTHING])}),
    ):
        text = compact({"Version": "2012-10-17", "Statement": [*_statements(scopes, looked)]})
        if len(text) <= SESSION_SIZE:
            return text
    raise ChangeRefused(
        f"nothing was changed: the calls in {changes[0].account_id} are too many different ones "
        "for a session policy: split the plan, or give --session-policy none"
    )


def actions_of(changes: Sequence[Change]) -> frozenset[str]:
    """Return every IAM action that making these changes takes; for the role that makes them."""
    return _reads(changes) | _writes(changes).keys()


def _statements(writes: Scopes, reads: Mapping[str, frozenset[str]]) -> Iterator[dict[str, Any]]:
    for resource, actions in reads.items():
        yield {"Effect": "Allow", "Action": sorted(actions), "Resource": resource}
    together: dict[frozenset[str], set[str]] = defaultdict(set)
    for action, arns in writes.items():
        together[frozenset({ANYTHING}) if ANYTHING in arns else arns].add(action)
    for arns, names in sorted(together.items(), key=lambda each: sorted(each[1])):
        yield {"Effect": "Allow", "Action": sorted(names), "Resource": sorted(arns)}


def _reads(changes: Iterable[Change]) -> frozenset[str]:
    found: set[str] = set()
    for change in changes:
        for call in change.reads:
            found.update(actions_of_operation(change.service, call.operation))
        for write in change.writes:
            if write.wait:
                found |= _widened(actions_of_operation(write.service, write.operation))
    return frozenset(found)


def _widened(actions: Iterable[str]) -> frozenset[str]:
    prefixes = {action.partition(":")[0] for action in actions}
    return frozenset(f"{prefix}:{verb}" for prefix in prefixes for verb in READING)


def _writes(changes: Iterable[Change]) -> Scopes:
    found: dict[str, set[str]] = defaultdict(set)
    for change in changes:
        for write in change.writes:
            for action in _actions_of(write):
                found[action].add(_scope(action, change.arn))
        for action in change.permissions:
            found[action].add(ANYTHING)
    return {action: frozenset(arns) for action, arns in found.items()}


def _actions_of(write: Write) -> Iterable[str]:
    known = actions_of_operation(write.service, write.operation)
    if not known:
        raise ChangeRefused(
            f"nothing was changed: the IAM actions of {write.service}:{write.operation} are not "
            "known: give --session-policy none"
        )
    return known


def _scope(action: str, arn: str | None) -> str:
    return (bound_of(action, arn) if arn else None) or ANYTHING


def _patterns(arns: frozenset[str]) -> frozenset[str]:
    """Return one pattern for ARNs: what they all begin with, as far as a name's part goes."""
    if ANYTHING in arns or len(arns) == 1:
        return arns
    common = os.path.commonprefix(sorted(arns))  # noqa: RUF071 — ARNs are no paths
    return frozenset({f"{common}*"}) if common.count(":") >= 5 else frozenset({ANYTHING})  # noqa: PLR2004 — an ARN's service, region and account
