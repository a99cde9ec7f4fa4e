"""Amazon EC2 Auto Scaling: groups and what they launch."""

from scanner.model.resource import Call, ResourceType

AUTO_SCALING_GROUP = ResourceType(
    "AWS::AutoScaling::AutoScalingGroup",
    service="autoscaling",
    list=Call("DescribeAutoScalingGroups", out="AutoScalingGroups", page_size=100),
    id="AutoScalingGroupName",
    name="AutoScalingGroupName",
    arn="AutoScalingGroupARN",
    created="CreatedTime",
    tags="Tags",
)

LAUNCH_CONFIGURATION = ResourceType(
    "AWS::AutoScaling::LaunchConfiguration",
    service="autoscaling",
    list=Call("DescribeLaunchConfigurations", out="LaunchConfigurations", page_size=100),
    id="LaunchConfigurationName",
    name="LaunchConfigurationName",
    arn="LaunchConfigurationARN",
    created="CreatedTime",
    redact=("UserData",),
)

SCALING_POLICY = ResourceType(
    "AWS::AutoScaling::ScalingPolicy",
    service="autoscaling",
    list=Call("DescribePolicies", out="ScalingPolicies", page_size=100),
    id="PolicyARN",
    name="PolicyName",
    arn="PolicyARN",
)

SCHEDULED_ACTION = ResourceType(
    "AWS::AutoScaling::ScheduledAction",
    service="autoscaling",
    list=Call("DescribeScheduledActions", out="ScheduledUpdateGroupActions", page_size=100),
    id="ScheduledActionARN",
    name="ScheduledActionName",
    arn="ScheduledActionARN",
)
