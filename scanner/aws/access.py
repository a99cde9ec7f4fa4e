"""Enter member accounts: one AssumeRole an account, renewed in time, shared by its tasks."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import anyio
from botocore.credentials import ReadOnlyCredentials

from scanner.aws.faults import Kind, classify
from scanner.aws.visit import Meter, visiting
from scanner.model.errors import AccountError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from scanner.aws.central import Central
    from scanner.aws.session import Clients
    from scanner.aws.visit import Identity
    from scanner.model.target import Account

MARGIN = 300.0
"""Seconds before their end at which credentials are renewed (a tenth of short ones)."""

RENEW_AGAIN = 30.0
"""Seconds after which a failed renewal is tried again, while the old credentials last."""

_ROLE_NAME = re.compile(r"[\w+=,.@/-]{1,576}", re.ASCII)
_ROLE_ARN = re.compile(r"arn:[^:]+:iam::([^:]+):role/(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Access:
    """How a member account is entered; `role` is a name, or an ARN with `{account}`.

    `duration` is in seconds. `policy` is a session policy (JSON), `policy_arns` managed ones.
    The external id is left out of the representation: it is a shared secret.
    """

    role: str
    external_id: str | None = field(default=None, repr=False)
    session_name: str = "scanner"
    duration: int = 3600
    source_identity: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    policy: str | None = None
    policy_arns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        arn = _ROLE_ARN.fullmatch(self.role)
        if not _ROLE_NAME.fullmatch(arn[2] if arn else self.role):
            raise SettingsError(f"--role {self.role!r} is neither a role name nor a role ARN")

    def roles(self, account: Account) -> tuple[str, ...]:
        """Return the ARNs to assume, each from the one before, to enter an account.

        Raises AccountError where the last would lead into another account.
        """
        arns = tuple(_arn(role, account) for role in account.roles or (self.role,))
        if _account_of(arns[-1]) != account.id:
            raise AccountError(account.id, "ForeignRole", f"{arns[-1]} is in another account")
        return arns

    def request(self, account: Account, role_arn: str) -> dict[str, Any]:
        """Write the parameters of AssumeRole; an account's own external id goes first."""
        optional = {
            "ExternalId": account.external_id or self.external_id,
            "SourceIdentity": self.source_identity,
            "Tags": [{"Key": key, "Value": value} for key, value in self.tags.items()],
            "Policy": self.policy,
            "PolicyArns": [{"arn": arn} for arn in self.policy_arns],
        }
        return {
            "RoleArn": role_arn,
            "RoleSessionName": self.session_name,
            "DurationSeconds": self.duration,
            **{key: value for key, value in optional.items() if value},
        }


def _arn(role: str, account: Account) -> str:
    if role.startswith("arn:"):
        return role.replace("{account}", account.id).replace("{partition}", account.partition)
    return f"arn:{account.partition}:iam::{account.id}:role/{role.lstrip('/')}"


def _account_of(role_arn: str) -> str:
    arn = _ROLE_ARN.fullmatch(role_arn)
    return arn[1] if arn else ""


@dataclass(frozen=True, slots=True)
class Granted:
    """Credentials of an assumed role; they are an identity too, for role chaining."""

    account_id: str
    frozen: ReadOnlyCredentials = field(repr=False)
    expires: float
    duration: float

    async def fresh(self) -> None:
        """Do nothing: a step of a chain is used at once."""

    def reject(self, refused: ReadOnlyCredentials) -> bool:  # noqa: ARG002 — a port's shape
        """Say that there are no other credentials to try."""
        return False


class Lease:
    """A member account's credentials for as long as the run needs them.

    Renewal is single-flight: the first task in need assumes the role, the others wait. Where
    renewing fails, the old credentials serve until they end; an account that can't be entered
    costs one AssumeRole in a run.
    """

    def __init__(
        self,
        account: Account,
        assume: Callable[[], Awaitable[Granted]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.account_id = account.id
        self._assume = assume
        self._clock = clock
        self._granted: Granted | None = None
        self._failed: AccountError | None = None
        self._renew_at = float("-inf")
        self._renewing = anyio.Lock()

    @property
    def frozen(self) -> ReadOnlyCredentials:
        """The current credentials; raises AccountError where the account was not entered."""
        if self._granted is None:
            raise self._failed or AccountError(self.account_id, "NotEntered", "was not entered")
        return self._granted.frozen

    async def fresh(self) -> None:
        """Assume the role where there is none or it ends soon; raises AccountError."""
        if self._clock() < self._renew_at:
            return
        async with self._renewing:
            if self._failed is not None:
                raise self._failed
            if self._clock() >= self._renew_at:
                await self._renew()

    def reject(self, refused: ReadOnlyCredentials) -> bool:
        """Let credentials that AWS refused end now, unless they were renewed in the meantime.

        They stay at hand until others are there: calls on their way must sign with something,
        and are made again like this one.
        """
        if self._granted is not None and self._granted.frozen is refused:
            self._granted = replace(self._granted, expires=float("-inf"))
            self._renew_at = float("-inf")
        return True

    async def _renew(self) -> None:
        try:
            granted = await self._assume()
        except AccountError as exc:
            if self._granted is None or self._clock() >= self._granted.expires:
                self._failed, self._granted = exc, None
                raise
            self._renew_at = min(self._granted.expires, self._clock() + RENEW_AGAIN)
        else:
            self._granted = granted
            self._renew_at = granted.expires - min(MARGIN, granted.duration / 10)


class Leases:
    """The leases of a run, one an account; the caller's own account needs no role.

    `particular` makes of the run's access that of an account; without it they are the same.
    """

    def __init__(
        self,
        central: Central,
        clients: Clients,
        access: Access,
        clock: Callable[[], float] = time.time,
        particular: Callable[[Access, Account], Access] | None = None,
    ) -> None:
        self._central = central
        self._clients = clients
        self._access = access
        self._particular = particular
        self._clock = clock
        self._leases: dict[str, Lease] = {}

    def of(self, account: Account) -> Identity:
        """Return the identity that acts in an account."""
        if account.id == self._central.account_id and not account.roles:
            return self._central
        if account.id not in self._leases:
            self._leases[account.id] = Lease(account, lambda: self._enter(account), self._clock)
        return self._leases[account.id]

    async def lets_strangers_in(self, account: Account) -> bool:
        """Say whether an account's role can be assumed without the external id, too.

        What a success grants is dropped at once. Raises AccountError where AWS did not say.
        """
        stranger = replace(account, external_id=None)
        try:
            await self._enter(stranger, replace(self._access, external_id=None))
        except AccountError as exc:
            cause = exc.__cause__
            if cause and classify(cause).kind in (Kind.DENIED, Kind.DENIED_SCP):
                return False
            raise
        return True

    def _access_to(self, account: Account) -> Access:
        return self._particular(self._access, account) if self._particular else self._access

    async def _enter(self, account: Account, access: Access | None = None) -> Granted:
        access = access or self._access_to(account)
        first, *others = access.roles(account)
        granted = await self._assume(self._central, account, access.request(account, first))
        for role_arn in others:
            granted = await self._assume(granted, account, access.request(account, role_arn))
        return granted

    async def _assume(
        self, identity: Identity, account: Account, request: Mapping[str, Any]
    ) -> Granted:
        role_arn = request["RoleArn"]
        with visiting(identity, Meter()):
            try:
                async with self._clients.use("sts", self._central.region) as sts:
                    answer = await sts.assume_role(**request)
            except Exception as exc:
                raise _entry_error(account, role_arn, exc) from exc
        keys = answer["Credentials"]
        expires = datetime.fromisoformat(keys["Expiration"]).astimezone(UTC).timestamp()
        owner = _account_of(role_arn)
        frozen = ReadOnlyCredentials(
            keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], owner
        )
        return Granted(owner, frozen, expires, max(0.0, expires - self._clock()))


def _entry_error(account: Account, role_arn: str, exc: Exception) -> AccountError:
    verdict = classify(exc)
    hint = {
        Kind.DENIED: "does the role exist, does its trust policy name the caller and external id, "
        "and may the caller call sts:AssumeRole on it?",
    }.get(verdict.kind, verdict.hint)
    message = f"sts:AssumeRole {role_arn}: {verdict.code}: {verdict.message}"
    return AccountError(account.id, verdict.code, f"{message} ({hint})" if hint else message)
