"""Amazon ECR: the registry and its repositories; no images."""

from scanner.model.resource import BULK, Call, ResourceType

PULL_THROUGH_CACHE_RULE = ResourceType(
    "AWS::ECR::PullThroughCacheRule",
    service="ecr",
    list=Call("DescribePullThroughCacheRules", out="pullThroughCacheRules"),
    id="ecrRepositoryPrefix",
    name="ecrRepositoryPrefix",
    created="createdAt",
)

REGISTRY = ResourceType(
    "ecr:registry",
    service="ecr",
    list=Call(
        "DescribeRegistry",
        out="[{registryId: registryId, replicationConfiguration: replicationConfiguration}]",
    ),
    id="registryId",
    each=(
        Call(
            "GetRegistryPolicy",
            out="policyText",
            name="Policy",
            absent=("RegistryPolicyNotFoundException",),
        ),
        Call(
            "GetRegistryScanningConfiguration",
            out="scanningConfiguration",
            name="ScanningConfiguration",
        ),
    ),
)

REPOSITORY = ResourceType(
    "AWS::ECR::Repository",
    service="ecr",
    list=Call("DescribeRepositories", out="repositories"),
    id="repositoryName",
    name="repositoryName",
    arn="repositoryArn",
    created="createdAt",
    each=(
        Call(
            "GetLifecyclePolicy",
            {"repositoryName": "$repositoryName"},
            out="lifecyclePolicyText",
            name="LifecyclePolicy",
            absent=(
                "LifecyclePolicyNotFoundException",
                "RepositoryNotFoundException",
            ),
        ),
        Call(
            "GetRepositoryPolicy",
            {"repositoryName": "$repositoryName"},
            out="policyText",
            name="Policy",
            absent=(
                "RepositoryPolicyNotFoundException",
                "RepositoryNotFoundException",
            ),
        ),
    ),
    tags=BULK,
)
