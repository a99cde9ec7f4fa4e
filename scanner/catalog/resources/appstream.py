"""Amazon AppStream 2.0: fleets, stacks and image builders; no sessions."""

from scanner.model.resource import Call, ResourceType

_TAGS = Call(
    "ListTagsForResource",
    {"ResourceArn": "$Arn"},
    out="Tags",
    absent=("ResourceNotFoundException",),
)

DIRECTORY_CONFIG = ResourceType(
    "AWS::AppStream::DirectoryConfig",
    service="appstream",
    list=Call("DescribeDirectoryConfigs", out="DirectoryConfigs"),
    id="DirectoryName",
    name="DirectoryName",
    created="CreatedTime",
    redact=("ServiceAccountCredentials.AccountPassword",),
)

FLEET = ResourceType(
    "AWS::AppStream::Fleet",
    service="appstream",
    list=Call("DescribeFleets", out="Fleets"),
    id="Name",
    name="Name",
    arn="Arn",
    created="CreatedTime",
    tags=_TAGS,
)

IMAGE_BUILDER = ResourceType(
    "AWS::AppStream::ImageBuilder",
    service="appstream",
    list=Call("DescribeImageBuilders", out="ImageBuilders"),
    id="Name",
    name="Name",
    arn="Arn",
    created="CreatedTime",
    tags=_TAGS,
)

STACK = ResourceType(
    "AWS::AppStream::Stack",
    service="appstream",
    list=Call("DescribeStacks", out="Stacks"),
    id="Name",
    name="Name",
    arn="Arn",
    created="CreatedTime",
    tags=_TAGS,
)
