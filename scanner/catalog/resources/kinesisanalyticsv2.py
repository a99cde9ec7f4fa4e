"""Amazon Managed Service for Apache Flink: applications."""

from scanner.model.resource import BULK, Call, ResourceType

APPLICATION = ResourceType(
    "AWS::KinesisAnalyticsV2::Application",
    service="kinesisanalyticsv2",
    list=Call("ListApplications", out="ApplicationSummaries"),
    id="ApplicationName",
    name="ApplicationName",
    arn="ApplicationARN",
    created="CreateTimestamp",
    each=(
        Call(
            "DescribeApplication",
            {"ApplicationName": "$ApplicationName"},
            out="ApplicationDetail",
            absent=("ResourceNotFoundException",),
        ),
    ),
    tags=BULK,
    redact=(
        "ApplicationConfigurationDescription.EnvironmentPropertyDescriptions.PropertyGroupDescriptions[].PropertyMap.*",
    ),
)
