"""Amazon SQS: what guards a queue; no messages."""

from scanner.catalog.setting import TEXT
from scanner.model.change import Action, Found, Option, Risk, Write
from scanner.model.resource import Call

_GONE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


def _encryption(found: Found, key: str | None, managed: str | None) -> Write:
    # Only one of the two may be on: an empty key switches that kind off.
    attributes = {"KmsMasterKeyId": key or ""}
    if not key:
        attributes["SqsManagedSseEnabled"] = managed or "false"
    params = {"QueueUrl": found.configuration["QueueUrl"], "Attributes": attributes}
    return Write("sqs", "SetQueueAttributes", params)


def _is_plain(found: Found) -> bool:
    before, key = found.before["Encryption"], found.options["key"]
    if before is None:
        return False
    if key:
        return bool(before["Key"] != key)
    return not before["Key"] and before["Managed"] != "true"


ENCRYPTION = Action(
    "set-encryption",
    "AWS::SQS::Queue",
    "sqs",
    "encrypt a queue: with a KMS key, or with SQS's own where none is named",
    Risk.LOW,
    reads=(
        Call(
            "GetQueueAttributes",
            {
                "QueueUrl": "$QueueUrl",
                "AttributeNames": ["QueueArn", "KmsMasterKeyId", "SqsManagedSseEnabled"],
            },
            out="Attributes.{Key: KmsMasterKeyId, Managed: SqsManagedSseEnabled}",
            name="Encryption",
            absent=_GONE,
        ),
    ),
    needed=_is_plain,
    writes=lambda found: [_encryption(found, found.options["key"], "true")],
    undo=lambda found: [
        _encryption(found, found.before["Encryption"]["Key"], found.before["Encryption"]["Managed"])
    ],
    options=(Option("key", TEXT),),
)
