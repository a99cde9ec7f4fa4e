"""Amazon Cognito user pools and their clients; no users, no client secrets."""

from scanner.model.resource import Call, ResourceType

USER_POOL = ResourceType(
    "AWS::Cognito::UserPool",
    service="cognito-idp",
    list=Call("ListUserPools", {"MaxResults": 60}, out="UserPools"),
    id="Id",
    name="Name",
    arn="arn:{partition}:cognito-idp:{region}:{account}:userpool/{Id}",
    created="CreationDate",
    each=(
        Call(
            "DescribeUserPool",
            {"UserPoolId": "$Id"},
            out="UserPool",
            absent=("ResourceNotFoundException",),
        ),
    ),
    tags="UserPoolTags",
)

USER_POOL_CLIENT = ResourceType(
    "AWS::Cognito::UserPoolClient",
    service="cognito-idp",
    parent="AWS::Cognito::UserPool",
    list=Call("ListUserPoolClients", {"UserPoolId": "$Id"}, out="UserPoolClients"),
    id="ClientId",
    name="ClientName",
)

USER_POOL_GROUP = ResourceType(
    "AWS::Cognito::UserPoolGroup",
    service="cognito-idp",
    parent="AWS::Cognito::UserPool",
    list=Call("ListGroups", {"UserPoolId": "$Id"}, out="Groups"),
    id="{UserPoolId}/{GroupName}",
    name="GroupName",
    created="CreationDate",
)
