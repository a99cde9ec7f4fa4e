"""Amazon Data Firehose: delivery streams; no records."""

from scanner.model.resource import BULK, Call, ResourceType

DELIVERY_STREAM = ResourceType(
    "AWS::KinesisFirehose::DeliveryStream",
    service="firehose",
    # Pages continue after a name, not a token: ask for more than an account may have.
    list=Call(
        "ListDeliveryStreams", {"Limit": 10000}, out="DeliveryStreamNames[].{DeliveryStreamName: @}"
    ),
    id="DeliveryStreamName",
    name="DeliveryStreamName",
    arn="arn:{partition}:firehose:{region}:{account}:deliverystream/{DeliveryStreamName}",
    created="CreateTimestamp",
    each=(
        Call(
            "DescribeDeliveryStream",
            {"DeliveryStreamName": "$DeliveryStreamName"},
            out="DeliveryStreamDescription",
            absent=("ResourceNotFoundException",),
        ),
    ),
    tags=BULK,
    redact=(
        "Destinations[].SplunkDestinationDescription.HECToken",
        "Destinations[].HttpEndpointDestinationDescription.RequestConfiguration.CommonAttributes[].AttributeValue",
    ),
)
