"""AWS Step Functions: state machines and activities; no executions."""

from scanner.model.resource import BULK, Call, ResourceType

ACTIVITY = ResourceType(
    "AWS::StepFunctions::Activity",
    service="stepfunctions",
    list=Call("ListActivities", out="activities"),
    id="activityArn",
    name="name",
    arn="activityArn",
    created="creationDate",
    tags=BULK,
)

STATE_MACHINE = ResourceType(
    "AWS::StepFunctions::StateMachine",
    service="stepfunctions",
    list=Call("ListStateMachines", out="stateMachines"),
    id="stateMachineArn",
    name="name",
    arn="stateMachineArn",
    created="creationDate",
    each=(
        Call(
            "DescribeStateMachine",
            {"stateMachineArn": "$stateMachineArn", "includedData": "METADATA_ONLY"},
            absent=("StateMachineDoesNotExist",),
        ),
    ),
    tags=BULK,
    # Asked for metadata only, AWS still answers with definitions that are not encrypted.
    redact=("definition",),
)
