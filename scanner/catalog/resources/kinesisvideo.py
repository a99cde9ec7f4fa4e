"""Amazon Kinesis Video Streams: streams and signaling channels; no media."""

from scanner.model.resource import Call, ResourceType

SIGNALING_CHANNEL = ResourceType(
    "AWS::KinesisVideo::SignalingChannel",
    service="kinesisvideo",
    list=Call("ListSignalingChannels", out="ChannelInfoList"),
    id="ChannelARN",
    name="ChannelName",
    arn="ChannelARN",
    created="CreationTime",
    tags=Call(
        "ListTagsForResource",
        {"ResourceARN": "$ChannelARN"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
)

STREAM = ResourceType(
    "AWS::KinesisVideo::Stream",
    service="kinesisvideo",
    list=Call("ListStreams", out="StreamInfoList"),
    id="StreamARN",
    name="StreamName",
    arn="StreamARN",
    created="CreationTime",
    tags=Call(
        "ListTagsForStream",
        {"StreamARN": "$StreamARN"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
)
