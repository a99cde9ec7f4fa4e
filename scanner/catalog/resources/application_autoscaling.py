"""Application Auto Scaling: what it may scale, a type for each kind of target; no activities."""

from scanner.model.resource import Call, ResourceType

DYNAMODB_POLICY = ResourceType(
    "application-autoscaling:dynamodb-policy",
    service="application-autoscaling",
    list=Call("DescribeScalingPolicies", {"ServiceNamespace": "dynamodb"}, out="ScalingPolicies"),
    id="PolicyARN",
    name="PolicyName",
    arn="PolicyARN",
    created="CreationTime",
)

DYNAMODB_TARGET = ResourceType(
    "application-autoscaling:dynamodb-target",
    service="application-autoscaling",
    list=Call("DescribeScalableTargets", {"ServiceNamespace": "dynamodb"}, out="ScalableTargets"),
    id="{ResourceId}/{ScalableDimension}",
    name="ResourceId",
    arn="ScalableTargetARN",
    created="CreationTime",
)

ECS_POLICY = ResourceType(
    "application-autoscaling:ecs-policy",
    service="application-autoscaling",
    list=Call("DescribeScalingPolicies", {"ServiceNamespace": "ecs"}, out="ScalingPolicies"),
    id="PolicyARN",
    name="PolicyName",
    arn="PolicyARN",
    created="CreationTime",
)

ECS_TARGET = ResourceType(
    "application-autoscaling:ecs-target",
    service="application-autoscaling",
    list=Call("DescribeScalableTargets", {"ServiceNamespace": "ecs"}, out="ScalableTargets"),
    id="{ResourceId}/{ScalableDimension}",
    name="ResourceId",
    arn="ScalableTargetARN",
    created="CreationTime",
)

LAMBDA_POLICY = ResourceType(
    "application-autoscaling:lambda-policy",
    service="application-autoscaling",
    list=Call("DescribeScalingPolicies", {"ServiceNamespace": "lambda"}, out="ScalingPolicies"),
    id="PolicyARN",
    name="PolicyName",
    arn="PolicyARN",
    created="CreationTime",
)

LAMBDA_TARGET = ResourceType(
    "application-autoscaling:lambda-target",
    service="application-autoscaling",
    list=Call("DescribeScalableTargets", {"ServiceNamespace": "lambda"}, out="ScalableTargets"),
    id="{ResourceId}/{ScalableDimension}",
    name="ResourceId",
    arn="ScalableTargetARN",
    created="CreationTime",
)

RDS_POLICY = ResourceType(
    "application-autoscaling:rds-policy",
    service="application-autoscaling",
    list=Call("DescribeScalingPolicies", {"ServiceNamespace": "rds"}, out="ScalingPolicies"),
    id="PolicyARN",
    name="PolicyName",
    arn="PolicyARN",
    created="CreationTime",
)

RDS_TARGET = ResourceType(
    "application-autoscaling:rds-target",
    service="application-autoscaling",
    list=Call("DescribeScalableTargets", {"ServiceNamespace": "rds"}, out="ScalableTargets"),
    id="{ResourceId}/{ScalableDimension}",
    name="ResourceId",
    arn="ScalableTargetARN",
    created="CreationTime",
)
