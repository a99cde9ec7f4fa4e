"""Amazon S3: what the policy of a bucket says, and what must be in it."""

from __future__ import annotations

from typing import Any

from scanner.catalog.actions.s3 import put_or_delete
from scanner.catalog.statements import STATEMENT_IDS, chosen, statements_of, with_, without
from scanner.model.change import Action, Found, Option, Risk, Write
from scanner.model.resource import Call

_TYPE = "AWS::S3::Bucket"

_POLICY = Call(
    "GetBucketPolicy",
    {"Bucket": "$Name"},
    out="Policy",
    name="Policy",
    absent=("NoSuchBucketPolicy",),
)

TLS_ONLY = {
    "Sid": "DenyInsecureTransport",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["{bucket_arn}", "{bucket_arn}/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
"""Source: AWS Config's rule s3-bucket-ssl-requests-only, and what it takes for compliant."""


def _put(found: Found, policy: str | None) -> Write:
    return put_or_delete(found, "PutBucketPolicy", "DeleteBucketPolicy", Policy=policy)


def _chosen(found: Found) -> list[dict[str, Any]]:
    return chosen(found.before["Policy"], found.options["statement_ids"])


REMOVE_STATEMENTS = Action(
    "remove-statements",
    _TYPE,
    "s3",
    "take from a bucket's policy the statements that let everybody in, or those named",
    Risk.MEDIUM,
    reads=(_POLICY,),
    needed=lambda found: bool(_chosen(found)),
    writes=lambda found: [_put(found, without(found.before["Policy"], _chosen(found)))],
    undo=lambda found: [_put(found, found.before["Policy"])],
    options=(STATEMENT_IDS,),
    calls=("DeleteBucketPolicy", "PutBucketPolicy"),
)


def _wanted(found: Found) -> list[dict[str, Any]]:
    name = found.configuration["Name"]
    names = {"{bucket_arn}": f"arn:{found.partition}:s3:::{name}", "{bucket_name}": name}

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: filled(each) for key, each in value.items()}
        if isinstance(value, list):
            return [filled(each) for each in value]
        for name, stands_for in names.items() if isinstance(value, str) else ():
            value = value.replace(name, stands_for)
        return value

    return [filled(each) for each in found.options["statements"]]


def _lacks_statements(found: Found) -> bool:
    now = statements_of(found.before["Policy"])
    return any(each not in now for each in _wanted(found))


SET_STATEMENTS = Action(
    "set-statements",
    _TYPE,
    "s3",
    "put statements into a bucket's policy: to refuse what is not encrypted on its way, or others",
    Risk.MEDIUM,
    reads=(_POLICY,),
    needed=_lacks_statements,
    writes=lambda found: [_put(found, with_(found.before["Policy"], _wanted(found)))],
    undo=lambda found: [_put(found, found.before["Policy"])],
    options=(
        Option(
            "statements",
            {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["Sid"]}},
            default=[TLS_ONLY],
        ),
    ),
    calls=("DeleteBucketPolicy", "PutBucketPolicy"),
)
