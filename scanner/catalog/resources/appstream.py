"""Amazon AppStream 2.0: fleets, stacks and image builders; no sessions."""

from scanner.model.resource import BULK, Call, ResourceType

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
    tags=BULK,
)

IMAGE_BUILDER = ResourceType(
    "AWS::AppStream::ImageBuilder",
    service="appstream",
    list=Call("DescribeImageBuilders", out="ImageBuilders"),
    id="Name",
    name="Name",
    arn="Arn",
    created="CreatedTime",
    tags=BULK,
)

STACK = ResourceType(
    "AWS::AppStream::Stack",
    service="appstream",
    list=Call("DescribeStacks", out="Stacks"),
    id="Name",
    name="Name",
    arn="Arn",
    created="CreatedTime",
    tags=BULK,
)
