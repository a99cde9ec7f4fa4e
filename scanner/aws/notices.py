"""Send a notice through SNS or EventBridge, as the central identity; nothing else is sent here."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scanner.aws.calls import calling
from scanner.model.errors import CallError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.aws.grant import Where
    from scanner.model.notice import Notice

SOURCE = "scanner"
"""The source of our events."""

_LONGEST_SUBJECT = 99
"""Characters of an SNS subject, which is ASCII without line breaks."""

_TOPIC = re.compile(r"arn:[\w-]+:sns:([\w-]+):\d{12}:[\w.-]{1,256}")
_BUS = re.compile(r"(?:arn:[\w-]+:events:([\w-]+):\d{12}:event-bus/)?[\w./-]{1,256}")


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of SNS: its subscribers get the notice as text."""

    arn: str

    @classmethod
    def of(cls, name: str) -> Topic | None:
        """Return the topic of that ARN; None where it is no ARN of one."""
        return cls(name) if _TOPIC.fullmatch(name) else None

    @property
    def region(self) -> str | None:
        """Where the topic is."""
        found = _TOPIC.fullmatch(self.arn)
        return found and found[1]

    def call(self, notice: Notice) -> tuple[str, str, dict[str, Any]]:
        """Return service, operation and parameters of what sends a notice."""
        subject = notice.title.encode("ascii", "replace").decode()[:_LONGEST_SUBJECT]
        return "sns", "Publish", {"TopicArn": self.arn, "Subject": subject, "Message": notice.text}


@dataclass(frozen=True, slots=True)
class Bus:
    """A bus of EventBridge, by name or ARN: rules match the notice's facts."""

    name: str

    @classmethod
    def of(cls, name: str) -> Bus | None:
        """Return the bus; None where it is no name of one."""
        return cls(name) if _BUS.fullmatch(name) else None

    @property
    def region(self) -> str | None:
        """Where the bus is; None where its name does not tell."""
        found = _BUS.fullmatch(self.name)
        return found and found[1]

    def call(self, notice: Notice) -> tuple[str, str, dict[str, Any]]:
        """Return service, operation and parameters of what sends a notice."""
        entry = {
            "Source": SOURCE,
            "DetailType": notice.kind,
            "Detail": json.dumps(notice.facts),
            "EventBusName": self.name,
        }
        return "events", "PutEvents", {"Entries": [entry]}


@dataclass(frozen=True, slots=True)
class _One:
    """Leave to make one call, as it is."""

    call: tuple[str, str, Mapping[str, Any]]
    once: bool = False

    def covers(
        self,
        service: str,
        operation: str,
        params: Mapping[str, Any],
        where: Where | None = None,  # noqa: ARG002 — the protocol's shape
    ) -> bool:
        return (service, operation, params) == self.call


async def send(target: Topic | Bus, notice: Notice, profile: str | None, user_agent: str) -> None:
    """Send a notice; raises DiscoveryError without credentials, CallError where it is refused."""
    service, operation, params = call = target.call(notice)
    async with calling(profile, user_agent, _One(call)) as calls:
        answer = await calls.make(operation, params, service, target.region or "")
    if answer.get("FailedEntryCount"):
        (entry,) = answer["Entries"]
        raise CallError("events:PutEvents", entry["ErrorCode"], entry.get("ErrorMessage") or "")
