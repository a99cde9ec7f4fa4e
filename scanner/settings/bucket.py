"""What an output in S3 may be told: its place, keys, tags; S3 itself is asked elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from scanner.model.target import is_account_id

if TYPE_CHECKING:
    from pathlib import Path

StorageClass = Literal["STANDARD", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR"]
"""S3's storage classes whose objects can be read at once."""

MOST_TAGS, LONGEST_KEY, LONGEST_VALUE = 10, 128, 256
"""What tags an object can have (S3 user guide, "categorizing your objects using tags")."""

_SCHEME = "s3:"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"[\w!.'()=+:@,&$/-]{0,512}", re.ASCII)
_KMS_KEY = re.compile(r"(arn:[\w-]+:kms:[\w-]+:\d{12}:(key|alias)/|alias/)?[\w/-]{1,256}", re.ASCII)
_TAG = re.compile(r"[\w\s+=.:/@-]*")


def bucket_of(out: Path) -> tuple[str | None, str]:
    """Return the bucket and the prefix of an output in S3; no bucket for one on disk.

    A path, which holds single slashes, says `s3:/bucket/prefix`.
    """
    scheme, *rest = out.parts or ("",)
    if scheme != _SCHEME:
        return None, ""
    return (rest[0] if rest else ""), "/".join(rest[1:])


def spelled(out: Path) -> str:
    """Write the place of an output as people do."""
    bucket, prefix = bucket_of(out)
    return str(out) if bucket is None else f"s3://{bucket}/{prefix}".rstrip("/")


def check_out(out: Path) -> Path:
    """Refuse what S3 would; a directory is found out about when it is written to."""
    bucket, prefix = bucket_of(out)
    if bucket is None:
        return out
    if not _BUCKET.fullmatch(bucket):
        raise ValueError(f"{bucket!r} is not the name of a bucket: s3://BUCKET/PREFIX")
    if not _PREFIX.fullmatch(prefix) or {".", ".."} & set(prefix.split("/")):
        raise ValueError(f"{prefix!r} is not a prefix for an output")
    return out


def check_kms_key(key: str | None) -> str | None:
    """Refuse what can't be a key."""
    if key is not None and not _KMS_KEY.fullmatch(key):
        raise ValueError("must be the id, the ARN or an alias (alias/…) of a KMS key")
    return key


def check_owner(owner: str | None) -> str | None:
    """Refuse what is no account."""
    if owner is not None and not is_account_id(owner):
        raise ValueError("must be an account id (twelve digits)")
    return owner


def check_tags(tags: dict[str, str]) -> dict[str, str]:
    """Refuse what S3 would."""
    if len(tags) > MOST_TAGS:
        raise ValueError(f"an object can have {MOST_TAGS} tags")
    for key, value in tags.items():
        if len(key) > LONGEST_KEY or len(value) > LONGEST_VALUE or not _TAG.fullmatch(key + value):
            raise ValueError(f"{key!r} makes no tag of an object")
    return tags
