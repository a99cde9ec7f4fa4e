"""AWS CodeArtifact: domains and repositories; no packages."""

from scanner.model.resource import Call, ResourceType

_TAGS = Call(
    "ListTagsForResource",
    {"resourceArn": "$arn"},
    out="tags",
    absent=("ResourceNotFoundException",),
)

DOMAIN = ResourceType(
    "AWS::CodeArtifact::Domain",
    service="codeartifact",
    list=Call("ListDomains", out="domains"),
    id="arn",
    name="name",
    arn="arn",
    created="createdTime",
    tags=_TAGS,
)

REPOSITORY = ResourceType(
    "AWS::CodeArtifact::Repository",
    service="codeartifact",
    list=Call("ListRepositories", out="repositories"),
    id="arn",
    name="name",
    arn="arn",
    created="createdTime",
    tags=_TAGS,
)
