"""The bucket of the output: where it is and how its objects are kept; it calls nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping

PASSING = ("runs/", "state/", "latest.json", ".probe-")
"""What is rewritten, or soon removed: no place for the cheaper storage classes' minimum stay."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the output is and how its objects are kept; `owner` is the account of the bucket."""

    bucket: str
    prefix: str = ""
    kms_key: str | None = None
    owner: str | None = None
    storage_class: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def below(self) -> str:
        """What every key begins with."""
        return f"{self.prefix}/" if self.prefix else ""

    @property
    def common(self) -> dict[str, str]:
        """The parameters of every call."""
        owner = {"ExpectedBucketOwner": self.owner} if self.owner else {}
        return {"Bucket": self.bucket, **owner}

    def kept(self, key: str) -> dict[str, Any]:
        """Return the parameters that say how an object is kept."""
        found: dict[str, Any] = {}
        if self.kms_key:
            found |= {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": self.kms_key}
            found["BucketKeyEnabled"] = True
        if self.storage_class and not key.startswith(PASSING):
            found["StorageClass"] = self.storage_class
        if self.tags:
            found["Tagging"] = urlencode(self.tags)
        return found
