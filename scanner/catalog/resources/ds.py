"""AWS Directory Service: directories; no shared secrets."""

from scanner.model.resource import Call, ResourceType

DIRECTORY = ResourceType(
    "ds:directory",
    service="ds",
    list=Call("DescribeDirectories", out="DirectoryDescriptions"),
    id="DirectoryId",
    name="Name",
    arn="arn:{partition}:ds:{region}:{account}:directory/{DirectoryId}",
    created="LaunchTime",
    tags=Call(
        "ListTagsForResource",
        {"ResourceId": "$DirectoryId"},
        out="Tags",
        absent=("EntityDoesNotExistException",),
    ),
    redact=("OwnerDirectoryDescription.RadiusSettings.SharedSecret", "RadiusSettings.SharedSecret"),
)
