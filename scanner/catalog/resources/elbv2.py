"""Elastic Load Balancing v2: application, network and gateway load balancers."""

from scanner.model.resource import Call, ResourceType


def _tags(arn: str) -> Call:
    return Call(
        "DescribeTags",
        {"ResourceArns": [f"${arn}"]},
        out=f"TagDescriptions[].{{{arn}: ResourceArn, Tags: Tags}}",
        batch=20,
        match=f"{arn}={arn}",
    )


LISTENER = ResourceType(
    "AWS::ElasticLoadBalancingV2::Listener",
    service="elbv2",
    parent="AWS::ElasticLoadBalancingV2::LoadBalancer",
    list=Call("DescribeListeners", {"LoadBalancerArn": "$LoadBalancerArn"}, out="Listeners"),
    id="ListenerArn",
    arn="ListenerArn",
    each=(_tags("ListenerArn"),),
    tags="Tags",
    redact=("DefaultActions[].AuthenticateOidcConfig.ClientSecret",),
)

LISTENER_RULE = ResourceType(
    "AWS::ElasticLoadBalancingV2::ListenerRule",
    service="elbv2",
    parent="AWS::ElasticLoadBalancingV2::Listener",
    list=Call("DescribeRules", {"ListenerArn": "$ListenerArn"}, out="Rules"),
    id="RuleArn",
    arn="RuleArn",
    each=(_tags("RuleArn"),),
    tags="Tags",
    redact=("Actions[].AuthenticateOidcConfig.ClientSecret",),
)

LOAD_BALANCER = ResourceType(
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    service="elbv2",
    list=Call("DescribeLoadBalancers", out="LoadBalancers"),
    id="LoadBalancerArn",
    name="LoadBalancerName",
    arn="LoadBalancerArn",
    created="CreatedTime",
    each=(
        _tags("LoadBalancerArn"),
        Call(
            "DescribeLoadBalancerAttributes",
            {"LoadBalancerArn": "$LoadBalancerArn"},
            out="Attributes",
            name="Attributes",
            absent=("LoadBalancerNotFound",),
        ),
    ),
    tags="Tags",
)

TARGET_GROUP = ResourceType(
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    service="elbv2",
    list=Call("DescribeTargetGroups", out="TargetGroups"),
    id="TargetGroupArn",
    name="TargetGroupName",
    arn="TargetGroupArn",
    each=(
        _tags("TargetGroupArn"),
        Call(
            "DescribeTargetGroupAttributes",
            {"TargetGroupArn": "$TargetGroupArn"},
            out="Attributes",
            name="Attributes",
            absent=("TargetGroupNotFound",),
        ),
        Call(
            "DescribeTargetHealth",
            {"TargetGroupArn": "$TargetGroupArn"},
            out="TargetHealthDescriptions",
            name="TargetHealth",
            absent=("TargetGroupNotFound",),
        ),
    ),
    tags="Tags",
)

TRUST_STORE = ResourceType(
    "AWS::ElasticLoadBalancingV2::TrustStore",
    service="elbv2",
    list=Call("DescribeTrustStores", out="TrustStores"),
    id="TrustStoreArn",
    name="Name",
    arn="TrustStoreArn",
    each=(_tags("TrustStoreArn"),),
    tags="Tags",
)
