"""Amazon CloudFront: distributions and the policies they use."""

from scanner.model.resource import BULK, Call, ResourceType

CACHE_POLICY = ResourceType(
    "AWS::CloudFront::CachePolicy",
    service="cloudfront",
    scope="global",
    list=Call("ListCachePolicies", {"Type": "custom"}, out="CachePolicyList.Items[].CachePolicy"),
    id="Id",
    name="CachePolicyConfig.Name",
    arn="arn:{partition}:cloudfront::{account}:cache-policy/{Id}",
)

ORIGIN_ACCESS_IDENTITY = ResourceType(
    "AWS::CloudFront::CloudFrontOriginAccessIdentity",
    service="cloudfront",
    scope="global",
    list=Call(
        "ListCloudFrontOriginAccessIdentities", out="CloudFrontOriginAccessIdentityList.Items"
    ),
    id="Id",
    name="Comment",
    arn="arn:{partition}:cloudfront::{account}:origin-access-identity/{Id}",
)

CONTINUOUS_DEPLOYMENT_POLICY = ResourceType(
    "AWS::CloudFront::ContinuousDeploymentPolicy",
    service="cloudfront",
    scope="global",
    list=Call(
        "ListContinuousDeploymentPolicies",
        out="ContinuousDeploymentPolicyList.Items[].ContinuousDeploymentPolicy",
    ),
    id="Id",
    arn="arn:{partition}:cloudfront::{account}:continuous-deployment-policy/{Id}",
)

DISTRIBUTION = ResourceType(
    "AWS::CloudFront::Distribution",
    service="cloudfront",
    scope="global",
    list=Call("ListDistributions", out="DistributionList.Items"),
    id="Id",
    name="DomainName",
    arn="ARN",
    each=(
        Call(
            "GetDistributionConfig",
            {"Id": "$Id"},
            out="DistributionConfig",
            name="DistributionConfig",
            absent=("NoSuchDistribution",),
        ),
    ),
    tags=BULK,
    redact=(
        "Origins.Items[].CustomHeaders.Items[].HeaderValue",
        "DistributionConfig.Origins.Items[].CustomHeaders.Items[].HeaderValue",
    ),
)

FUNCTION = ResourceType(
    "AWS::CloudFront::Function",
    service="cloudfront",
    scope="global",
    list=Call("ListFunctions", {"Stage": "LIVE"}, out="FunctionList.Items"),
    id="FunctionMetadata.FunctionARN",
    name="Name",
    arn="FunctionMetadata.FunctionARN",
    created="FunctionMetadata.CreatedTime",
    tags=BULK,
)

KEY_GROUP = ResourceType(
    "AWS::CloudFront::KeyGroup",
    service="cloudfront",
    scope="global",
    list=Call("ListKeyGroups", out="KeyGroupList.Items[].KeyGroup"),
    id="Id",
    name="KeyGroupConfig.Name",
)

KEY_VALUE_STORE = ResourceType(
    "AWS::CloudFront::KeyValueStore",
    service="cloudfront",
    scope="global",
    list=Call("ListKeyValueStores", out="KeyValueStoreList.Items"),
    id="Id",
    name="Name",
    arn="ARN",
    tags=BULK,
)

ORIGIN_ACCESS_CONTROL = ResourceType(
    "AWS::CloudFront::OriginAccessControl",
    service="cloudfront",
    scope="global",
    list=Call("ListOriginAccessControls", out="OriginAccessControlList.Items"),
    id="Id",
    name="Name",
    arn="arn:{partition}:cloudfront::{account}:origin-access-control/{Id}",
)

ORIGIN_REQUEST_POLICY = ResourceType(
    "AWS::CloudFront::OriginRequestPolicy",
    service="cloudfront",
    scope="global",
    list=Call(
        "ListOriginRequestPolicies",
        {"Type": "custom"},
        out="OriginRequestPolicyList.Items[].OriginRequestPolicy",
    ),
    id="Id",
    name="OriginRequestPolicyConfig.Name",
    arn="arn:{partition}:cloudfront::{account}:origin-request-policy/{Id}",
)

PUBLIC_KEY = ResourceType(
    "AWS::CloudFront::PublicKey",
    service="cloudfront",
    scope="global",
    list=Call("ListPublicKeys", out="PublicKeyList.Items"),
    id="Id",
    name="Name",
    created="CreatedTime",
)

REALTIME_LOG_CONFIG = ResourceType(
    "AWS::CloudFront::RealtimeLogConfig",
    service="cloudfront",
    scope="global",
    list=Call("ListRealtimeLogConfigs", out="RealtimeLogConfigs.Items"),
    id="ARN",
    name="Name",
    arn="ARN",
)

RESPONSE_HEADERS_POLICY = ResourceType(
    "AWS::CloudFront::ResponseHeadersPolicy",
    service="cloudfront",
    scope="global",
    list=Call(
        "ListResponseHeadersPolicies",
        {"Type": "custom"},
        out="ResponseHeadersPolicyList.Items[].ResponseHeadersPolicy",
    ),
    id="Id",
    name="ResponseHeadersPolicyConfig.Name",
    arn="arn:{partition}:cloudfront::{account}:response-headers-policy/{Id}",
)

STREAMING_DISTRIBUTION = ResourceType(
    "AWS::CloudFront::StreamingDistribution",
    service="cloudfront",
    scope="global",
    list=Call("ListStreamingDistributions", out="StreamingDistributionList.Items"),
    id="Id",
    name="DomainName",
    arn="ARN",
    tags=BULK,
)

VPC_ORIGIN = ResourceType(
    "AWS::CloudFront::VpcOrigin",
    service="cloudfront",
    scope="global",
    list=Call("ListVpcOrigins", out="VpcOriginList.Items"),
    id="Id",
    name="Name",
    arn="Arn",
    created="CreatedTime",
)
