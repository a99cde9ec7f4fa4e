"""Amazon ECR Public: public repositories; no images."""

from scanner.model.resource import Call, ResourceType

PUBLIC_REPOSITORY = ResourceType(
    "AWS::ECR::PublicRepository",
    service="ecr-public",
    scope="global",
    home="us-east-1",
    list=Call("DescribeRepositories", out="repositories"),
    id="repositoryName",
    name="repositoryName",
    arn="repositoryArn",
    created="createdAt",
    tags=Call(
        "ListTagsForResource",
        {"resourceArn": "$repositoryArn"},
        out="tags",
        absent=("RepositoryNotFoundException",),
    ),
)
