"""AWS AppSync: APIs and domain names; never API keys, whose ids are the keys."""

from scanner.model.resource import Call, ResourceType

API = ResourceType(
    "AWS::AppSync::Api",
    service="appsync",
    list=Call("ListApis", out="apis"),
    id="apiId",
    name="name",
    arn="apiArn",
    created="created",
    tags="tags",
)

DOMAIN_NAME = ResourceType(
    "AWS::AppSync::DomainName",
    service="appsync",
    list=Call("ListDomainNames", out="domainNameConfigs"),
    id="domainName",
    name="domainName",
    arn="domainNameArn",
    tags="tags",
)

GRAPH_QL_API = ResourceType(
    "AWS::AppSync::GraphQLApi",
    service="appsync",
    list=Call("ListGraphqlApis", out="graphqlApis"),
    id="apiId",
    name="name",
    arn="arn",
    tags="tags",
)
