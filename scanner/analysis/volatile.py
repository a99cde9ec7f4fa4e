"""Members that change by themselves, night after night, without anybody's doing; values only."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ANYWHERE = frozenset({
    "AccessKeyLastUsed", "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible", "DateLastUsed", "LastAccessedDate",
    "LastActivityTime", "LastAuthenticatedTime", "LastHeartbeatTime", "LastPingDateTime",
    "LastUsedDate", "LatestRestorableTime", "PasswordLastUsed", "RoleLastUsed",
    "lastEventTimestamp", "lastIngestionTime", "lastRecordedPullTime", "lastSeenAt",
})  # fmt: skip
"""Members of any type: when something was last used, seen or restorable, and queue lengths."""

BY_TYPE: Mapping[str, frozenset[str]] = MappingProxyType({
    "AWS::DynamoDB::Table": frozenset({"ItemCount", "TableSizeBytes", "IndexSizeBytes"}),
    "AWS::DynamoDB::GlobalTable": frozenset({"ItemCount", "TableSizeBytes", "IndexSizeBytes"}),
    "AWS::ECS::Cluster": frozenset({
        "activeServicesCount", "pendingTasksCount", "registeredContainerInstancesCount",
        "runningTasksCount",
    }),
    "AWS::ECS::Service": frozenset({"events", "pendingCount", "runningCount", "updatedAt"}),
    "AWS::EFS::FileSystem": frozenset({"SizeInBytes"}),
    "AWS::Logs::LogGroup": frozenset({"storedBytes"}),
    "AWS::Logs::LogStream": frozenset({"storedBytes", "uploadSequenceToken"}),
})  # fmt: skip
"""Members of one type: sizes, counts and events that its use changes."""


def volatile(type: str, more: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Name the members of a type whose change is none; `more` holds the user's own, by type.

    What the user names for `*` counts for every type.
    """
    own = more.get("*", frozenset()) | more.get(type, frozenset())
    return ANYWHERE | BY_TYPE.get(type, frozenset()) | own
