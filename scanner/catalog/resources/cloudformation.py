"""AWS CloudFormation: stacks that live and stack sets; no templates."""

from scanner.model.resource import Call, ResourceType

STACK = ResourceType(
    "AWS::CloudFormation::Stack",
    service="cloudformation",
    list=Call("DescribeStacks", out="Stacks"),
    id="StackId",
    name="StackName",
    arn="StackId",
    created="CreationTime",
    tags="Tags",
    redact=("Parameters[].ParameterValue", "Outputs[].OutputValue"),
)

STACK_SET = ResourceType(
    "AWS::CloudFormation::StackSet",
    service="cloudformation",
    list=Call("ListStackSets", {"Status": "ACTIVE"}, out="Summaries"),
    id="StackSetId",
    name="StackSetName",
    arn="arn:{partition}:cloudformation:{region}:{account}:stackset/{StackSetId}",
    each=(
        Call(
            "DescribeStackSet",
            {"StackSetName": "$StackSetName"},
            # Neither the template nor the values of its parameters.
            out="StackSet.{AdministrationRoleARN: AdministrationRoleARN,"
            " Capabilities: Capabilities, ExecutionRoleName: ExecutionRoleName,"
            " OrganizationalUnitIds: OrganizationalUnitIds, Regions: Regions, Tags: Tags}",
            absent=("StackSetNotFoundException",),
        ),
    ),
    tags="Tags",
)
