"""Amazon CloudFront: distributions and the policies they use."""

from scanner.model.resource import Call, ResourceType

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
    tags=Call(
        "ListTagsForResource", {"Resource": "$ARN"}, out="Tags.Items", absent=("NoSuchResource",)
    ),
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
)

KEY_GROUP = ResourceType(
    "AWS::CloudFront::KeyGroup",
    service="cloudfront",
    scope="global",
    list=Call("ListKeyGroups", out="KeyGroupList.Items[].KeyGroup"),
    id="Id",
    name="KeyGroupConfig.Name",
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
