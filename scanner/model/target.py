"""Where work happens: accounts, units of work and runs; no I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

GLOBAL = "global"
"""The region name of services that have one endpoint a partition (IAM, Route 53, …)."""

_ACCOUNT_ID = re.compile(r"[0-9]{12}")


def is_account_id(text: str) -> bool:
    """Say whether `text` is an AWS account id: twelve digits."""
    return _ACCOUNT_ID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Account:
    """One AWS account, as discovery or a file of accounts described it.

    `ou` is the path of organizational units (`r-root/ou-a/ou-b`) where it was read.
    `tags` is None where they were not read. `roles` overrides the run's role; several are
    assumed one from the other (role chaining). `regions`, where given, bounds the account.
    `external_id` overrides the run's; it is a shared secret and never written anywhere.
    """

    id: str
    name: str | None = None
    partition: str = "aws"
    ou: str | None = None
    tags: Mapping[str, str] | None = None
    roles: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    external_id: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that discovery saw, and why it is in the run or not."""

    account: Account
    included: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Regions:
    """The regions of one account that the run will visit.

    `disabled` are regions the user named that the account has not enabled: planned, never
    called, and `unavailable` in the ledger. `error` says why discovery failed, if it did;
    `enabled` then holds what the user named, or nothing.
    """

    enabled: tuple[str, ...]
    disabled: tuple[str, ...] = ()
    source: str = ""
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """One piece of work with one outcome: a service in a region of an account."""

    account: Account
    region: str
    service: str
    types: tuple[str, ...]
    enabled: bool = True

    @property
    def key(self) -> str:
        """Name the unit within its run: `123456789012/eu-west-1/sqs`."""
        return f"{self.account.id}/{self.region}/{self.service}"
