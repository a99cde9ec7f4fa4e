"""AWS CodeCommit: repositories; no code."""

from scanner.model.resource import BULK, Call, ResourceType

REPOSITORY = ResourceType(
    "AWS::CodeCommit::Repository",
    service="codecommit",
    list=Call("ListRepositories", out="repositories"),
    id="repositoryId",
    name="repositoryName",
    arn="Arn",
    created="creationDate",
    each=(
        Call(
            "BatchGetRepositories",
            {"repositoryNames": ["$repositoryName"]},
            out="repositories",
            batch=25,
            match="repositoryName=repositoryName",
        ),
    ),
    tags=BULK,
)
