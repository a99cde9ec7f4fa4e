"""Amazon Timestream for InfluxDB: instances; no points, no passwords."""

from scanner.model.resource import Call, ResourceType

INFLUX_DB_INSTANCE = ResourceType(
    "AWS::Timestream::InfluxDBInstance",
    service="timestream-influxdb",
    list=Call("ListDbInstances", out="items"),
    id="id",
    name="name",
    arn="arn",
    each=(Call("GetDbInstance", {"identifier": "$id"}, absent=("ResourceNotFoundException",)),),
    tags=Call(
        "ListTagsForResource",
        {"resourceArn": "$arn"},
        out="tags",
        absent=("ResourceNotFoundException",),
    ),
)
