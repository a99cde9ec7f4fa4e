"""What a client may write: the output, findings, a plan, or a task's work; nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import orjson

from scanner.aws.request import CREDENTIALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from scanner.model.change import Write

WRITES = frozenset({
    "AbortMultipartUpload", "CompleteMultipartUpload", "CopyObject", "CreateMultipartUpload",
    "DeleteObjects", "PutObject", "UploadPart",
})  # fmt: skip

_ARNS = "ResourceARNList"


class Where(NamedTuple):
    """Whose resources a call is about, and through which region's endpoint it goes."""

    account_id: str
    region: str


class Leave(Protocol):
    """Leave to write. Where it is given `once`, what may have happened is not sent again."""

    @property
    def once(self) -> bool:
        """Say whether a write whose answer got lost is left to the caller to judge."""

    def covers(self, service: str, operation: str, params: Mapping[str, Any], where: Where) -> bool:
        """Say whether a call may be made."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Leave to write objects below one prefix of one bucket; `prefix` ends in `/` or is empty.

    It is given to the gate of the output's own client, which calls as the central identity.
    """

    bucket: str
    prefix: str
    once: bool = False

    def covers(
        self,
        service: str,
        operation: str,
        params: Mapping[str, Any],
        where: Where | None = None,  # noqa: ARG002 — a port's shape: the client is nobody else's
    ) -> bool:
        """Say whether a call writes objects of the output alone."""
        if service != "s3" or operation not in WRITES or params.get("Bucket") != self.bucket:
            return False
        keys = list(_keys(params))
        return bool(keys) and all(key.startswith(self.prefix) for key in keys)


@dataclass(frozen=True, slots=True)
class HubGrant:
    """Leave to import findings into an account's own Security Hub, as its own product."""

    account_id: str
    once: bool = False

    def covers(
        self,
        service: str,
        operation: str,
        params: Mapping[str, Any],
        where: Where | None = None,  # noqa: ARG002 — a grant's shape
    ) -> bool:
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

    once: bool = False

    def covers(
        self,
        service: str,
        operation: str,
        params: Mapping[str, Any],  # noqa: ARG002 — a grant's shape
        where: Where | None = None,  # noqa: ARG002 — as above
    ) -> bool:
        """Say whether a call may be made though it is no plain read."""
        return f"{service}:{operation}" not in CREDENTIALS


def _keys(params: Mapping[str, Any]) -> Iterator[str]:
    if "Key" in params:
        yield str(params["Key"])
    for each in params.get("Delete", {}).get("Objects", ()):
        yield str(each["Key"])


class Planned:
    """Leave to make the writes of a plan, as they are in it, and no other call.

    A call that tags many resources at once may be made where it might be for each of them alone.
    It is given to the gate of an apply alone.
    """

    once = True

    def __init__(self, writes: Iterable[tuple[Where, Write]]) -> None:
        self._keys = frozenset(
            (where, each.service, each.operation, _text(each.params)) for where, each in writes
        )

    def covers(self, service: str, operation: str, params: Mapping[str, Any], where: Where) -> bool:
        """Say whether a call is one of the plan's: by place, operation and every parameter."""
        keys = [(where, service, operation, _text(each)) for each in _alone(params)]
        return bool(keys) and self._keys.issuperset(keys)


def _alone(params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what a call would be for each of the resources that it names by ARN."""
    if _ARNS not in params:
        yield params
    for arn in params.get(_ARNS, ()):
        yield {**params, _ARNS: [arn]}


def _text(params: Mapping[str, Any]) -> bytes:
    return orjson.dumps(params, default=dict, option=orjson.OPT_SORT_KEYS)
