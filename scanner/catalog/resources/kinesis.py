"""Amazon Kinesis Data Streams: streams and consumers; no records."""

from scanner.model.resource import BULK, Call, ResourceType

STREAM = ResourceType(
    "AWS::Kinesis::Stream",
    service="kinesis",
    list=Call("ListStreams", out="StreamSummaries"),
    id="StreamName",
    name="StreamName",
    arn="StreamARN",
    created="StreamCreationTimestamp",
    each=(
        Call(
            "DescribeStreamSummary",
            {"StreamName": "$StreamName"},
            out="StreamDescriptionSummary",
            absent=("ResourceNotFoundException",),
        ),
    ),
    tags=BULK,
)

STREAM_CONSUMER = ResourceType(
    "AWS::Kinesis::StreamConsumer",
    service="kinesis",
    parent="AWS::Kinesis::Stream",
    list=Call("ListStreamConsumers", {"StreamARN": "$StreamARN"}, out="Consumers"),
    id="ConsumerARN",
    name="ConsumerName",
    arn="ConsumerARN",
    created="ConsumerCreationTimestamp",
)
