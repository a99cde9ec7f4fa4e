"""AWS WAF: web ACLs and their parts, regional and CloudFront's."""

from scanner.model.resource import BULK, Call, ResourceType

CLOUDFRONT_WEB_ACL = ResourceType(
    "wafv2:cloudfront-web-acl",
    service="wafv2",
    scope="global",
    home="us-east-1",
    list=Call("ListWebACLs", {"Scope": "CLOUDFRONT"}, out="WebACLs"),
    id="Id",
    name="Name",
    arn="ARN",
    each=(
        Call(
            "GetWebACL",
            {"Name": "$Name", "Id": "$Id", "Scope": "CLOUDFRONT"},
            out="WebACL",
            absent=("WAFNonexistentItemException",),
        ),
        Call(
            "GetLoggingConfiguration",
            {"ResourceArn": "$ARN"},
            out="LoggingConfiguration",
            name="Logging",
            absent=("WAFNonexistentItemException",),
        ),
    ),
    tags=BULK,
)

IP_SET = ResourceType(
    "AWS::WAFv2::IPSet",
    service="wafv2",
    list=Call("ListIPSets", {"Scope": "REGIONAL"}, out="IPSets"),
    id="Id",
    name="Name",
    arn="ARN",
    each=(
        Call(
            "GetIPSet",
            {"Name": "$Name", "Id": "$Id", "Scope": "REGIONAL"},
            out="IPSet",
            absent=("WAFNonexistentItemException",),
        ),
    ),
    tags=BULK,
)

REGEX_PATTERN_SET = ResourceType(
    "AWS::WAFv2::RegexPatternSet",
    service="wafv2",
    list=Call("ListRegexPatternSets", {"Scope": "REGIONAL"}, out="RegexPatternSets"),
    id="Id",
    name="Name",
    arn="ARN",
    tags=BULK,
)

RULE_GROUP = ResourceType(
    "AWS::WAFv2::RuleGroup",
    service="wafv2",
    list=Call("ListRuleGroups", {"Scope": "REGIONAL"}, out="RuleGroups"),
    id="Id",
    name="Name",
    arn="ARN",
    each=(
        Call(
            "GetRuleGroup",
            {"Name": "$Name", "Id": "$Id", "Scope": "REGIONAL"},
            out="RuleGroup",
            absent=("WAFNonexistentItemException",),
        ),
    ),
    tags=BULK,
)

WEB_ACL = ResourceType(
    "AWS::WAFv2::WebACL",
    service="wafv2",
    list=Call("ListWebACLs", {"Scope": "REGIONAL"}, out="WebACLs"),
    id="Id",
    name="Name",
    arn="ARN",
    each=(
        Call(
            "GetWebACL",
            {"Name": "$Name", "Id": "$Id", "Scope": "REGIONAL"},
            out="WebACL",
            absent=("WAFNonexistentItemException",),
        ),
        Call(
            "GetLoggingConfiguration",
            {"ResourceArn": "$ARN"},
            out="LoggingConfiguration",
            name="Logging",
            absent=("WAFNonexistentItemException",),
        ),
        Call(
            "ListResourcesForWebACL",
            {"WebACLArn": "$ARN"},
            out="ResourceArns",
            name="Resources",
            absent=("WAFNonexistentItemException",),
        ),
    ),
    tags=BULK,
)
