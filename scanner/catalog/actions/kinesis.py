"""Amazon Kinesis Data Streams: what guards a stream; no records."""

from __future__ import annotations

from scanner.catalog.setting import TEXT, on
from scanner.model.change import Action, Found, Option, Risk, Write
from scanner.model.resource import Call

_ONE = {"StreamName": "$StreamName"}


def _is_plain(found: Found) -> bool:
    stream = found.before["Stream"]
    return stream is not None and stream["Status"] == "ACTIVE" and stream["Type"] in (None, "NONE")


def _write(found: Found, verb: str) -> Write:
    encryption = {"EncryptionType": "KMS", "KeyId": found.options["key"]}
    return Write("kinesis", f"{verb}StreamEncryption", on(found, _ONE) | encryption)


ENCRYPT = Action(
    "encrypt",
    "AWS::Kinesis::Stream",
    "kinesis",
    "encrypt a stream with a KMS key",
    # With a key of the customer's, who reads and writes must be let use it.
    Risk.MEDIUM,
    reads=(
        Call(
            "DescribeStreamSummary",
            _ONE,
            out="StreamDescriptionSummary.{Status: StreamStatus, Type: EncryptionType}",
            name="Stream",
            absent=("ResourceNotFoundException",),
        ),
    ),
    needed=_is_plain,
    writes=lambda found: [_write(found, "Start")],
    undo=lambda found: [_write(found, "Stop")],
    options=(Option("key", TEXT, default="alias/aws/kinesis"),),
    calls=("StartStreamEncryption", "StopStreamEncryption"),
)
