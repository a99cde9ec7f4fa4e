"""Amazon API Gateway v2: HTTP and WebSocket APIs, stages and routes."""

from scanner.model.resource import Call, ResourceType

API = ResourceType(
    "AWS::ApiGatewayV2::Api",
    service="apigatewayv2",
    list=Call("GetApis", out="Items"),
    id="ApiId",
    name="Name",
    arn="arn:{partition}:apigateway:{region}::/apis/{ApiId}",
    created="CreatedDate",
    tags="Tags",
)

AUTHORIZER = ResourceType(
    "AWS::ApiGatewayV2::Authorizer",
    service="apigatewayv2",
    parent="AWS::ApiGatewayV2::Api",
    list=Call("GetAuthorizers", {"ApiId": "$ApiId"}, out="Items"),
    id="{parent.ApiId}/{AuthorizerId}",
    name="Name",
    arn="arn:{partition}:apigateway:{region}::/apis/{parent.ApiId}/authorizers/{AuthorizerId}",
)

DOMAIN_NAME = ResourceType(
    "AWS::ApiGatewayV2::DomainName",
    service="apigatewayv2",
    list=Call("GetDomainNames", out="Items"),
    id="DomainName",
    name="DomainName",
    arn="arn:{partition}:apigateway:{region}::/domainnames/{DomainName}",
    tags="Tags",
)

ROUTE = ResourceType(
    "AWS::ApiGatewayV2::Route",
    service="apigatewayv2",
    parent="AWS::ApiGatewayV2::Api",
    list=Call("GetRoutes", {"ApiId": "$ApiId"}, out="Items"),
    id="{parent.ApiId}/{RouteId}",
    name="RouteKey",
    arn="arn:{partition}:apigateway:{region}::/apis/{parent.ApiId}/routes/{RouteId}",
)

STAGE = ResourceType(
    "AWS::ApiGatewayV2::Stage",
    service="apigatewayv2",
    parent="AWS::ApiGatewayV2::Api",
    list=Call("GetStages", {"ApiId": "$ApiId"}, out="Items"),
    id="{parent.ApiId}/{StageName}",
    name="StageName",
    arn="arn:{partition}:apigateway:{region}::/apis/{parent.ApiId}/stages/{StageName}",
    created="CreatedDate",
    tags="Tags",
    redact=("StageVariables.*",),
)

VPC_LINK = ResourceType(
    "AWS::ApiGatewayV2::VpcLink",
    service="apigatewayv2",
    list=Call("GetVpcLinks", out="Items"),
    id="VpcLinkId",
    name="Name",
    arn="arn:{partition}:apigateway:{region}::/vpclinks/{VpcLinkId}",
    created="CreatedDate",
    tags="Tags",
)
