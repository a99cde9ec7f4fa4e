"""AWS App Runner: services and connectors; no environment values."""

from scanner.model.resource import Call, ResourceType

SERVICE = ResourceType(
    "AWS::AppRunner::Service",
    service="apprunner",
    list=Call("ListServices", out="ServiceSummaryList"),
    id="ServiceArn",
    name="ServiceName",
    arn="ServiceArn",
    created="CreatedAt",
    each=(
        Call(
            "DescribeService",
            {"ServiceArn": "$ServiceArn"},
            out="Service",
            absent=("ResourceNotFoundException",),
        ),
    ),
    tags=Call(
        "ListTagsForResource",
        {"ResourceArn": "$ServiceArn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
    redact=(
        "SourceConfiguration.CodeRepository.CodeConfiguration.CodeConfigurationValues.RuntimeEnvironmentVariables.*",
        "SourceConfiguration.ImageRepository.ImageConfiguration.RuntimeEnvironmentVariables.*",
    ),
)

VPC_CONNECTOR = ResourceType(
    "AWS::AppRunner::VpcConnector",
    service="apprunner",
    list=Call("ListVpcConnectors", out="VpcConnectors"),
    id="VpcConnectorArn",
    name="VpcConnectorName",
    arn="VpcConnectorArn",
    created="CreatedAt",
    tags=Call(
        "ListTagsForResource",
        {"ResourceArn": "$arn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
)
