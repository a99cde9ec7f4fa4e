"""Amazon SNS: what guards a topic; no messages."""

from __future__ import annotations

from scanner.catalog.setting import TEXT, on, on_alone
from scanner.catalog.statements import STATEMENT_IDS, chosen, with_, without
from scanner.model.change import Action, Found, Option, Risk, Write
from scanner.model.resource import Call

_TYPE = "AWS::SNS::Topic"
_ONE = {"TopicArn": "$TopicArn"}
_GONE = ("NotFound",)


def _set(found: Found, name: str, value: str) -> Write:
    params = on(found, _ONE) | {"AttributeName": name, "AttributeValue": value}
    return Write("sns", "SetTopicAttributes", params)


DEFAULT_KEY = "alias/aws/sns"
"""AWS's own; with it no other service can publish: those that do need a key of the customer's."""


def _has_other_key(found: Found) -> bool:
    key, now = found.options["key"], found.before["Key"]
    return now is not None and (now != key if key else not now)


ENCRYPTION = Action(
    "set-encryption",
    _TYPE,
    "sns",
    "encrypt a topic: with a KMS key, or with AWS's own where none is named",
    Risk.MEDIUM,
    reads=(
        Call(
            "GetTopicAttributes",
            _ONE,
            out="Attributes.KmsMasterKeyId || ''",
            name="Key",
            absent=_GONE,
        ),
    ),
    needed=_has_other_key,
    writes=lambda found: [_set(found, "KmsMasterKeyId", found.options["key"] or DEFAULT_KEY)],
    undo=lambda found: [_set(found, "KmsMasterKeyId", found.before["Key"])],
    options=(Option("key", TEXT), on_alone("enabled")),
    calls=("SetTopicAttributes",),
)


def _chosen(found: Found) -> list[dict[str, object]]:
    return chosen(found.before["Policy"], found.options["statement_ids"])


def _remaining(found: Found) -> str:
    """Return what stays of a policy; a topic has one always, if only its owner's."""
    return without(found.before["Policy"], _chosen(found)) or with_(None, [_owner(found)])


def _owner(found: Found) -> dict[str, object]:
    return {
        "Sid": "owner",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{found.partition}:iam::{found.account_id}:root"},
        "Action": [f"SNS:{name}" for name in _OWNERS],
        "Resource": found.configuration["TopicArn"],
    }


_OWNERS = (
    "AddPermission", "DeleteTopic", "GetTopicAttributes", "ListSubscriptionsByTopic", "Publish",
    "RemovePermission", "SetTopicAttributes", "Subscribe",
)  # fmt: skip
"""What the policy of a new topic lets its owner do, by the SNS developer guide."""

REMOVE_STATEMENTS = Action(
    "remove-statements",
    _TYPE,
    "sns",
    "take from a topic's policy the statements that let everybody in, or those named",
    Risk.MEDIUM,
    reads=(Call("GetTopicAttributes", _ONE, out="Attributes.Policy", name="Policy", absent=_GONE),),
    needed=lambda found: bool(_chosen(found)),
    writes=lambda found: [_set(found, "Policy", _remaining(found))],
    undo=lambda found: [_set(found, "Policy", found.before["Policy"])],
    options=(STATEMENT_IDS,),
    calls=("SetTopicAttributes",),
)
