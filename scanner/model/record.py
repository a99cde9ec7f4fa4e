"""One resource as it was found: a line of the inventory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = 1
"""The number of the record, ledger and manifest layout; a change of meaning raises it."""

REDACTED = "REDACTED"
"""What stands for a secret in a record, or what it begins with: a fingerprint may follow."""


@dataclass(frozen=True, slots=True)
class Record:
    """A resource, in the field order of the inventory files; unknown is None.

    `configuration` is what AWS answered under its own member names. `supplementary` holds
    the answers of detail calls by name: None where AWS says there is none. `unread` names
    the details that could not be read, so that "none" and "unknown" stay apart.
    """

    schema: int
    run_id: str
    captured_at: str
    account_id: str
    account_name: str | None
    partition: str
    region: str
    service: str
    operation: str
    resource_type: str
    resource_id: str
    resource_name: str | None
    arn: str | None
    parent_arn: str | None
    created_at: str | None
    tags: Mapping[str, str] | None
    configuration: Mapping[str, Any]
    supplementary: Mapping[str, Any]
    redacted: list[str]
    unread: list[str]

    @property
    def key(self) -> str:
        """Identify the resource within a run: account, region, type, id."""
        return f"{self.account_id}|{self.region}|{self.resource_type}|{self.resource_id}"
