"""AWS Secrets Manager: secrets' metadata; never their values."""

from scanner.model.resource import Call, ResourceType

SECRET = ResourceType(
    "AWS::SecretsManager::Secret",
    service="secretsmanager",
    list=Call("ListSecrets", out="SecretList"),
    id="ARN",
    name="Name",
    arn="ARN",
    created="CreatedDate",
    each=(
        Call(
            "GetResourcePolicy",
            {"SecretId": "$ARN"},
            out="ResourcePolicy",
            name="Policy",
            absent=("ResourceNotFoundException",),
        ),
    ),
    tags="Tags",
)
