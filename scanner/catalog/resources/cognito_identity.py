"""Amazon Cognito identity pools; no identities."""

from scanner.model.resource import Call, ResourceType

IDENTITY_POOL = ResourceType(
    "AWS::Cognito::IdentityPool",
    service="cognito-identity",
    list=Call("ListIdentityPools", {"MaxResults": 60}, out="IdentityPools"),
    id="IdentityPoolId",
    name="IdentityPoolName",
    arn="arn:{partition}:cognito-identity:{region}:{account}:identitypool/{IdentityPoolId}",
    each=(
        Call(
            "DescribeIdentityPool",
            {"IdentityPoolId": "$IdentityPoolId"},
            absent=("ResourceNotFoundException",),
        ),
        Call(
            "GetIdentityPoolRoles",
            {"IdentityPoolId": "$IdentityPoolId"},
            out="Roles",
            name="Roles",
            absent=("ResourceNotFoundException",),
        ),
    ),
    tags="IdentityPoolTags",
)
