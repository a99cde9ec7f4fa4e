"""AWS CodeArtifact: domains and repositories; no packages."""

from scanner.model.resource import BULK, Call, ResourceType

DOMAIN = ResourceType(
    "AWS::CodeArtifact::Domain",
    service="codeartifact",
    list=Call("ListDomains", out="domains"),
    id="arn",
    name="name",
    arn="arn",
    created="createdTime",
    tags=BULK,
)

REPOSITORY = ResourceType(
    "AWS::CodeArtifact::Repository",
    service="codeartifact",
    list=Call("ListRepositories", out="repositories"),
    id="arn",
    name="name",
    arn="arn",
    created="createdTime",
    tags=BULK,
)
