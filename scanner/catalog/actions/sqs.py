"""Amazon SQS: what guards a queue; no messages."""

from __future__ import annotations

from scanner.catalog.setting import TEXT, Setting, on, on_alone
from scanner.catalog.statements import STATEMENT_IDS, chosen, without
from scanner.model.change import Action, Found, Option, Risk, Write
from scanner.model.resource import Call

_TYPE = "AWS::SQS::Queue"
_ONE = {"QueueUrl": "$QueueUrl"}
_GONE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


def _attributes(out: str, name: str, *attributes: str) -> Call:
    # With its ARN a queue always answers with attributes, whichever of the others it has.
    params = {**_ONE, "AttributeNames": ["QueueArn", *attributes]}
    return Call("GetQueueAttributes", params, out=f"Attributes.{out}", name=name, absent=_GONE)


def _set(found: Found, **attributes: str) -> Write:
    return Write("sqs", "SetQueueAttributes", on(found, _ONE) | {"Attributes": attributes})


def _encryption(found: Found, key: str | None, managed: str | None) -> Write:
    # Only one of the two may be on: an empty key switches that kind off.
    if key:
        return _set(found, KmsMasterKeyId=key)
    return _set(found, KmsMasterKeyId="", SqsManagedSseEnabled=managed or "false")


def _is_plain(found: Found) -> bool:
    before, key = found.before["Encryption"], found.options["key"]
    if before is None:
        return False
    if key:
        return bool(before["Key"] != key)
    return not before["Key"] and before["Managed"] != "true"


ENCRYPTION = Action(
    "set-encryption",
    _TYPE,
    "sqs",
    "encrypt a queue: with a KMS key, or with SQS's own where none is named",
    Risk.LOW,
    reads=(
        _attributes(
            "{Key: KmsMasterKeyId, Managed: SqsManagedSseEnabled}",
            "Encryption",
            "KmsMasterKeyId",
            "SqsManagedSseEnabled",
        ),
    ),
    needed=_is_plain,
    writes=lambda found: [_encryption(found, found.options["key"], "true")],
    undo=lambda found: [
        _encryption(found, found.before["Encryption"]["Key"], found.before["Encryption"]["Managed"])
    ],
    options=(Option("key", TEXT), on_alone("enabled")),
    calls=("SetQueueAttributes",),
)

REMOVE_STATEMENTS = Action(
    "remove-statements",
    _TYPE,
    "sqs",
    "take from a queue's policy the statements that let everybody in, or those named",
    Risk.MEDIUM,
    reads=(_attributes("Policy", "Policy", "Policy"),),
    needed=lambda found: bool(chosen(found.before["Policy"], found.options["statement_ids"])),
    writes=lambda found: [_set(found, Policy=_remaining(found) or "")],
    undo=lambda found: [_set(found, Policy=found.before["Policy"])],
    options=(STATEMENT_IDS,),
    calls=("SetQueueAttributes",),
)


def _remaining(found: Found) -> str | None:
    policy = found.before["Policy"]
    return without(policy, chosen(policy, found.options["statement_ids"]))


RETENTION = Setting(
    _attributes("MessageRetentionPeriod", "Retention", "MessageRetentionPeriod"),
    lambda found: str(found.options["period"]),
    lambda found, period: _set(found, MessageRetentionPeriod=period),
).action(
    name="set-retention-period",
    type=_TYPE,
    service="sqs",
    does="keep the messages of a queue for a number of seconds",
    risk=Risk.MEDIUM,
    options=(Option("period", {"type": "integer", "minimum": 60, "maximum": 1209600}, 345600),),
    calls=("SetQueueAttributes",),
)
