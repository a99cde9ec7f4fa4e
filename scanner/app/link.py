"""Everything a command needs to talk to AWS, opened together and closed together."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from scanner.app.iam import session_policy
from scanner.app.timing import in_time
from scanner.aws.access import Access, Leases
from scanner.aws.central import HOME_REGIONS, Central
from scanner.aws.endpoints import Endpoints
from scanner.aws.fast.calls import Fast
from scanner.aws.fast.signing import Signer
from scanner.aws.gate import Gate
from scanner.aws.guests import Guests
from scanner.aws.limits import Limits
from scanner.aws.session import Clients, config
from scanner.aws.wire import Wire
from scanner.engine.deadline import Deadline
from scanner.model.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Mapping
    from typing import Any

    from scanner.aws.grant import Leave
    from scanner.model.target import Account
    from scanner.settings import Settings

VERSION = version("scanner")
"""The program's version, as installed."""

READ_ONLY = "arn:{partition}:iam::aws:policy/ReadOnlyAccess"


@dataclass(frozen=True, slots=True)
class Link:
    """The open way to AWS: central identity, gate, clients, the accounts' leases, limits.

    `guests` are the clients of the user's own task, where there is one.
    """

    central: Central
    gate: Gate
    clients: Clients
    leases: Leases
    limits: Limits
    guests: Guests | None = None

    def home_of(self, account: Account) -> str:
        """Return the region in which an account's global services are called."""
        return HOME_REGIONS.get(account.partition, self.central.region)


@dataclass(frozen=True, slots=True)
class Warrant:
    """What an apply has and no other command: leave to write, and how it enters an account."""

    leave: Leave | None = None
    enter: Callable[[Access, Account], Access] = lambda access, _account: access


NO_WARRANT = Warrant()


@asynccontextmanager
async def linked(
    settings: Settings,
    actions: Collection[str] = (),
    learned: Mapping[str, Any] | None = None,
    deadline: Deadline | None = None,
    warrant: Warrant = NO_WARRANT,
) -> AsyncIterator[Link]:
    """Open the way to AWS and sign in; raises DiscoveryError without usable credentials.

    `actions` are those that `--session-policy auto` limits the members' sessions to, `learned`
    is a document of `Limits.learned`. Neither signing in nor any back-off outlasts the deadline.
    Without a `warrant` of its own nobody can write.
    """
    deadline = deadline or Deadline()
    policy = await anyio.to_thread.run_sync(_session_policy, settings.session_policy, actions)
    wire = Wire()
    central = Central(settings.profile)
    limits = Limits(share=settings.max_rate_share, learned=learned)
    gate = _gate(settings, central, limits, deadline)
    gate.grant = warrant.leave
    client_config = config(wire, connections=settings.concurrency, user_agent=f"scanner/{VERSION}")
    signer = Signer(lambda: datetime.fromtimestamp(gate.clock.now(), UTC))
    fast = Fast(signer) if settings.wire == "fast" else None
    clients = Clients(gate, client_config, settings.profile, central.loader, fast)
    guests = Guests(gate, client_config, settings.profile) if settings.task else None
    try:
        with in_time(deadline, lambda: "signing in"):
            await central.sign_in(clients)
        access = _access(settings, policy, central.partition)
        leases = Leases(central, clients, access, gate.clock.now, warrant.enter)
        yield Link(central, gate, clients, leases, limits, guests)
    finally:
        with anyio.CancelScope(shield=True):
            if guests:
                await guests.aclose()
            await clients.aclose()
            await wire.aclose()


def _gate(settings: Settings, central: Central, limits: Limits, deadline: Deadline) -> Gate:
    gate = Gate(
        slots=settings.concurrency,
        limits=limits,
        timeout=settings.request_timeout,
        serves=Endpoints(central.loader).serves,
    )
    gate.left = lambda: deadline.left
    return gate


def check_access(settings: Settings) -> None:
    """Raise SettingsError where members can't be entered as the settings say; blocks."""
    _access(settings, _session_policy(settings.session_policy, ()), "aws")


def _access(settings: Settings, policy: str | None, partition: str) -> Access:
    secret = settings.external_id
    automatic = settings.session_policy == "auto" and not settings.allow_writes
    read_only = automatic and policy is None
    return Access(
        role=settings.role,
        external_id=secret.get_secret_value() if secret else None,
        session_name=settings.session_name,
        duration=settings.session_duration,
        source_identity=settings.source_identity,
        tags=settings.session_tag,
        policy=policy,
        policy_arns=(READ_ONLY.format(partition=partition),) if read_only else (),
    )


def _session_policy(choice: str, actions: Collection[str]) -> str | None:
    """Return the session policy without white space, for STS counts characters.

    `auto` has none where the actions are too many for STS: ReadOnlyAccess bounds them then.
    """
    if choice == "none":
        return None
    if choice == "auto":
        return session_policy(actions) if actions else None
    try:
        return json.dumps(json.loads(Path(choice).read_text(encoding="utf-8")))
    except (OSError, ValueError) as exc:
        raise SettingsError(f"--session-policy {choice}: no readable JSON: {exc}") from exc
