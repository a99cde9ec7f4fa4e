"""Amazon S3: what guards a bucket; no objects."""

from typing import Any

from scanner.catalog.setting import switch
from scanner.model.change import Action, Found, Risk, Write
from scanner.model.resource import Call

_TYPE = "AWS::S3::Bucket"
_ONE = {"Bucket": "$Name"}

BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
"""The members of a public access block."""


def _bucket(found: Found, **more: Any) -> dict[str, Any]:
    return {"Bucket": found.configuration["Name"], **more}


def block_of(found: Found) -> dict[str, bool]:
    """Return the public access block that the options ask for."""
    return {name: found.options[name] for name in BLOCKS}


PUBLIC_BLOCK = Action(
    "set-public-block",
    _TYPE,
    "s3",
    "block public access to a bucket",
    Risk.MEDIUM,
    reads=(
        Call(
            "GetPublicAccessBlock",
            _ONE,
            out="PublicAccessBlockConfiguration",
            name="PublicAccessBlock",
            absent=("NoSuchPublicAccessBlockConfiguration",),
        ),
    ),
    needed=lambda found: found.before["PublicAccessBlock"] != block_of(found),
    writes=lambda found: [_put_block(found, block_of(found))],
    undo=lambda found: [_put_block(found, found.before["PublicAccessBlock"])],
    options=tuple(switch(name) for name in BLOCKS),
)


def _put_block(found: Found, block: dict[str, bool] | None) -> Write:
    if block is None:
        return Write("s3", "DeletePublicAccessBlock", _bucket(found))
    params = _bucket(found, PublicAccessBlockConfiguration=block)
    return Write("s3", "PutPublicAccessBlock", params)
