"""Amazon Application Recovery Controller: readiness checks; no results."""

from scanner.model.resource import Call, ResourceType

CELL = ResourceType(
    "AWS::Route53RecoveryReadiness::Cell",
    service="route53-recovery-readiness",
    scope="global",
    home="us-west-2",
    list=Call("ListCells", out="Cells"),
    id="CellName",
    name="CellName",
    arn="CellArn",
    tags="Tags",
)

READINESS_CHECK = ResourceType(
    "AWS::Route53RecoveryReadiness::ReadinessCheck",
    service="route53-recovery-readiness",
    scope="global",
    home="us-west-2",
    list=Call("ListReadinessChecks", out="ReadinessChecks"),
    id="ReadinessCheckName",
    name="ReadinessCheckName",
    arn="ReadinessCheckArn",
    tags="Tags",
)

RECOVERY_GROUP = ResourceType(
    "AWS::Route53RecoveryReadiness::RecoveryGroup",
    service="route53-recovery-readiness",
    scope="global",
    home="us-west-2",
    list=Call("ListRecoveryGroups", out="RecoveryGroups"),
    id="RecoveryGroupName",
    name="RecoveryGroupName",
    arn="RecoveryGroupArn",
    tags="Tags",
)
