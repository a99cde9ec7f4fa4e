"""Amazon API Gateway v1: REST APIs, stages and keys; no key values."""

from scanner.model.resource import Call, ResourceType

API_KEY = ResourceType(
    "AWS::ApiGateway::ApiKey",
    service="apigateway",
    list=Call("GetApiKeys", out="items", page_size=500),
    id="id",
    name="name",
    arn="arn:{partition}:apigateway:{region}::/apikeys/{id}",
    created="createdDate",
    tags="tags",
    redact=("value",),
)

AUTHORIZER = ResourceType(
    "AWS::ApiGateway::Authorizer",
    service="apigateway",
    parent="AWS::ApiGateway::RestApi",
    list=Call("GetAuthorizers", {"restApiId": "$id"}, out="items", page_size=500),
    id="{parent.id}/{id}",
    name="name",
    arn="arn:{partition}:apigateway:{region}::/restapis/{parent.id}/authorizers/{id}",
)

CLIENT_CERTIFICATE = ResourceType(
    "AWS::ApiGateway::ClientCertificate",
    service="apigateway",
    list=Call("GetClientCertificates", out="items", page_size=500),
    id="clientCertificateId",
    arn="arn:{partition}:apigateway:{region}::/clientcertificates/{clientCertificateId}",
    created="createdDate",
    tags="tags",
)

DOMAIN_NAME = ResourceType(
    "AWS::ApiGateway::DomainName",
    service="apigateway",
    list=Call("GetDomainNames", out="items", page_size=500),
    id="domainName",
    name="domainName",
    arn="arn:{partition}:apigateway:{region}::/domainnames/{domainName}",
    tags="tags",
)

RESOURCE = ResourceType(
    "AWS::ApiGateway::Resource",
    service="apigateway",
    parent="AWS::ApiGateway::RestApi",
    list=Call(
        "GetResources", {"restApiId": "$id", "embed": ["methods"]}, out="items", page_size=500
    ),
    id="{parent.id}/{id}",
    name="path",
    arn="arn:{partition}:apigateway:{region}::/restapis/{parent.id}/resources/{id}",
    redact=(
        "resourceMethods.*.methodIntegration.requestParameters.*",
        "resourceMethods.*.methodIntegration.requestTemplates.*",
    ),
)

REST_API = ResourceType(
    "AWS::ApiGateway::RestApi",
    service="apigateway",
    list=Call("GetRestApis", out="items", page_size=500),
    id="id",
    name="name",
    arn="arn:{partition}:apigateway:{region}::/restapis/{id}",
    created="createdDate",
    tags="tags",
)

STAGE = ResourceType(
    "AWS::ApiGateway::Stage",
    service="apigateway",
    parent="AWS::ApiGateway::RestApi",
    list=Call("GetStages", {"restApiId": "$id"}, out="item"),
    id="{parent.id}/{stageName}",
    name="stageName",
    arn="arn:{partition}:apigateway:{region}::/restapis/{parent.id}/stages/{stageName}",
    created="createdDate",
    tags="tags",
    redact=("variables.*",),
)

USAGE_PLAN = ResourceType(
    "AWS::ApiGateway::UsagePlan",
    service="apigateway",
    list=Call("GetUsagePlans", out="items", page_size=500),
    id="id",
    name="name",
    arn="arn:{partition}:apigateway:{region}::/usageplans/{id}",
    tags="tags",
)

VPC_LINK = ResourceType(
    "AWS::ApiGateway::VpcLink",
    service="apigateway",
    list=Call("GetVpcLinks", out="items", page_size=500),
    id="id",
    name="name",
    arn="arn:{partition}:apigateway:{region}::/vpclinks/{id}",
    tags="tags",
)
