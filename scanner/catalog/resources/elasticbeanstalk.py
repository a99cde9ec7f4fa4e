"""AWS Elastic Beanstalk: applications and environments; no option values."""

from scanner.model.resource import BULK, Call, ResourceType

APPLICATION = ResourceType(
    "AWS::ElasticBeanstalk::Application",
    service="elasticbeanstalk",
    list=Call("DescribeApplications", out="Applications"),
    id="ApplicationName",
    name="ApplicationName",
    arn="ApplicationArn",
    created="DateCreated",
    tags=BULK,
)

ENVIRONMENT = ResourceType(
    "AWS::ElasticBeanstalk::Environment",
    service="elasticbeanstalk",
    list=Call("DescribeEnvironments", {"IncludeDeleted": False}, out="Environments"),
    id="EnvironmentId",
    name="EnvironmentName",
    arn="EnvironmentArn",
    created="DateCreated",
    tags=BULK,
)
