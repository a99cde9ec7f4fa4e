"""What a client may write: the output, findings, or a task's work; nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from scanner.aws.request import CREDENTIALS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WRITES = frozenset({
    "AbortMultipartUpload", "CompleteMultipartUpload", "CopyObject", "CreateMultipartUpload",
    "DeleteObjects", "PutObject", "UploadPart",
})  # fmt: skip


class Leave(Protocol):
    """What a gate lets through though it changes something."""

    def covers(self, service: str, operation: str, params: Mapping[str, Any]) -> bool:
        """Say whether a call may be made."""
        ...


@dataclass(frozen=True, slots=True)
class Grant:
    """Leave to write objects below one prefix of one bucket; `prefix` ends in `/` or is empty.

    It is given to the gate of the output's own client, which calls as the central identity.
    """

    bucket: str
    prefix: str

    def covers(self, service: str, operation: str, params: Mapping[str, Any]) -> bool:
        """Say whether a call writes objects of the output alone."""
        if service != "s3" or operation not in WRITES or params.get("Bucket") != self.bucket:
            return False
        keys = list(_keys(params))
        return bool(keys) and all(key.startswith(self.prefix) for key in keys)


@dataclass(frozen=True, slots=True)
class HubGrant:
    """Leave to import findings into an account's own Security Hub, as its own product."""

    account_id: str

    def covers(self, service: str, operation: str, params: Mapping[str, Any]) -> bool:
        """Say whether a call imports findings of that account alone."""
        if (service, operation) != ("securityhub", "BatchImportFindings"):
            return False
        product = f":{self.account_id}:product/{self.account_id}/default"
        findings = params.get("Findings") or ()
        return bool(findings) and all(
            each["AwsAccountId"] == self.account_id and each["ProductArn"].endswith(product)
            for each in findings
        )


@dataclass(frozen=True, slots=True)
class Allowed:
    """Leave for a user's own task to change what it wants; credentials stay out of reach.

    It is given where the task declares that it writes and the user of the run allows it.
    """

    def covers(self, service: str, operation: str, params: Mapping[str, Any]) -> bool:  # noqa: ARG002 — a grant's shape
        """Say whether a call may be made though it is no plain read."""
        return f"{service}:{operation}" not in CREDENTIALS


def _keys(params: Mapping[str, Any]) -> Iterator[str]:
    if "Key" in params:
        yield str(params["Key"])
    for each in params.get("Delete", {}).get("Objects", ()):
        yield str(each["Key"])
