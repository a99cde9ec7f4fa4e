"""Elastic Load Balancing v1: classic load balancers."""

from scanner.model.resource import Call, ResourceType

LOAD_BALANCER = ResourceType(
    "AWS::ElasticLoadBalancing::LoadBalancer",
    service="elb",
    list=Call("DescribeLoadBalancers", out="LoadBalancerDescriptions"),
    id="LoadBalancerName",
    name="LoadBalancerName",
    arn="arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/{LoadBalancerName}",
    created="CreatedTime",
    each=(
        Call(
            "DescribeTags",
            {"LoadBalancerNames": ["$LoadBalancerName"]},
            out="TagDescriptions",
            batch=20,
            match="LoadBalancerName=LoadBalancerName",
        ),
        Call(
            "DescribeLoadBalancerAttributes",
            {"LoadBalancerName": "$LoadBalancerName"},
            out="LoadBalancerAttributes",
            name="Attributes",
            absent=("LoadBalancerNotFound",),
        ),
    ),
    tags="Tags",
)
