"""Amazon EMR Serverless: applications; no job runs."""

from scanner.model.resource import Call, ResourceType

APPLICATION = ResourceType(
    "AWS::EMRServerless::Application",
    service="emr-serverless",
    list=Call(
        "ListApplications",
        {"states": ["CREATING", "CREATED", "STARTING", "STARTED", "STOPPING", "STOPPED"]},
        out="applications",
    ),
    id="id",
    name="name",
    arn="arn",
    created="createdAt",
    tags=Call(
        "ListTagsForResource",
        {"resourceArn": "$arn"},
        out="tags",
        absent=("ResourceNotFoundException",),
    ),
)
