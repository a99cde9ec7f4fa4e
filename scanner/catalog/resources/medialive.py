"""AWS Elemental MediaLive: channels and inputs; no streams."""

from scanner.model.resource import Call, ResourceType

CHANNEL = ResourceType(
    "AWS::MediaLive::Channel",
    service="medialive",
    list=Call("ListChannels", out="Channels"),
    id="Id",
    name="Name",
    arn="Arn",
    tags="Tags",
    # Where a platform takes streams by RTMP, their name is the key to publish.
    redact=("Destinations[].Settings[].StreamName",),
)

INPUT = ResourceType(
    "AWS::MediaLive::Input",
    service="medialive",
    list=Call("ListInputs", out="Inputs"),
    id="Id",
    name="Name",
    arn="Arn",
    tags="Tags",
)
