"""AWS IAM Identity Center: instances; not what only the instance's owner may ask for."""

from scanner.model.resource import Call, ResourceType

INSTANCE = ResourceType(
    "AWS::SSO::Instance",
    service="sso-admin",
    list=Call("ListInstances", out="Instances"),
    id="InstanceArn",
    name="Name",
    arn="InstanceArn",
    created="CreatedDate",
    tags=Call(
        "ListTagsForResource",
        {"InstanceArn": "$InstanceArn", "ResourceArn": "$arn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
)
