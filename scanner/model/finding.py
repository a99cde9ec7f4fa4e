"""What an evaluation found: a resource or a place that fails a control, or can't be judged."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanner.model.control import Control


class Result(StrEnum):
    """The answer of a control; unknown is neither of the others."""

    PASS = "pass"  # noqa: S105 — a word, no password
    FAIL = "fail"
    UNKNOWN = "unknown"


class State(StrEnum):
    """Where a finding stands among those of earlier runs."""

    NEW = "new"
    OPEN = "open"
    REOPENED = "reopened"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about: a resource, or the whole place where `resource_id` is None.

    A place without a region is the account.
    """

    account_id: str
    region: str | None
    resource_type: str
    resource_id: str | None = None
    resource_name: str | None = None
    arn: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A control's answer about a subject, and why."""

    control: Control
    subject: Subject
    result: Result
    reason: str | None = None

    @property
    def uid(self) -> str:
        """Identify the finding: the same control and subject give the same every night."""
        subject = self.subject
        parts = (
            self.control.id, subject.account_id, subject.region or "", subject.resource_type,
            "" if subject.resource_id is None else f"={subject.resource_id}",
        )  # fmt: skip
        return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()[:32]
